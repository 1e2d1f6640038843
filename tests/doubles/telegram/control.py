"""The control API for tests in other processes: POST /control/<what> with a JSON body, JSON back.

customer {name, language_code?, phone?} -> {id} · staff_group {title?} -> {id} · member {group, name, admin?} -> {id}
says {user, text} · photo {user, caption?} · album {user, count?} · voice {user} · sticker {user, emoji}
phone {user, number, own?} · presses {user, button} · edits {user, message, text} · blocks {user} · unblocks {user}
writes {group, user, topic?, text} · staff_presses {group, user, topic, button} · delete_topic {group, topic}
topics {group} · topic {group, topic} · transcript {user} · deliver {update}
fault {kind: refuse|drop|lose_answer|slow|duplicate_updates|lose_webhook_acks, …its arguments} · clear_faults
limits {on?, scale?, burst?, group_per_minute?, overall_per_second?} · log {method?, after?} · pending
"""

import json
from collections.abc import Callable
from typing import Any

from aiohttp.web import BaseRequest, Response

from tests.doubles.telegram.answers import json_answer
from tests.doubles.telegram.forum import FakeForum, FakeStaff, FakeTopic
from tests.doubles.telegram.people import FakeMessage, FakeUser
from tests.doubles.telegram.server import FakeTelegram
from tests.doubles.telegram.state import Json, Press

Control = Callable[[FakeTelegram, Json], Any]


async def controlled(fake: FakeTelegram, request: BaseRequest) -> Response:
    """Carry out one control request; 400 with the reason when it makes no sense."""
    control = _CONTROLS.get(request.path.removeprefix("/control/"))
    if control is None:
        return json_answer({"error": f"no such control; there are {sorted(_CONTROLS)}"}, 404)
    try:
        given = json.loads(await request.read() or b"{}")
        return json_answer({"result": _plain(control(fake, given))})
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError) as wrong:
        return json_answer({"error": f"{type(wrong).__name__}: {wrong}"}, 400)


def _plain(value: Any) -> Any:
    match value:
        case FakeMessage():
            return value.raw
        case Press():
            return {"id": value.id, "data": value.data}
        case FakeTopic():
            return {"id": value.id, "name": value.name, "closed": value.closed}
        case list():
            return [_plain(item) for item in value]
    return value


def _user(fake: FakeTelegram, given: Json) -> FakeUser:
    return FakeUser(fake, fake.world.users[given["user"]], fake.bot)


def _forum(fake: FakeTelegram, given: Json) -> FakeForum:
    return FakeForum(fake, fake.world.groups[given["group"]], fake.bot)


def _staff(fake: FakeTelegram, given: Json) -> FakeStaff:
    return FakeStaff(_forum(fake, given), fake.world.users[given["user"]])


def _topic(fake: FakeTelegram, given: Json) -> FakeTopic:
    return next(topic for topic in _forum(fake, given).topics if topic.id == given["topic"])


def _message(fake: FakeTelegram, given: Json) -> FakeMessage:
    return FakeMessage(_user(fake, given).chat.messages[given["message"]])


def _writes(fake: FakeTelegram, given: Json) -> FakeMessage:
    return _staff(fake, given).writes(_topic(fake, given) if given.get("topic") else None, given["text"])


def _transcript(fake: FakeTelegram, given: Json) -> list[Json]:
    return [
        {"author": line.author, "text": line.text, "message": line.message.raw}
        for line in _user(fake, given).transcript()
    ]


def _fault(fake: FakeTelegram, given: Json) -> None:
    kind = given.pop("kind")
    if kind not in ("refuse", "drop", "lose_answer", "slow", "duplicate_updates", "lose_webhook_acks"):
        raise ValueError(f"no such fault: {kind}")
    getattr(fake.faults, kind)(**given)


def _limits(fake: FakeTelegram, given: Json) -> None:
    for name, value in given.items():
        setattr(fake.limits, name, value)


def _log(fake: FakeTelegram, given: Json) -> list[Json]:
    entries = list(fake.log)[int(given.get("after", 0)) :]
    wanted = [entry for entry in entries if given.get("method") in (None, entry.method)]
    return [{"method": entry.method, "call": entry.call, "at": entry.at, "error": entry.error} for entry in wanted]


_CONTROLS: dict[str, Control] = {
    "customer": lambda fake, given: {"id": fake.customer(**given).id},
    "staff_group": lambda fake, given: {"id": fake.staff_group(**given).id},
    "member": lambda fake, given: {"id": _forum(fake, given).member(given["name"], bool(given.get("admin"))).id},
    "says": lambda fake, given: _user(fake, given).says(given["text"]),
    "photo": lambda fake, given: _user(fake, given).sends_photo(given.get("caption", "")),
    "album": lambda fake, given: _user(fake, given).sends_album(given.get("count", 3), given.get("caption", "")),
    "voice": lambda fake, given: _user(fake, given).sends_voice(),
    "sticker": lambda fake, given: _user(fake, given).sends_sticker(given["emoji"]),
    "phone": lambda fake, given: _user(fake, given).shares_phone(given["number"], given.get("own", True)),
    "presses": lambda fake, given: _user(fake, given).presses(given["button"]),
    "edits": lambda fake, given: _user(fake, given).edits(_message(fake, given), given["text"]),
    "blocks": lambda fake, given: _user(fake, given).blocks_bot(),
    "unblocks": lambda fake, given: _user(fake, given).unblocks_bot(),
    "writes": _writes,
    "staff_presses": lambda fake, given: _staff(fake, given).presses(_topic(fake, given), given["button"]),
    "delete_topic": lambda fake, given: _forum(fake, given).delete_topic(_topic(fake, given)),
    "topics": lambda fake, given: _forum(fake, given).topics,
    "topic": lambda fake, given: _topic(fake, given).messages,
    "transcript": _transcript,
    "deliver": lambda fake, given: fake.deliver(given["update"]),
    "fault": _fault,
    "clear_faults": lambda fake, _: fake.faults.clear(),
    "limits": _limits,
    "log": _log,
    "pending": lambda fake, _: fake.bot.mailroom.pending,
}
