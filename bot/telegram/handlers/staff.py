"""The staff group: what is said in a customer's topic reaches the customer, or stays a note."""

from collections.abc import Callable
from functools import partial
from typing import Any

from aiogram import Bot, F, Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from bot.desk.desk import Desk, Talk
from bot.desk.staff import StaffRoom
from bot.domain.escalation import CaseView, StaffMember
from bot.errors import NotAllowed, NotFound, SupportError
from bot.telegram.address import CHANNEL, address
from bot.telegram.albums import Album, Albums
from bot.telegram.answering import KEPT, STALE, react, tell, toast
from bot.telegram.buttons import Do, MoodPress, Seal, StaffPress
from bot.telegram.handlers import moods
from bot.telegram.handlers.linking import ANONYMOUS
from bot.telegram.handlers.results import Result
from bot.telegram.membership import NOT_STAFF, Membership, staff_member
from bot.telegram.settling import settle
from bot.telegram.translate import attachments_of, command_in
from storage.database import Database
from storage.tables import Outbox

Posted = Callable[[], None]  # something may wait in the outbox

NOTE_SIGN = "//"
NO_CASE = "No case is open here, so this was not sent. The customer hears you only while a case is open."
NO_COMMAND = "This was not sent: it looks like a command. Use the buttons on the card; // begins a note."
WEB_TEXT_ONLY = "This was not sent: the customer writes on the web, where only text arrives."
_DONE = {Do.CLAIM: "{} is yours now.", Do.PASS: "{} is back in the queue.", Do.CLOSE: "{} is closed."}


class InStaffGroup(Filter):
    """Whether an update comes from the brand's staff group."""

    async def __call__(self, event: Message | CallbackQuery, brand: str, database: Database) -> bool:
        where = event.message if isinstance(event, CallbackQuery) else event
        if where is None or where.chat.type != "supergroup":
            return False
        async with database.work() as work:
            group = await work.staff.group(brand)
        return group is not None and group.chat == str(where.chat.id)


class InTopic(Filter):
    """Whether a message is in a customer's topic; hands on the conversation."""

    async def __call__(self, message: Message, database: Database) -> bool | dict[str, Any]:
        if message.message_thread_id is None:
            return False
        async with database.work() as work:
            topic = await work.staff.topic_by_thread(str(message.chat.id), str(message.message_thread_id))
        return {"conversation": topic.conversation} if topic else False


def router() -> Router:
    """A router for the staff group."""
    made = Router(name="staff")
    for observer in (made.message, made.edited_message, made.callback_query):
        observer.filter(InStaffGroup())
    made.message.register(anonymous, F.sender_chat, InTopic())
    made.message.register(talk, F.from_user.is_bot.is_(False), InTopic())
    made.edited_message.register(edit, F.from_user.is_bot.is_(False), InTopic())
    made.callback_query.register(moods.press, MoodPress.filter())
    made.callback_query.register(press)
    return made


async def anonymous(message: Message) -> None:
    """An anonymous administrator can not be told from another: their words go nowhere."""
    await tell(message, f"This was not sent. {ANONYMOUS}")


async def talk(
    message: Message,
    inbox_id: int,
    conversation: str,
    brand: str,
    desk: Desk,
    staff_room: StaffRoom,
    membership: Membership,
    albums: Albums,
    database: Database,
) -> Result | None:
    """Somebody of the staff wrote in a customer's topic."""
    text = message.text or message.caption or ""
    if not text and not attachments_of(message):
        return None
    by = await staff_member(message.chat.id, message.from_user, staff_room, membership)
    if by is None:
        await tell(message, NOT_STAFF)
        return None
    if command_in(text)[0] and not text.startswith(NOTE_SIGN):
        await tell(message, NO_COMMAND)
        return None
    whole = partial(_pass_on, brand=brand, conversation=conversation, by=by, desk=desk, database=database)
    if message.media_group_id:
        albums.add(message, inbox_id, whole)
    else:
        await whole(Album([message], [inbox_id]))
    return Result.TAKEN


