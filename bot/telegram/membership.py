"""Who is really in the staff group: asked of Telegram, remembered for minutes."""

from aiogram import Bot
from aiogram.types import ChatMemberRestricted

from bot.intake.clock import Clock, SystemClock

REMEMBERED_SECONDS = 600.0
_INSIDE = frozenset({"creator", "administrator", "member"})


class Membership:
    """Who belongs to a group: in a public one, strangers can write and press too."""

    def __init__(self, bot: Bot, clock: Clock | None = None) -> None:
        self._bot = bot
        self._clock = clock or SystemClock()
        self._known: dict[tuple[int, int], tuple[bool, float]] = {}

    async def belongs(self, chat: int, user: int) -> bool:
        """Whether `user` is in `chat`. Raises aiogram's errors when Telegram does not say."""
        belongs, until = self._known.get((chat, user), (False, 0.0))
        if until < self._clock.monotonic():
            member = await self._bot.get_chat_member(chat, user)
            belongs = member.is_member if isinstance(member, ChatMemberRestricted) else member.status in _INSIDE
            self._known[chat, user] = belongs, self._clock.monotonic() + REMEMBERED_SECONDS
        return belongs

    def forget(self, chat: int, user: int) -> None:
        """Somebody came, left or was given another role."""
        self._known.pop((chat, user), None)
