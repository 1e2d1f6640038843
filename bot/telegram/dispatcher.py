"""The bus handler: a stored raw update goes through aiogram's dispatcher; whatever comes out, its row is settled."""

import logging
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.types import CallbackQuery
from aiogram.types import Update as TelegramUpdate
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from bot.desk.desk import Desk
from bot.desk.staff import StaffRoom
from bot.intake.turns import Turns
from bot.intake.update import Update
from bot.telegram.albums import Albums
from bot.telegram.answering import toast
from bot.telegram.buttons import Seal
from bot.telegram.handlers import customers, linking, members, staff
from bot.telegram.handlers.customers import Words
from bot.telegram.handlers.results import Result
from bot.telegram.handlers.staff import Posted
from bot.telegram.membership import Membership
from bot.telegram.settling import bury, settle
from bot.telegram.translate import CommandOf
from storage.database import Database

log = logging.getLogger(__name__)


def build_dispatcher(
    bot: Bot,
    brand: str,
    database: Database,
    turns: Turns,
    desk: Desk,
    staff_room: StaffRoom,
    seal: Seal,
    command_of: CommandOf,
    words: Words,
    posted: Posted = lambda: None,
) -> Dispatcher:
    """A dispatcher whose handlers find what they need by name. No state of aiogram's: storage keeps the state."""
    made = Dispatcher(
        disable_fsm=True,
        brand=brand,
        database=database,
        turns=turns,
        desk=desk,
        staff_room=staff_room,
        seal=seal,
        command_of=command_of,
        words=words,
        posted=posted,
        membership=Membership(bot),
        albums=Albums(database),
    )
    made.include_routers(customers.router(), linking.router(), members.router(), staff.router(), _last())
    return made


def _last() -> Router:
    made = Router(name="last")
    made.callback_query.register(stale)
    return made


async def stale(query: CallbackQuery, words: Words) -> None:
    """A press that belongs nowhere: somebody else's group, a message that is gone."""
    await toast(query, words("stale_button", query.from_user.language_code or ""))


class UpdateHandler:
    """What the bus calls. Raises only what makes sense to try again."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, database: Database) -> None:
        self._bot, self._dispatcher, self._database = bot, dispatcher, database

    async def __call__(self, update: Update, inbox_id: int) -> None:
        try:
            parsed = TelegramUpdate.model_validate(update.payload, context={"bot": self._bot})
            kind = parsed.event_type
        except UpdateTypeLookupError:
            log.info("Update %s is of a kind that this version does not know; left alone.", update.id)
            await settle(self._database, [inbox_id])
            return
        except ValidationError as error:
            await bury(self._database, [inbox_id], f"not an update: {_places(error)}")
            return
        result: Any = await self._dispatcher.feed_update(
            self._bot, parsed, inbox_id=inbox_id, received_at=update.received_at
        )
        if result is not Result.TAKEN:
            log.debug("Update %s (%s) needed no turn.", update.id, kind)
            await settle(self._database, [inbox_id])


def _places(error: ValidationError) -> str:
    """Which fields do not fit, without what they hold."""
    return ", ".join(".".join(map(str, wrong["loc"])) for wrong in error.errors(include_input=False)[:3])