async def edit(
    message: Message, inbox_id: int, conversation: str, brand: str, bot: Bot, database: Database, posted: Posted
) -> Result | None:
    """A member of staff changed their words: the customer's copy changes too."""
    if message.text is None and message.caption is None:
        return None
    async with database.work(write=True) as work:
        links = await work.staff.links_from(brand, str(message.chat.id), str(message.message_id))
        rows = [
            Outbox(
                brand=brand,
                channel=CHANNEL,
                lane=address(str(bot.id), link.copy_chat),
                conversation=conversation,
                author="staff",
                kind="edit",
                payload={"message": link.copy_message, "text": message.html_text},
            )
            for link in links
        ]
        if rows:
            await work.mailbox.post(rows)
            work.after_commit(posted)
        await work.mailbox.settle([inbox_id], None)
        await work.commit()
    return Result.TAKEN


async def press(
    query: CallbackQuery,
    inbox_id: int,
    brand: str,
    seal: Seal,
    desk: Desk,
    staff_room: StaffRoom,
    membership: Membership,
) -> Result | None:
    """Somebody pressed a button on a card. Rights are the desk's to check."""
    packed = seal.read_staff(query.data or "")
    if packed is None or query.message is None:
        await toast(query, STALE)
        return None
    by = await staff_member(query.message.chat.id, query.from_user, staff_room, membership)
    if by is None:
        await toast(query, NOT_STAFF)
        return None
    try:
        case = await _act(desk, packed, brand, by, inbox_id)
    except SupportError as error:
        await toast(query, f"{error.agent_note} {error}")
        return None
    await toast(query, _DONE[packed.do].format(case.number))
    return Result.TAKEN


async def _act(desk: Desk, pressed: StaffPress, brand: str, by: StaffMember, inbox_id: int) -> CaseView:
    match pressed.do:
        case Do.CLAIM:
            return await desk.claim(brand, pressed.case, by, settles=(inbox_id,))
        case Do.PASS:
            return await desk.pass_on(brand, pressed.case, by, settles=(inbox_id,))
        case Do.CLOSE:
            return await desk.close(brand, pressed.case, by, settles=(inbox_id,))


async def _pass_on(
    album: Album, brand: str, conversation: str, by: StaffMember, desk: Desk, database: Database
) -> None:
    """To the customer, or into the case's notes; where neither is possible, the writer is told."""
    first = album.messages[0]
    try:
        kept = await _say_or_keep(album, brand, conversation, by, desk)
    except NotFound:
        await settle(database, album.rows)
        await tell(first, NO_CASE)
        return
    if kept is not None:
        await react(first, KEPT)
    if kept:
        await tell(first, kept)


async def _say_or_keep(album: Album, brand: str, conversation: str, by: StaffMember, desk: Desk) -> str | None:
    """None when the customer will hear it; else it is a note, and why, or nothing where `//` asked for that."""
    first = album.messages[0]
    text = "\n".join(words for message in album.messages if (words := message.text or message.caption))
    if text.startswith(NOTE_SIGN):
        await desk.note(brand, conversation, by, text.removeprefix(NOTE_SIGN).strip(), album.rows)
        return ""
    words = text or "[" + ", ".join(message.content_type for message in album.messages) + "]"
    if not text and not conversation.startswith(f"{CHANNEL}:"):
        await desk.note(brand, conversation, by, words, album.rows)
        return WEB_TEXT_ONLY
    talk = Talk(text, str(first.chat.id), tuple(str(message.message_id) for message in album.messages))
    try:
        await desk.say(brand, conversation, by, talk, album.rows)
    except NotAllowed as held:
        await desk.note(brand, conversation, by, words, album.rows)
        return f"Kept as a note: {held}"
    return None
