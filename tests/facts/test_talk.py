"""What stored turns say about the conversation that runs."""

from datetime import timedelta

import pytest

from bot.domain.situation import Pending
from bot.facts.codec import to_json
from bot.facts.talk import earlier_in, last_language, pending_of, session_of, spoke, staff_at, tells_language, tried_in
from nlp.types import Intent, Language, Mood
from storage.turns import Heard
from tests.doubles.situations import NOW
from tests.facts.rows import felt, heard

ASKED = {"pending": to_json(Pending("cancel", "reason", (("order", "TH-1"),), ("other",)))}
HUMAN_OFFER = {"failed": True}
DAY = 24 * 60


def test_a_long_silence_begins_another_conversation() -> None:
    turns = [heard("c", 10), heard("b", DAY), heard("a", 3 * DAY)]
    assert [turn.text for turn in session_of(turns, NOW)] == ["c", "b"]
    assert session_of(turns, NOW + timedelta(days=2)) == []


def test_only_the_customers_turns_make_a_session() -> None:
    turns = [heard("c", 1), heard("bot", 2, author="bot"), heard("staff", 3, author="staff"), heard("a", 4)]
    assert [turn.text for turn in session_of(turns, NOW)] == ["c", "a"]


def test_moods_come_oldest_first_without_presses_and_commands() -> None:
    turns = felt(Mood.HAPPY, Mood.ANGRY)
    pressed = [heard("", 0.5, mood="neutral", policy="builtin.press"), heard("/help", 0.4, policy="builtin.command")]
    expired = heard("đã quên", 10, mood="")
    assert [one.mood for one in earlier_in([*pressed, *turns, expired], None)] == [Mood.HAPPY, Mood.ANGRY]


def test_an_earlier_message_comes_as_it_was_felt() -> None:
    as_felt = {"unsure": True, "felt": {"mood": "frustrated", "why": "a short word", "carried": True}}
    (one,) = earlier_in([heard("ok", 1, mood="neutral", reading=as_felt)], None)
    assert (one.text, one.mood, one.unsure, one.carried) == ("ok", Mood.FRUSTRATED, True, True)


@pytest.mark.parametrize(
    ("kind", "policy", "answer", "helped"),
    [
        ("reply", "parcel", {}, True),
        ("ask", "builtin.unsure", HUMAN_OFFER, False),
        ("silence", "builtin.held", {}, False),
        ("escalate", "builtin.trend", {}, False),
        ("reply", "builtin.waiting", {}, False),
    ],
)
def test_which_answers_helped(kind: str, policy: str, answer: dict[str, bool], helped: bool) -> None:
    turn = heard("đơn của tôi đâu", 5, mood="neutral", kind=kind, policy=policy, answer=answer)
    assert earlier_in([turn], None)[0].helped is helped
    assert earlier_in([turn], NOW)[0].helped, "staff wrote after it"
    assert earlier_in([turn], NOW - timedelta(days=1))[0].helped is helped


def test_when_staff_wrote_last() -> None:
    turns = [heard("c", 1), heard("dạ", 2, author="staff"), heard("dạ", 9, author="staff")]
    assert staff_at(turns) == turns[1].at
    assert staff_at(turns[:1]) is None


def test_unsure_messages_count_in_a_row_unless_they_answered_a_question() -> None:
    def unsure(policy: str, minutes: float) -> Heard:
        return heard("hả", minutes, mood="neutral", policy=policy, reading={"unsure": True})

    sure = heard("đơn đâu", 8, mood="neutral", policy="parcel", reading={"unsure": False})
    two = [unsure("builtin.unsure", 1), unsure("unsure_in_faq", 2)]
    assert tried_in([*two, sure, unsure("builtin.unsure", 9)], Intent.OTHER, None).unsure == 2
    assert tried_in([two[0], unsure("builtin.form", 3), two[1]], Intent.OTHER, None).unsure == 1
    assert tried_in(two, Intent.OTHER, NOW).unsure == 0, "a human has helped since"


def test_a_press_or_command_is_no_word_of_ones_own() -> None:
    assert spoke(heard("xin chào"))
    assert not spoke(heard(""))
    assert not spoke(heard("Tắt", policy="builtin.press"))
    assert not spoke(heard("chào", author="bot"))


def test_what_was_tried() -> None:
    newest_first = [
        heard("c", 1, kind="ask", policy="builtin.unsure", answer=HUMAN_OFFER | {"text_key": "unknown"}),
        heard("b", 2, kind="reply", policy="parcel_upset", answer={"lead_key": "sorry_wait", "apologised": True}),
        heard("a", 3, kind="silence", policy="builtin.held"),
    ]
    tried = tried_in(newest_first, Intent.TRACK_ORDER, None)
    assert tried.answers == 2
    assert tried.failed == 1
    assert tried.apologised
    assert tried.policies == ("builtin.held", "parcel_upset", "builtin.unsure")
    assert tried.texts == ("sorry_wait", "unknown")
    assert not tried.greeted


def test_failures_count_in_a_row_only() -> None:
    failed, good = {"kind": "ask", "answer": HUMAN_OFFER}, {"kind": "reply", "answer": {}}
    assert tried_in([heard("c", 1, **failed), heard("b", 2, **failed), heard("a", 3)], Intent.OTHER, None).failed == 2
    assert tried_in([heard("c", 1, **good), heard("b", 2, **failed)], Intent.OTHER, None).failed == 0


def test_a_closed_case_forgives_what_came_before() -> None:
    turns = [heard("b", 1, kind="ask", answer=HUMAN_OFFER), heard("a", 60, kind="ask", answer=HUMAN_OFFER)]
    assert tried_in(turns, Intent.OTHER, NOW - timedelta(minutes=30)).failed == 1


@pytest.mark.parametrize(("intent", "count"), [(Intent.TRACK_ORDER, 2), (Intent.STOCK, 0), (Intent.OTHER, 0)])
def test_the_same_wish_again(intent: Intent, count: int) -> None:
    turns = [
        heard(minutes_ago=1, intent="track_order"),
        heard(minutes_ago=2, intent="track_order"),
        heard(minutes_ago=3),
    ]
    assert tried_in(turns, intent, None).same_intent == count


@pytest.mark.parametrize("greeting", [{"intent": "greeting"}, {"policy": "greeting"}])
def test_greeted(greeting: dict[str, str]) -> None:
    assert tried_in([heard(**{"intent": "other", "policy": "parcel"} | greeting)], Intent.OTHER, None).greeted  # type: ignore[arg-type]


def test_a_question_waits_for_two_hours() -> None:
    asked = [heard("huỷ đơn", 30, answer=ASKED)]
    assert pending_of(asked, NOW) == Pending("cancel", "reason", (("order", "TH-1"),), ("other",))
    assert pending_of(asked, NOW + timedelta(hours=3)) is None
    assert pending_of([heard("khác", 1), *asked], NOW) is None
    assert pending_of([], NOW) is None


@pytest.mark.parametrize("text", ["", "ok", "TH-10231", "👍", "123"])
def test_some_words_tell_no_language(text: str) -> None:
    assert not tells_language(text)


def test_the_last_language_that_was_told() -> None:
    english = {"reading": {"language": "en"}}
    turns = [heard("TH-10231", 1), heard("where is my order?", 2, **english), heard("đơn của tôi đâu?", 3)]
    assert last_language(turns) is Language.EN
    assert last_language([heard("ok", 1), heard("bonjour tout le monde", 2, reading={"language": "other"})]) is None
    assert last_language([]) is None
