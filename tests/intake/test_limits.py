from itertools import pairwise

import pytest

from bot.intake.limits import Limits, is_group
from bot.intake.settings import OutboxSettings, RateSettings

TELEGRAM = OutboxSettings().limits
CHAT, GROUP = "telegram:777:5", "telegram:777:-1005"


def moments(lanes: list[str], messages: int = 1) -> list[float]:
    """When each of these lanes' messages may leave, in the order asked, from second 100 on."""
    limits, now, sent = Limits(TELEGRAM), 100.0, []
    for lane in lanes:
        now = max(now, limits.lane_free_at("telegram", lane, messages), limits.bot_free_at("telegram", lane, messages))
        limits.note("telegram", lane, now, messages)
        sent.append(now)
    return sent


def most_in(seconds: float, sent: list[float]) -> int:
    return max(sum(start <= moment < start + seconds for moment in sent) for start in sent)


def test_groups_have_negative_ids() -> None:
    assert is_group(GROUP)
    assert not is_group(CHAT)
    assert not is_group("web:3f2a")


def test_a_chat_gets_one_a_second_with_a_short_burst() -> None:
    sent = moments([CHAT] * 60)
    assert sent[:3] == [100, 100, 100]
    assert most_in(1, sent) == 3
    assert most_in(3, sent) == 3
    assert sent[-1] - sent[0] == 57


def test_a_group_gets_twenty_in_any_minute() -> None:
    sent = moments([GROUP] * 70)
    assert most_in(60, sent) == 20
    assert sent[20] == 160  # the first twenty took their burst, the next one waits for the minute to pass
    assert sent[60] == 280


def test_the_bot_sends_thirty_in_any_second() -> None:
    sent = moments([f"telegram:777:{n}" for n in range(300)])
    assert most_in(1, sent) == 30
    assert sent[-1] == 109


def test_bots_have_their_own_allowance() -> None:
    assert set(moments([f"telegram:{bot}:{n}" for bot in (1, 2) for n in range(30)])) == {100}


def test_an_album_counts_as_many_as_it_has_messages() -> None:
    sent = moments([GROUP] * 4, messages=10)
    assert [b - a for a, b in pairwise(sent)] == [3, 57, 3]


def test_more_messages_than_ever_fit_wait_for_an_empty_window() -> None:
    assert moments([CHAT] * 2, messages=100) == [100, 103]


def test_a_channel_that_is_not_named_has_no_limits() -> None:
    limits = Limits(TELEGRAM)
    for _ in range(1000):
        limits.note("web", "web:1", 5.0)
    assert limits.lane_free_at("web", "web:1") == limits.bot_free_at("web", "web:1") == 0


def test_idle_lanes_are_forgotten() -> None:
    limits = Limits(TELEGRAM)
    for n in range(5000):
        limits.note("telegram", f"telegram:777:{n}", float(n))
    assert len(limits._windows) < 1100


def test_a_rate_must_be_possible() -> None:
    with pytest.raises(ValueError, match="seconds"):
        RateSettings(count=1, seconds=0)
