"""Who is really in the staff group: asked of Telegram, remembered for minutes."""

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import ChatMemberRestricted, ResultChatMemberUnion, User

from bot.desk.staff import StaffRoom
from bot.domain.escalation import StaffMember
from bot.errors import NotAllowed
from bot.intake.clock import Clock, SystemClock

REMEMBERED_SECONDS = 600.0
NOT_STAFF = "Only members of this group can do that."


class Membership:
    """Who belongs to a group: in a public one, strangers can write and press too."""

    def __init__(self, bot: Bot, clock: Clock | None = None) -> None:
        self._bot = bot
        self._clock = clock or SystemClock()
        self._known: dict[tuple[int, int], tuple[bool, float]] = {}

    async def belongs(self, chat: int, user: int) -> bool:
        """Whether `user` is in `chat`; while Telegram does not say, what it said last.

        Raises aiogram's errors when it never did.
        """
        known = self._known.get((chat, user))
        if known is not None and known[1] > self._clock.monotonic():
            return known[0]
        try:
            belongs = _inside(await self._bot.get_chat_member(chat, user))
        except AiogramError:
            if known is None:
                raise
            return known[0]
        self._known[chat, user] = belongs, self._clock.monotonic() + REMEMBERED_SECONDS
        return belongs

    def forget(self, chat: int, user: int) -> None:
        """Somebody came, left or was given another role."""
        self._known.pop((chat, user), None)


def _inside(member: ResultChatMemberUnion) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in ("creator", "administrator", "member")


async def staff_member(
    chat: int, user: User | None, staff_room: StaffRoom, membership: Membership
) -> StaffMember | None:
    """The staff account behind a Telegram user of the group; None for strangers and switched-off accounts."""
    if user is None or not await membership.belongs(chat, user.id):
        return None
    try:
        return await staff_room.member_by_telegram(str(user.id), user.full_name)
    except NotAllowed:
        return None
