"""What the pages need from the rest of the house; wiring fills it in once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from bot.desk.desk import Desk
from bot.desk.staff import StaffRoom
from bot.intake.update import Update
from bot.policy.model import PolicyBook
from bot.studio.library import Library
from bot.web.feed import Feed
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Persona:
    """A demo customer whom the simulator can be. `id` is both customer id and external id of the web channel."""

    id: str
    name: str
    about: str = ""
    language: str = ""
    level: str = "off"
    stage: str = ""


@dataclass(frozen=True, slots=True)
class WebDoor:
    """The seam between pages and house.

    `checks` are asked by /readyz: name to whether that part works. `reader` names what reads messages now.
    `library` holds the policies in force, `configured` those of config.yaml.
    `telegram` says whether a bot is connected.
    With `demo` the simulator is open to this machine and plays `people`; otherwise it is for staff only.
    """

    brand: str
    shop: str
    secret: str
    publish: Callable[[Update], Awaitable[None]]
    database: Database
    desk: Desk
    staff: StaffRoom
    feed: Feed
    library: Library
    configured: PolicyBook
    registry: CollectorRegistry
    checks: Mapping[str, Callable[[], Awaitable[bool]]] = field(default_factory=dict)
    reader: Callable[[], str] = lambda: "lexicon"
    timezone: ZoneInfo = ZoneInfo("UTC")
    default_language: str = "en"
    demo: bool = False
    telegram: bool = True
    people: Sequence[Persona] = ()
