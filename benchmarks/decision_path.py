"""One message's way through the agent: read, decide, commit. In this process, on a fresh demo shop in SQLite."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from time import perf_counter

from pydantic import SecretStr

from benchmarks.figures import Values, at_most, percentile
from benchmarks.messages import messages
from benchmarks.place import CONFIG, own_folder, sqlite_url
from bot.domain.incoming import Incoming, Sender
from bot.settings import Settings, load_settings
from bot.web.translate import address_of, message, update_of
from bot.wiring.core import Core
from storage.demo import demo_customers
from storage.tables import Inbox

P50 = at_most("main.decision_path_p50", 15, "ms per message")
# The project's own aim: four times the median's; beyond that a customer would wait on a busy shop's bad luck.
P99 = at_most("main.decision_path_p99", 60, "ms per message")

TURNS, TURNS_FULL = 400, 4000
WARM_UP = 40  # first turns compile templates and statements; a process does that once
_NEWCOMERS = 4  # of these many people, one is somebody new


def measure(full: bool) -> Values:
    """Median and 99th percentile of a turn in milliseconds, over known customers with orders and newcomers."""
    with own_folder() as folder:
        seconds = asyncio.run(seconds_per_turn(folder, TURNS_FULL if full else TURNS))
    return {P50.name: percentile(seconds, 0.5) * 1000, P99.name: percentile(seconds, 0.99) * 1000}


async def seconds_per_turn(folder: Path, turns: int) -> list[float]:
    """How long each of so many turns took, on a fresh demo shop in `folder`."""
    core = Core(_settings(folder), lambda: datetime.now(UTC))
    await core.open()
    try:
        taken = [await _turn(core, said) for said in islice(_said(core.settings.brand), WARM_UP + turns)]
    finally:
        await core.close()
    return taken[WARM_UP:]


def _settings(folder: Path) -> Settings:
    settings = load_settings(CONFIG)
    telegram = settings.telegram.model_copy(update={"token": SecretStr("")})
    return settings.model_copy(update={"telegram": telegram, "database_url": sqlite_url(folder), "demo": True})


def _said(brand: str) -> Iterator[Incoming]:
    """Messages in turn from the demo shop's customers and from people who write for the first or second time."""
    known = [Sender(person.external_id, person.name) for person in demo_customers()]
    for number, text in zip(count(), messages(), strict=False):
        sender = known[number % len(known)]
        if number % _NEWCOMERS == 0:
            sender = Sender(f"newcomer-{number // (2 * _NEWCOMERS)}", "Newcomer")
        yield message(brand, sender, datetime.now(UTC), text=text)


async def _turn(core: Core, said: Incoming) -> float:
    """Seconds from a stored message to the commit of its answer; storing and sending are not the agent's."""
    row = await _received(core, said)
    begin = perf_counter()
    await core.agent.turn(said, [row])
    taken = perf_counter() - begin
    await _sent(core, address_of(said.sender.external_id))
    return taken


async def _received(core: Core, said: Incoming) -> int:
    update = update_of(said)
    row = Inbox(
        brand=update.brand,
        bot=update.bot,
        update_id=update.id,
        channel=update.channel,
        conversation=update.conversation,
        payload=update.payload,
        received_at=update.received_at,
    )
    async with core.database.work(write=True) as work:
        (number,) = await work.mailbox.receive_many([row])
        await work.commit()
    assert number is not None
    return number


async def _sent(core: Core, conversation: str) -> None:
    """The answer has left: or the customer's next message would be joined with this one."""
    async with core.database.work(write=True) as work:
        for post in await work.mailbox.unsent_of(conversation):
            assert post.id is not None
            await work.mailbox.mark_sent(post.id, ("1",))
        await work.commit()
