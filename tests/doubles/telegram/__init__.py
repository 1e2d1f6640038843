"""A strict fake of Telegram's Bot API over HTTP, written by the project, for tests and benchmarks.

async with FakeTelegram() as fake:
    bot = Bot(fake.token, session=AiohttpSession(api=TelegramAPIServer.from_base(fake.url)))
    lan = fake.customer("Lan", "vi")
    lan.says("Chào shop")                       # at once; the bot gets an update
    await fake.until(lambda: lan.heard)         # wait for the bot's answer
    lan.presses("Gặp nhân viên")                # by label or callback data
    staff = fake.staff_group("Staff")           # a forum; the bot is administrator
    mai = staff.member("Mai")
    mai.writes(staff.topics[0], "Chào chị!")
"""

from tests.doubles.telegram.errors import ApiError
from tests.doubles.telegram.forum import FakeForum, FakeStaff, FakeTopic
from tests.doubles.telegram.limits import Limits
from tests.doubles.telegram.people import FakeMessage, FakeUser, Line
from tests.doubles.telegram.server import NO_LIMITS, TOKEN, Entry, FakeTelegram
from tests.doubles.telegram.state import Press

__all__ = [
    "NO_LIMITS",
    "TOKEN",
    "ApiError",
    "Entry",
    "FakeForum",
    "FakeMessage",
    "FakeStaff",
    "FakeTelegram",
    "FakeTopic",
    "FakeUser",
    "Limits",
    "Line",
    "Press",
]
