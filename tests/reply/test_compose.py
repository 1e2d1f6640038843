"""Every decision in every situation has a valid answer, and the rules of tact hold."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.answer import Answer, Suggestion
from bot.domain.consent import PersonalisationLevel
from bot.domain.decision import Ask, Decision, Escalate, Offer, Reply, Silence, SuggestionKind, SuggestionPlan, Tone
from bot.domain.escalation import CaseStatus, Urgency
from bot.domain.incoming import Action, Attachment, AttachmentKind
from bot.domain.situation import Pending, Tried
from bot.domain.views import AddressForm
from bot.reply.compose import Composer
from bot.reply.skills import SKILLS
from bot.reply.split import LIMIT, check_html, units
from nlp.types import Language, Mood
from tests.doubles.situations import NOW, make_case, make_incoming, make_order, make_situation, orders, situations
from tests.reply.conftest import COMPOSER, KNOWN, TEXTS, ask, labels, said

PLAN = SuggestionPlan((SuggestionKind.BESTSELLERS,))
GIFT = Suggestion("MUG-02", "Cốc <sứ>", 90_000, "bestseller", "Vì bán chạy.")
_text_keys = st.sampled_from(sorted(TEXTS.keys)) | st.just("gone")
_skills = st.sampled_from(sorted(SKILLS)) | st.just("gone")
_tones = st.sampled_from(list(Tone))
_leads = st.sampled_from(["", "glad", "sorry_wait", "gone", "order_placed"])
_forms = st.sampled_from(["", "human_offer", "link", "cancel", "address", "forget", "gone"])
decisions: st.SearchStrategy[Decision] = st.one_of(
    st.builds(Reply, st.just("p"), st.just("w"), _skills | st.just(""), _text_keys, _leads, _tones),
    st.builds(Ask, st.just("p"), st.just("w"), _text_keys, _leads, _tones, _forms),
    st.builds(Offer, st.just("p"), st.just("w"), st.just(PLAN), _text_keys, _leads, _tones),
    st.builds(
        Escalate,
        *(st.just("p"), st.just("w"), st.just("angry"), st.just(Urgency.HIGH), _text_keys),
        skill=_skills | st.just(""),
        tone=_tones,
    ),
    st.just(Silence("p", "w")),
)
_order = orders.flatmap(
    lambda order: st.builds(
        lambda days, carrier: replace(order, expected_at=NOW + timedelta(days=days), carrier=carrier),
        *(st.integers(-9, 9), st.sampled_from(["", "GHN <b>"])),
    )
)
forms = st.builds(
    Pending,
    st.sampled_from(["cancel", "change", "return", "payment", "warranty", "link", "forget", "address", "gone"]),
    st.sampled_from(["order", "item", "reason", "what", "detail", "issue", "problem", "photo", "confirm", "gone"]),
    st.dictionaries(st.sampled_from(["order", "item", "reason", "code"]), st.sampled_from(["DH1", "TEE-01", "x"])).map(
        lambda fields: tuple(fields.items())
    ),
    st.just(("DH1", "other", "skip", "yes")),
    st.integers(0, 4),
)


def _valid(answer: Answer) -> Iterator[str]:
    for message in answer.messages:
        check_html(message.text)
        assert message.text.strip()
        assert units(message.text) <= LIMIT
        assert not (message.buttons and (message.menu or message.ask_phone)), "Telegram takes one keyboard per message"
        for row in message.buttons:
            assert row
            for button in row:
                assert 0 < len(button.label) <= 64
                assert len(button.value.encode()) <= 56
        yield message.text


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), decisions, st.none() | forms, st.sampled_from(["", "no_match", "too_often"]))
def test_any_situation_has_a_valid_answer(
    data: st.DataObject, decision: Decision, form: Pending | None, refused: str
) -> None:
    found = data.draw(st.none() | _order)
    situation = data.draw(
        situations(
            pending=form,
            found_order=found,
            lookup_refused=refused,
            mydata=data.draw(st.sampled_from(["", "{}", "[]", "oops"])),
            orders=tuple(data.draw(st.lists(_order, max_size=3))),
        )
    )
    suggestions = data.draw(st.sampled_from([(), (GIFT,)]))
    answer = COMPOSER.compose(situation, decision, suggestions)
    spoken = list(_valid(answer))
    assert bool(spoken) is not isinstance(decision, Silence)
    if situation.tried.apologised and not isinstance(decision, Escalate):
        key = getattr(decision, "text", "")
        assert not answer.apologised or key.startswith("sorry")
    if isinstance(decision, Escalate):
        assert not answer.suggestions
        assert not any(message.buttons for message in answer.messages)
    if answer.asked_level:
        assert any(button.action is Action.LEVEL for m in answer.messages for row in m.buttons for button in row)
    assert COMPOSER.compose(situation, decision, suggestions) == answer, "the past replays the same"


def test_silence_says_nothing() -> None:
    assert COMPOSER.compose(make_situation(), Silence("p", "w")) == Answer()


def test_lead_comes_first_and_apologises_once() -> None:
    decision = Reply("p", "w", text="thanks", lead="sorry_wait")
    first = COMPOSER.compose(make_situation(), decision)
    assert first.apologised
    assert first.messages[0].text.startswith("Dạ, shop xin lỗi")
    again = COMPOSER.compose(make_situation(tried=Tried(apologised=True)), decision)
    assert not again.apologised
    assert "xin lỗi" not in said(again)


def test_only_sorry_texts_apologise(composer: Composer) -> None:
    for key in TEXTS.keys:
        if not TEXTS.stands_alone(key):
            continue
        for language in (Language.VI, Language.EN):
            for tone in Tone:
                message = composer.compose(make_situation(language=language), Reply("p", "w", text=key, tone=tone))
                apologises = any(word in said(message).lower() for word in ("xin lỗi", "sorry", "apolog"))
                assert apologises is key.startswith("sorry"), (key, language, tone)


@pytest.mark.parametrize("form", list(AddressForm))
def test_forms_of_address_fit(form: AddressForm) -> None:
    spoken = said(ask("greeting", customer=replace(KNOWN, address=form)))
    me = {"quý khách": "shop", "anh": "em", "chị": "em", "em": "shop", "bạn": "mình", "ông": "cháu", "bà": "cháu"}
    assert form.value in spoken.lower()
    assert me.get(form.value, "cháu") in spoken.lower()
    assert spoken[0].isupper()
    assert spoken.startswith("Dạ") is (form not in (AddressForm.EM, AddressForm.BAN))


def test_wordings_vary_without_chance_and_never_repeat_the_last() -> None:
    texts = [said(ask("thanks", tried=Tried(texts=("thanks",) * count))) for count in range(6)]
    assert all(one != other for one, other in zip(texts, texts[1:], strict=False))
    assert texts == [said(ask("thanks", tried=Tried(texts=("thanks",) * count))) for count in range(6)]


def test_tone_falls_back_to_warm() -> None:
    def spoken(tone: Tone, key: str) -> str:
        return said(COMPOSER.compose(make_situation(language=Language.EN), Reply("p", "w", text=key, tone=tone)))

    assert spoken(Tone.PLAYFUL, "glad") == "Yay! 🎉"
    assert spoken(Tone.PLAYFUL, "unreadable") == spoken(Tone.WARM, "unreadable")


def test_offer_shows_cards_with_their_buttons() -> None:
    answer = COMPOSER.compose(make_situation(), Offer("p", "w", PLAN, "offer_more", "glad"), (GIFT,))
    assert answer.suggestions == (GIFT,)
    assert answer.solved
    assert answer.messages[-1].text == "🛍 <b>Cốc &lt;sứ&gt;</b>\n90.000 ₫"
    assert labels(answer.messages[-1]) == ["Chi tiết", "Vì sao?", "Không quan tâm"]


def test_offer_without_suggestion_says_the_lead_alone() -> None:
    answer = COMPOSER.compose(make_situation(language=Language.EN), Offer("p", "w", PLAN, "offer_more", "glad"))
    assert answer.text_key == "glad"
    assert len(answer.messages) == 1
    assert COMPOSER.compose(make_situation(), Offer("p", "w", PLAN, "offer_more")).text_key == "offer_none"


def test_reply_may_suggest_but_not_over_a_question() -> None:
    decision = Reply("p", "w", skill="thanks", suggest=PLAN)
    assert COMPOSER.compose(make_situation(), decision, (GIFT,)).suggestions == (GIFT,)
    asking = Reply("p", "w", skill="unknown", suggest=PLAN)
    answer = COMPOSER.compose(make_situation(), asking, (GIFT,))
    assert answer.suggestions == ()
    assert len(answer.messages) == 1
    recommended = COMPOSER.compose(make_situation(), Reply("p", "w", skill="recommend"), (GIFT,))
    assert recommended.text_key == "offer_asked"


def test_escalation_tells_when_a_human_answers() -> None:
    decision = Escalate("p", "w", "human_wish", Urgency.NORMAL, "escalated_human")
    assert "08:00" not in said(COMPOSER.compose(make_situation(), decision))
    assert "08:00" in said(COMPOSER.compose(make_situation(open_hours=False), decision))


def test_danger_gives_the_emergency_numbers() -> None:
    decision = Escalate("p", "w", "danger", Urgency.CRITICAL, "escalated_danger")
    for language in (Language.VI, Language.EN):
        for open_hours in (True, False):
            spoken = said(COMPOSER.compose(make_situation(language=language, open_hours=open_hours), decision))
            assert all(number in spoken for number in ("113", "114", "115"))


def test_escalation_adds_facts_from_data_only() -> None:
    decision = Escalate("p", "w", "angry", Urgency.HIGH, "escalated_angry", skill="order_status")
    with_order = COMPOSER.compose(make_situation(orders=(make_order(),), customer=KNOWN), decision)
    assert "DH1001" in said(with_order)
    assert with_order.text_key == "escalated_angry"
    assert "DH1001" not in said(COMPOSER.compose(make_situation(), decision))
    assert said(COMPOSER.compose(make_situation(), replace(decision, skill=""))).startswith("Dạ, chuyện này")


def test_ask_opens_its_form() -> None:
    offered = COMPOSER.compose(make_situation(), Ask("p", "w", "human_offer", form="human_offer"))
    assert offered.pending == Pending("human_offer", "confirm", options=("yes", "no"))
    assert [button.action for button in offered.messages[0].buttons[0]] == [Action.HUMAN, Action.CONFIRM]
    asked = COMPOSER.compose(make_situation(), Ask("p", "w", "complaint_what"))
    assert asked.pending is None
    linking = COMPOSER.compose(make_situation(), Ask("p", "w", "complaint_what", form="link"))
    assert linking.messages[0].ask_phone
    assert linking.text_key == "complaint_what"


def test_level_is_asked_once_in_a_good_moment() -> None:
    newcomer = replace(KNOWN, asked_level=False)
    orders_ = (make_order(),)

    def asked(**overrides: object) -> bool:
        values = {"customer": newcomer, "orders": orders_, "tried": Tried(answers=1)} | overrides
        return ask("order_status", "đơn của tôi đâu", **values).asked_level

    assert asked()
    assert not asked(tried=Tried())
    assert not asked(customer=KNOWN)
    assert not asked(customer=replace(newcomer, known=False), orders=orders_)
    assert not asked(mood=make_situation().mood, reading=make_situation(mood=Mood.ANXIOUS).reading)
    assert not asked(case=make_case(CaseStatus.WAITING))
    assert asked(case=make_case(CaseStatus.CLOSED))
    assert not ask("thanks", "cảm ơn", customer=newcomer).asked_level


def test_desk_speaks_to_customers_too(composer: Composer) -> None:
    joined = composer.tell("human_joined", Language.VI, AddressForm.CHI, staff="<Mai>")
    assert joined.text == "🙋 &lt;Mai&gt; đã vào cuộc trò chuyện và sẽ trả lời chị từ bây giờ ạ."
    done = composer.tell("request_done", Language.EN, AddressForm.ANH, number="R-1001", kind="cancel", note="")
    assert done.text == "✅ Request <b>R-1001</b> (cancellation) is done."


def test_customer_words_are_escaped() -> None:
    situation = make_situation(language=Language.EN, customer=replace(KNOWN, name="<script>&"))
    spoken = said(ask("greeting", situation=situation))
    assert "<script>" not in spoken
    assert "&lt;script&gt;&amp;" in spoken


def test_long_answers_are_split_and_keep_their_buttons() -> None:
    many = tuple(make_order(f"DH{n}", lines=(make_order().lines[0],) * 2) for n in range(1000, 1004))
    situation = make_situation(orders=many, customer=KNOWN)
    assert len(ask("order_status", situation=situation).messages) == 1


def test_mood_is_never_named() -> None:
    words = (
        "tức giận",
        "bực",
        "giận dữ",
        "thất vọng",
        "lo lắng",
        "angry",
        "upset",
        "frustrat",
        "disappoint",
        "worried",
    )
    for key in TEXTS.keys - {"level_full", "privacy", "forget_ask"}:
        for language in (Language.VI, Language.EN):
            if TEXTS.stands_alone(key):
                spoken = said(COMPOSER.compose(make_situation(language=language), Reply("p", "w", text=key))).lower()
                assert not any(word in spoken for word in words), key


def test_mydata_comes_as_a_document() -> None:
    answer = ask("mydata", mydata=json.dumps({"customer": [], "turn": []}))
    assert answer.messages[0].document == "my-data.json"
    assert json.loads(answer.messages[0].document_text) == {"customer": [], "turn": []}
    assert ask("mydata").text_key == "mydata_none"
    assert ask("mydata", mydata="[]").messages[0].document_text == "[]"
    assert ask("mydata", mydata="oops").messages[0].document_text == "oops"


def test_level_press_keeps_the_words_agreed_to() -> None:
    shown = ask("privacy")
    assert shown.asked_level
    assert len(shown.messages[0].buttons) == len(PersonalisationLevel) + 1  # and whether to learn


@pytest.mark.parametrize("language", [Language.VI, Language.EN])
def test_who_wrote_and_spoke_hears_that_only_the_words_were_read(language: Language) -> None:
    voice = Attachment(AttachmentKind.VOICE, "f")
    wrote = make_situation(incoming=make_incoming("mấy giờ mở cửa", attachments=(voice,)), language=language)
    reply = Reply("p", "w", text="thanks")
    first, answer = COMPOSER.compose(wrote, reply).messages
    assert ("thoại" if language is Language.VI else "voice") in first.text
    assert answer == COMPOSER.compose(make_situation(language=language), reply).messages[0]
    heard = replace(voice, transcript="mấy giờ mở cửa")
    understood = replace(wrote, incoming=make_incoming("mấy giờ mở cửa", attachments=(heard,)))
    assert len(COMPOSER.compose(understood, reply).messages) == 1
    assert len(COMPOSER.compose(replace(wrote, case=make_case()), reply).messages) == 1  # a human will listen
