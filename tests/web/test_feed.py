"""News inside the process, and the channel that spreads them."""

from datetime import UTC, datetime

from bot.intake.outbox import Post
from bot.web.channel import WebChannel
from bot.web.feed import EVERYTHING, Feed

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_who_hears_what() -> None:
    feed, heard = Feed(), []
    feed.subscribe("web:1", lambda: heard.append("one"))
    feed.subscribe(EVERYTHING, lambda: heard.append("all"))
    feed.notify("web:1")
    feed.notify("web:2")
    feed.notify(EVERYTHING)
    assert heard == ["one", "all", "all", "all"]


def test_leaving_twice_is_harmless_and_leaves_nothing_behind() -> None:
    feed, heard = Feed(), []
    leave = feed.subscribe("web:1", lambda: heard.append(1))
    leave()
    leave()
    feed.notify("web:1")
    assert heard == []
    assert feed._listeners == {}


def test_a_listener_may_leave_while_it_is_called() -> None:
    feed, heard = Feed(), []

    def once() -> None:
        heard.append(1)
        leave()

    leave = feed.subscribe("web:1", once)
    feed.subscribe("web:1", lambda: heard.append(2))
    feed.notify("web:1")
    feed.notify("web:1")
    assert heard == [1, 2, 2]


async def test_delivering_tells_the_page() -> None:
    feed, heard = Feed(), []
    feed.subscribe("web:1", lambda: heard.append(1))
    channel = WebChannel(feed)
    remote = await channel.deliver(_post(7, "web:1"))
    assert channel.name == "web"
    assert remote == ("web-7",)
    assert heard == [1]


def _post(id: int, conversation: str) -> Post:
    where = {"brand": "demo", "channel": "web", "conversation": conversation, "lane": conversation}
    what = {"author": "bot", "kind": "say", "payload": {"text": "x"}, "turn_id": None, "case_id": None}
    return Post(id=id, **where, **what, attempts=1, created_at=AT)
