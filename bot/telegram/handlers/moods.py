"""On a card: the mood was read wrong. One tap shows the nine moods, a second one says which it was."""

from aiogram.types import CallbackQuery

from bot.desk.card import ASK, BACK, mood_buttons
from bot.desk.desk import Desk
from bot.desk.staff import StaffRoom
from bot.domain.escalation import StaffMember
from bot.errors import SupportError
from bot.telegram.answering import STALE, show_buttons, toast
from bot.telegram.buttons import MoodPress, Seal
from bot.telegram.handlers.results import Result
from bot.telegram.membership import NOT_STAFF, Membership, staff_member
from nlp.types import Mood

WHICH = "Which mood fits the message?"
NOTED = "Noted as {}. Thank you!"
AS_READ = "It stays {}, as it was read."


async def press(
    query: CallbackQuery,
    inbox_id: int,
    brand: str,
    seal: Seal,
    desk: Desk,
    staff_room: StaffRoom,
    membership: Membership,
) -> Result | None:
    """Somebody of the staff pressed a button about the mood. Rights are the desk's to check."""
    packed = seal.read_mood(query.data or "")
    if packed is None or query.message is None:
        await toast(query, STALE)
        return None
    by = await staff_member(query.message.chat.id, query.from_user, staff_room, membership)
    if by is None:
        await toast(query, NOT_STAFF)
        return None
    if packed.choice == ASK:
        await toast(query, WHICH)
        await show_buttons(query, seal.keyboard(mood_buttons(packed.case, packed.turn)))
        return None
    try:
        said = await _settled(packed, brand, by, desk, inbox_id) if packed.choice != BACK else ""
        card = await desk.card(brand, packed.case)
    except SupportError as error:
        await toast(query, f"{error.agent_note} {error}")
        return None
    await toast(query, said)
    await show_buttons(query, seal.keyboard(card["buttons"]))
    return Result.TAKEN if said else None


async def _settled(pressed: MoodPress, brand: str, by: StaffMember, desk: Desk, inbox_id: int) -> str:
    """Keep what was said of the mood; what the presser reads."""
    mood = Mood(pressed.choice)
    stands = await desk.correct_mood(brand, pressed.turn, by, mood, settles=(inbox_id,))
    return (NOTED if stands else AS_READ).format(mood.value)
