"""The escalation card and how a case opens: facts, escaping, lengths, and the rows for the staff group."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.card import (
    ASK,
    BACK,
    LINE_SHOWN,
    TEXT_SHOWN,
    card_buttons,
    card_facts,
    card_html,
    mood_buttons,
    words_of,
)
from bot.desk.opening import raise_urgency, relay_to_staff, tell_staff
from bot.domain.escalation import CaseStatus, Urgency
from bot.domain.incoming import Action, Attachment, AttachmentKind, Press
from bot.domain.journey import JourneyStage, StageVerdict
from bot.domain.situation import MoodLine, Situation, Trend, Tried
from bot.domain.views import CustomerView, RequestKind, RequestView
from bot.reply.split import LIMIT, check_html, split_text, units
from bot.telegram.sending import plain
from nlp.types import Mood, Unheard
from tests.desk.conftest import ANGRY, CHAT, GROUP, MAI, Place
from tests.doubles.situations import (
    NOW,
    make_case,
    make_incoming,
    make_order,
    make_reading,
    make_situation,
    situations,
)

ABSURD = "<b>&\"'\n" * 3000 + "😡" * 3000


def _absurd() -> Situation:
    """Everything a customer or a shop can fill in, at its worst."""
    situation = make_situation(
        ABSURD,
        customer=CustomerView("c1", ABSURD),
        line=MoodLine((Mood.ANGRY,) * 500, Trend.FALLING, 500),
        orders=tuple(make_order(f"DH{number}" + "9" * 20, total=10**15) for number in range(50)),
        requests=tuple(RequestView(f"R-{number}", RequestKind.RETURN, "DH1", "accepted", NOW) for number in range(50)),
        tried=Tried(policies=("p" * 48,) * 500),
    )
    return replace(situation, stage=StageVerdict(JourneyStage.AT_RISK, ABSURD))


def test_the_facts_are_what_an_agent_needs() -> None:
    situation = make_situation(
        "Đơn DH1001 đâu?",
        Mood.ANGRY,
        orders=(make_order(), make_order("DH2"), make_order("DH3"), make_order("DH4")),
        requests=(RequestView("R-1001", RequestKind.CANCEL, "DH1", "accepted", NOW),),
        tried=Tried(policies=("a", "b", "c", "d", "e", "f")),
        reading=make_reading(Mood.ANGRY, unsure=True),
    )
    facts = card_facts(situation, ANGRY)
    assert json.loads(json.dumps(facts)) == facts
    assert (facts["customer"], facts["message"], facts["urgency"], facts["unsure"]) == (
        "Lan",
        "Đơn DH1001 đâu?",
        2,
        True,
    )
    assert (facts["reason"], facts["policy"], facts["why"]) == ("angry", "builtin.angry", "mood angry")
    assert [order["code"] for order in facts["orders"]] == ["DH1001", "DH2", "DH3"]
    assert facts["orders"][0]["items"] == ["1× Sản phẩm TEE-01"]
    assert facts["requests"] == ["R-1001 cancel: accepted"]
    assert facts["tried"] == ["b", "c", "d", "e", "f"]


def test_the_card_shows_the_facts() -> None:
    situation = make_situation(
        "Đơn DH1001 đâu?",
        Mood.ANGRY,
        orders=(make_order(total=1_190_000),),
        requests=(RequestView("R-1001", RequestKind.CANCEL, "DH1", "accepted", NOW),),
        tried=Tried(policies=("greeting",)),
        reading=make_reading(Mood.ANGRY, unsure=True),
    )
    html = card_html(make_case(), card_facts(situation, ANGRY))
    for part in (
        "❗ <b>C-1001</b> · angry · Lan",
        "waiting · opened 03:00 UTC",
        "<blockquote>Đơn DH1001 đâu?</blockquote>",
    ):
        assert part in html
    for part in ("🔴 angry, steady (unsure)", "1,190,000 ₫", "📝 R-1001 cancel: accepted", "greeting", "builtin.angry"):
        assert part in html


def test_who_holds_it_and_a_card_that_tells_little() -> None:
    facts = card_facts(make_situation("   ", customer=CustomerView("c1", ""), incoming=make_incoming("")), ANGRY)
    facts["customer"] = ""
    html = card_html(make_case(CaseStatus.HELD, holder_name="<Mai>"), facts)
    assert "held by &lt;Mai&gt;" in html
    assert "Unnamed customer" in html
    assert "(no text)" in html
    assert "Bot tried" not in html
    assert "(unsure)" not in html


def test_an_absurd_customer_still_fits_into_one_message() -> None:
    situation = _absurd()
    facts = card_facts(situation, replace(ANGRY, why=ABSURD, policy="p" * 64))
    html = card_html(make_case(CaseStatus.HELD, holder_name=ABSURD), facts)
    check_html(html)
    assert split_text(html) == [html]
    assert units(plain(html)) <= LIMIT
    assert len(facts["orders"]) == len(facts["requests"]) == 3


@settings(max_examples=60, deadline=None)
@given(situations(), st.text(max_size=900), st.sampled_from(list(Urgency)))
def test_any_card_is_sound_html_and_one_message(situation: Situation, text: str, urgency: Urgency) -> None:
    said = replace(situation, incoming=replace(situation.incoming, text=text))
    html = card_html(make_case(), card_facts(said, replace(ANGRY, urgency=urgency, why=text)))
    check_html(html)
    assert units(plain(html)) <= LIMIT


@pytest.mark.parametrize(
    ("status", "shown"),
    [(CaseStatus.WAITING, ["claim", "close"]), (CaseStatus.HELD, ["pass", "close"]), (CaseStatus.CLOSED, [])],
)
def test_the_buttons_fit_the_state(status: CaseStatus, shown: Sequence[str]) -> None:
    rows = card_buttons(make_case(status, id=7), {})
    assert [button["do"] for row in rows for button in row] == shown
    assert all(button["case"] == 7 for row in rows for button in row)


def test_the_mood_can_be_asked_about_while_the_case_is_open_and_the_mood_known() -> None:
    known = {"turn": 5, "moods": ["angry"]}
    [_, [ask]] = card_buttons(make_case(CaseStatus.HELD, id=7), known)
    assert (ask["mood"], ask["case"], ask["turn"]) == (ASK, 7, 5)
    for case, card in (
        (make_case(CaseStatus.CLOSED), known),
        (make_case(), {"moods": ["angry"]}),
        (make_case(), {"turn": 5}),
    ):
        assert all("mood" not in button for row in card_buttons(case, card) for button in row)


def test_all_nine_moods_can_be_chosen_and_there_is_a_way_back() -> None:
    *moods, back = mood_buttons(7, 5)
    assert [len(row) for row in moods] == [3, 3, 3]
    assert [button["mood"] for row in moods for button in row] == [mood.value for mood in Mood]
    assert [button["mood"] for button in back] == [BACK]
    assert {(button["case"], button["turn"]) for row in (*moods, back) for button in row} == {(7, 5)}


def test_a_corrected_mood_stands_in_the_line_with_what_was_read_and_who_said_so() -> None:
    facts = card_facts(make_situation("Đơn đâu?", Mood.ANGRY), ANGRY)
    html = card_html(make_case(), facts | {"corrected": "anxious", "corrected_by": "<Mai>"})
    assert "🟡 anxious (read as angry, corrected by &lt;Mai&gt;)" in html
    assert "🔴" not in html
    check_html(html)


def test_a_message_in_words() -> None:
    voice, sticker = Attachment(AttachmentKind.VOICE, "f"), Attachment(AttachmentKind.STICKER, "f", emoji="😡")
    assert words_of(make_incoming("nghe đi", attachments=(voice, sticker))) == "nghe đi [voice] [sticker 😡]"
    assert words_of(make_incoming("", press=Press(Action.RATE, "5"))) == "[button: rate 5]"
    assert words_of(make_incoming("", press=Press(Action.FORGET))) == f"[button: {Action.FORGET.value}]"
    assert words_of(make_incoming("")) == ""


def test_spoken_words_are_marked_for_staff() -> None:
    heard = Attachment(AttachmentKind.VOICE, "f", transcript="đơn đâu rồi")
    lost = Attachment(AttachmentKind.VOICE, "f", unheard=Unheard.SILENT)
    assert words_of(make_incoming("alo\nđơn đâu rồi", attachments=(heard,))) == "alo\n🎤 đơn đâu rồi"
    assert words_of(make_incoming("đơn đâu rồi", attachments=(heard, lost))) == "🎤 đơn đâu rồi [voice]"


# ---- opening ----


async def test_without_a_staff_group_a_case_opens_for_the_web_desk_alone(place: Place) -> None:
    where = await place.customer()
    case = await place.case(where)
    await _in_every_way(place, case)
    assert await place.posts() == []
    await place.desk.claim("demo", case, MAI)
    assert [row.lane for row in await place.posts()] == [CHAT]
    assert len(await place.desk.queue("demo")) == 1


async def _in_every_way(place: Place, case_id: int) -> None:
    """Everything the agent tells staff about an open case."""
    async with place.database.work(write=True) as work:
        case = await work.cases.get("demo", case_id)
        assert case is not None
        where = await work.turns.conversation_by_id(case.conversation_id)
        assert where is not None
        await relay_to_staff(work, make_incoming("alo", channel="telegram"), where, case)
        await tell_staff(work, where, "<b>Bot:</b> …")
        events = await work.cases.events(case_id)
        await raise_urgency(
            work, case, events, make_situation("tệ hơn"), replace(ANGRY, urgency=Urgency.CRITICAL), where, 99
        )
        await work.commit()


async def test_with_a_group_staff_see_the_card_the_relay_and_that_it_got_worse(place: Place) -> None:
    await place.bind()
    case = await place.case(await place.customer())
    await _in_every_way(place, case)
    card, copy, note, again = await place.posts()
    assert {(row.lane, row.author, row.channel) for row in (card, copy, note, again)} == {(GROUP, "system", "telegram")}
    assert (card.kind, card.case_id, card.urgent) == ("card", case, Urgency.HIGH)
    assert "C-1001" in card.payload["text"]
    assert [button["do"] for button in card.payload["buttons"][0]] == ["claim", "close"]
    assert copy.payload == {"from_chat": "42", "messages": ["1"], "to": "topic"}
    assert note.payload == {"text": "<b>Bot:</b> …", "plain": False}
    assert (again.kind, again.urgent) == ("card", Urgency.CRITICAL)
    assert "🚨" in again.payload["text"]
    [item] = await place.desk.queue("demo")
    assert (item.case.urgency, item.card["message"], item.card["turn"]) == (Urgency.CRITICAL, "tệ hơn", 99)


async def test_a_case_never_gets_less_urgent(place: Place) -> None:
    where = await place.customer()
    number = await place.case(where, replace(ANGRY, urgency=Urgency.CRITICAL))
    async with place.database.work(write=True) as work:
        case = await work.cases.get("demo", number)
        assert case is not None
        await raise_urgency(work, case, (), make_situation(), replace(ANGRY, urgency=Urgency.NORMAL), where, 99)
        await work.commit()
    [item] = await place.desk.queue("demo")
    assert item.case.urgency is Urgency.CRITICAL


@pytest.mark.parametrize(
    ("text", "attachments", "relayed"),
    [
        ("ngắn", (), False),
        ("dài " * TEXT_SHOWN, (), True),
        ("", (Attachment(AttachmentKind.PHOTO, "f"),), True),
    ],
)
async def test_what_the_card_can_not_show_is_relayed(
    place: Place, text: str, attachments: tuple[Attachment, ...], relayed: bool
) -> None:
    await place.bind()
    incoming = make_incoming(text, channel="web", conversation="web:lan", attachments=attachments)
    await place.case(await place.customer("web:lan"), situation=make_situation(incoming=incoming))
    rows = await place.posts("web:lan")
    assert [row.kind for row in rows] == ["card", "note"][: 1 + relayed]
    if relayed:
        assert rows[1].payload == {"text": words_of(incoming), "plain": True}


async def test_a_claimed_case_shows_it_on_its_card(place: Place) -> None:
    await place.bind()
    await place.desk.claim("demo", await place.case(await place.customer()), MAI)
    edit = next(row for row in await place.posts(CHAT, "edit_card"))
    assert "held by Mai" in edit.payload["text"]
    assert [button["do"] for button in edit.payload["buttons"][0]] == ["pass", "close"]


def test_a_long_line_is_cut() -> None:
    case, facts = make_case(), card_facts(make_situation(), replace(ANGRY, why="x" * 999))
    assert "x" * (LINE_SHOWN - 1) + "…" in card_html(case, facts)
    assert "x" * LINE_SHOWN not in card_html(case, facts)


def test_moods_that_expired_are_not_shown() -> None:
    facts = card_facts(make_situation(), ANGRY)
    del facts["moods"]
    assert "Mood:" not in card_html(make_case(), facts)
