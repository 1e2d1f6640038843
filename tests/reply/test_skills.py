"""What the skills say from data."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.answer import Answer
from bot.domain.consent import PersonalisationLevel
from bot.domain.decision import Escalate, Offer, SuggestionKind, SuggestionPlan
from bot.domain.effects import (
    Dismiss,
    Forget,
    LinkPhone,
    Rate,
    SetAddress,
    SetImprove,
    SetLanguage,
    SetLevel,
    StopSuggestions,
)
from bot.domain.escalation import Urgency
from bot.domain.incoming import Action, Attachment, AttachmentKind, Command, Press
from bot.domain.situation import Pending, Tried
from bot.domain.views import AddressForm, FaqHit, LineView, Need, Offered, OrderStatus, RequestKind, RequestView
from nlp.types import Intent, Language, Unheard
from tests.doubles.situations import NOW, make_incoming, make_order, make_product, make_situation
from tests.reply.conftest import COMPOSER, KNOWN, ask, labels, press, said

CAMERA = make_product("CAM-03", name="Máy ảnh A", price=5_990_000, score=0.8, warranty_months=12)
LENS = make_product("LEN-01", name="Ống kính B", stock=0, score=0.7, attributes=(("Tiêu cự", "50 mm"),))


def test_order_status_has_all_that_is_known() -> None:
    order = make_order(
        "TH-1", carrier="GHN", tracking="X<1", expected_at=NOW + timedelta(days=1), status=OrderStatus.SHIPPED
    )
    spoken = said(ask("order_status", "đơn đâu rồi", orders=(order,)))
    assert "<b>TH-1</b>" in spoken
    assert "qua GHN, mã vận đơn <code>X&lt;1</code>" in spoken
    assert "Dự kiến giao ngày mai (3/3)" in spoken


def test_order_status_in_english() -> None:
    order = make_order("TH-1", status=OrderStatus.DELIVERED, delivered_at=NOW - timedelta(days=70))
    answer = ask("order_status", "where is it", orders=(order,), language=Language.EN)
    assert "was delivered 22 December 2025" in said(answer)


def test_underway_orders_come_before_old_ones_and_a_named_one_alone() -> None:
    underway, old = make_order("TH-1001"), make_order("TH-1002", status=OrderStatus.DELIVERED, days_ago=30)
    both = said(ask("order_status", "đơn của tôi", orders=(underway, old)))
    assert "TH-1001" in both
    assert "TH-1002" not in both
    assert "TH-1002" in said(ask("order_status", "đơn TH-1002", orders=(underway, old)))
    assert "TH-1002" in said(ask("order_status", "đơn của tôi", orders=(old,)))
    assert ask("order_status", "đơn TH-7777 đâu", orders=(underway,)).text_key == "order_not_yours"


def test_late_orders_are_admitted_and_a_colleague_offered() -> None:
    late = make_order(expected_at=NOW - timedelta(days=2))
    answer = ask("order_status", "sao chưa tới", orders=(late,))
    assert "đang bị trễ" in said(answer)
    assert "Dự kiến" not in said(answer)
    assert answer.pending is not None
    assert answer.pending.form == "human_offer"


def test_unlinked_customers_are_asked_for_their_phone() -> None:
    answer = ask("order_status", situation=make_situation("đơn đâu"))
    assert answer.text_key == "link_ask"
    half = ask("order_status", situation=make_situation("đơn TH-10234 đâu"))
    assert half.text_key == "link_digits"
    assert half.pending == Pending("link", "phone_or_order", (("code", "TH-10234"),))
    still = ask("form", situation=make_situation("hả", pending=half.pending))
    assert still.pending == Pending("link", "phone_or_order", (("code", "TH-10234"),), tries=1)
    tired = replace(still.pending, tries=3)
    assert ask("form", situation=make_situation("hả", pending=tired)).text_key == "link_failed"
    assert ask("order_status").text_key == "no_orders"


def test_phone_sharing_links() -> None:
    mine = make_incoming("", attachments=(Attachment(AttachmentKind.CONTACT, phone="+84905550123"),))
    answer = ask("find_order", situation=make_situation(incoming=mine))
    assert answer.effects == (LinkPhone("+84905550123"),)
    assert answer.messages[0].menu, "the menu takes the place of the sharing keyboard"
    other = make_incoming("", attachments=(Attachment(AttachmentKind.CONTACT),))
    assert ask("find_order", situation=make_situation(incoming=other)).text_key == "link_not_yours"


def test_lookup_shows_the_status_only() -> None:
    found = make_order("TH-1")
    spoken = said(ask("order_status", situation=make_situation("TH-1 0123", found_order=found)))
    assert "TH-1" in spoken
    assert "Sản phẩm" not in spoken
    assert "190.000" not in spoken
    assert ask("find_order", situation=make_situation(lookup_refused="no_match")).text_key == "lookup_no_match"
    assert ask("find_order", situation=make_situation(lookup_refused="too_often")).text_key == "lookup_too_often"


def test_return_window_counts_the_last_day_in_full() -> None:
    fresh = make_order("TH-1", status=OrderStatus.DELIVERED, delivered_at=NOW - timedelta(days=7))
    over = make_order("TH-2", status=OrderStatus.DELIVERED, delivered_at=NOW - timedelta(days=8))
    spoken = said(ask("return_window", orders=(fresh, over, make_order("TH-3"))))
    assert "trong <b>7 ngày</b>" in spoken
    assert "TH-1</b> (Sản phẩm TEE-01) giao ngày 23/2: còn đổi trả được đến hết hôm nay (2/3)" in spoken
    assert "TH-2</b> (Sản phẩm TEE-01) giao ngày 22/2: hạn đổi trả đã hết hôm qua (1/3)" in spoken
    assert "TH-3" not in spoken
    named = said(ask("return_window", "đơn TH-2 trả được không", orders=(replace(fresh, code="TH-11"), over)))
    assert "TH-2" in named


def test_requests_are_listed_newest_first() -> None:
    old = RequestView("R-1", RequestKind.CANCEL, "TH-1", "done", NOW - timedelta(days=3))
    new = RequestView("R-2", RequestKind.PAYMENT, "", "open", NOW)
    spoken = said(ask("request_status", requests=(old, new)))
    assert spoken.index("R-2") < spoken.index("R-1")
    assert "đã gửi, chờ nhân viên xem" in spoken
    assert ask("request_status").text_key == "request_none"


def test_product_facts() -> None:
    product = replace(CAMERA, description="Nhỏ & nhẹ", attributes=(("Màu", "Đen"),), returnable=False, stock=2)
    spoken = said(ask("product_facts", "máy ảnh A thế nào", products=(product,)))
    assert spoken.startswith("<b>Máy ảnh A</b>\n5.990.000 ₫ · chỉ còn 2")
    assert "Nhỏ &amp; nhẹ" in spoken
    assert "• Màu: Đen\n• Bảo hành: 12 tháng\n• Đổi trả: món này không đổi trả được" in spoken
    assert ask("product_facts").text_key == "product_which"


def test_two_products_are_compared() -> None:
    one, two = replace(CAMERA, attributes=(("Nặng", "300 g"),)), replace(LENS, attributes=(("Nặng", "90 g"),))
    spoken = said(ask("product_facts", "so sánh máy ảnh A và ống kính B", products=(one, two)))
    assert "<b>Giá</b>\n• Máy ảnh A: 5.990.000 ₫\n• Ống kính B: 190.000 ₫" in spoken
    assert "• Ống kính B: hết hàng" in spoken
    assert "<b>Bảo hành</b>\n• Máy ảnh A: 12 tháng\n• Ống kính B: không có" in spoken
    assert "<b>Nặng</b>\n• Máy ảnh A: 300 g" in spoken
    plain = said(ask("compare", products=(LENS, replace(LENS, sku="L2"))))
    assert "Bảo hành" not in plain
    assert ask("compare", products=(CAMERA,)).text_key == "product_facts"
    assert ask("compare").text_key == "product_which"


def test_price_and_stock_in_both_languages() -> None:
    assert said(ask("price_stock", products=(CAMERA, LENS))).splitlines() == [
        "• <b>Máy ảnh A</b>: 5.990.000 ₫, còn hàng",
        "• <b>Ống kính B</b>: 190.000 ₫, hết hàng",
    ]
    assert "₫5,990,000, in stock" in said(ask("price_stock", products=(CAMERA,), language=Language.EN))
    assert ask("price_stock").text_key == "product_which"


def test_faq_answers_or_admits() -> None:
    hit = FaqHit("ship", "Bao lâu?", "<b>2</b> ngày", 0.9)
    answer = ask("faq", faq=(hit,))
    assert said(answer) == "<b>2</b> ngày"
    assert answer.solved
    unknown = ask("faq")
    assert unknown.text_key == "unknown"
    assert not unknown.solved
    assert labels(unknown.messages[0]) == ["Có, gọi nhân viên", "Không cần"]


def test_greeting_once() -> None:
    assert ask("greeting").text_key == "greeting"
    assert ask("greeting", tried=Tried(greeted=True)).text_key == "greeting_again"


def test_suggestion_buttons() -> None:
    offered = (Offered("CAM-03", NOW, "bestseller", why="Bán chạy & đẹp."), Offered("X", NOW, "bestseller"))
    assert said(press(Action.WHY, "CAM-03", offered=offered)) == "Bán chạy &amp; đẹp."
    assert press(Action.WHY, "X", offered=offered).text_key == "stale_button"
    assert press(Action.NOT_INTERESTED, "CAM-03").effects == (Dismiss("CAM-03"),)
    assert press(Action.NOT_INTERESTED).text_key == "stale_button"
    assert press(Action.DETAILS, "CAM-03", products=(CAMERA,)).text_key == "product_facts"
    assert press(Action.DETAILS, "CAM-03").text_key == "stale_button"
    for skill in ("not_interested", "details"):
        assert ask(skill).text_key == "stale_button"


def test_why_in_words_is_about_what_was_shown_last() -> None:
    older, newer = NOW - timedelta(days=1), NOW
    offered = (
        Offered("CAM-03", older, "bestseller", why="Hôm qua."),
        Offered("TEE-01", newer, "bestseller", why="Bán chạy."),
        Offered("MUG-02", newer, "you_asked", why="Được hỏi."),
    )
    assert said(press(Action.WHY, offered=offered)) == "Bán chạy.\n\nĐược hỏi."
    assert press(Action.WHY).text_key == "recommend_need"
    assert ask("recommend").text_key == "recommend_need"


def test_level_buttons_take_force_and_keep_the_wording() -> None:
    answer = press(Action.LEVEL, "basic", customer=replace(KNOWN, suggestions_stopped=True))
    level, resumed = answer.effects
    assert isinstance(level, SetLevel)
    assert level.level is PersonalisationLevel.BASIC
    assert "đã mua và đã xem" in level.wording
    assert resumed == StopSuggestions(stopped=False)
    assert "Gợi ý được bật lại" in said(answer)
    assert len(press(Action.LEVEL, "off", customer=replace(KNOWN, suggestions_stopped=True)).effects) == 1
    assert len(press(Action.LEVEL, "full").effects) == 1
    assert press(Action.LEVEL, "all").text_key == "stale_button"


def test_learning_is_asked_for_by_itself_and_only_where_privacy_is_the_subject() -> None:
    asked = ask("privacy")
    assert "Hiện giờ: <b>không</b>" in said(asked)
    *_, [button] = asked.messages[-1].buttons
    assert (button.action, button.value) == (Action.IMPROVE, "yes")
    learning = ask("privacy", customer=replace(KNOWN, improve_allowed=True))
    assert "Hiện giờ: <b>có</b>" in said(learning)
    *_, [button] = learning.messages[-1].buttons
    assert (button.action, button.value) == (Action.IMPROVE, "no")


@pytest.mark.parametrize(("value", "allowed"), [("yes", True), ("no", False)])
def test_an_answer_about_learning_keeps_the_wording(value: str, allowed: bool) -> None:
    answer = press(Action.IMPROVE, value)
    (effect,) = answer.effects
    assert isinstance(effect, SetImprove)
    assert effect.allowed is allowed
    assert "học từ tin nhắn" in effect.wording
    assert answer.text_key == f"improve_set_{value}"
    assert press(Action.IMPROVE, "perhaps").text_key == "stale_button"


def test_level_off_ends_the_learning_and_no_other_level_touches_it() -> None:
    learning = replace(KNOWN, improve_allowed=True)
    _, ended = press(Action.LEVEL, "off", customer=learning).effects
    assert isinstance(ended, SetImprove)
    assert not ended.allowed
    assert len(press(Action.LEVEL, "basic", customer=learning).effects) == 1


def test_language_changes_at_once() -> None:
    answer = press(Action.LANGUAGE, "en")
    assert answer.effects == (SetLanguage(Language.EN),)
    assert said(answer) == "I will answer in English from now on."
    assert answer.messages[0].menu[0][0] == "❓ Help"
    assert press(Action.LANGUAGE, "fr").text_key == "stale_button"
    typed = ask("command", incoming=make_incoming("tiếng anh", command=Command.LANGUAGE, argument="en"))
    assert typed.effects == (SetLanguage(Language.EN),)
    assert labels(ask("language").messages[0]) == ["Tiếng Việt 🇻🇳", "English 🇬🇧"]


@pytest.mark.parametrize(
    ("words", "form"),
    [("gọi chị nhé", "chị"), ("anh", "anh"), ("Bà", "bà"), ("ba", "bà"), ("quy khach", "quý khách"), ("cô Lan", "cô")],
)
def test_address_in_words(words: str, form: str) -> None:
    answer = ask("form", words, pending=Pending("address", "address"))
    assert answer.effects == (SetAddress(AddressForm(form)),)
    assert f"“{form}”" in said(answer)


def test_address_is_asked_and_pressed() -> None:
    asked = ask("address")
    assert len(labels(asked.messages[0])) == len(AddressForm)
    assert ask("form", "xyz", pending=asked.pending).text_key == "address_ask"
    assert press(Action.ADDRESS, "bác").effects == (SetAddress(AddressForm.BAC),)
    assert press(Action.ADDRESS, "sếp").text_key == "stale_button"
    chosen = ask("form", incoming=make_incoming("", press=Press(Action.CHOOSE, "chú")), pending=asked.pending)
    assert chosen.effects == (SetAddress(AddressForm.CHU),)
    named = ask("command", incoming=make_incoming("", command=Command.ADDRESS, argument="ông"))
    assert named.effects == (SetAddress(AddressForm.ONG),)


def test_forget_needs_a_clear_yes() -> None:
    asked = ask("forget")
    assert asked.effects == ()
    assert press(Action.FORGET, "yes").effects == (Forget(),)
    assert press(Action.FORGET, "no").text_key == "forget_kept"
    assert ask("form", "vâng", pending=asked.pending).effects == (Forget(),)
    assert ask("form", "để xem đã", pending=asked.pending).text_key == "forget_kept"


def test_human_offer_is_settled() -> None:
    offer = Pending("human_offer", "confirm", options=("yes", "no"))
    assert ask("form", "không cần", pending=offer).text_key == "human_declined"
    assert press(Action.CONFIRM, "no", pending=offer).text_key == "human_declined"
    assert ask("form", "hả?", pending=offer).text_key == "human_offer"
    assert ask("form", "hả?", pending=replace(offer, tries=1)).text_key == "anything_else"


def test_unreadable_offers_a_human() -> None:
    voice = make_incoming("", attachments=(Attachment(AttachmentKind.VOICE),))
    answer = ask("unreadable", incoming=voice)
    assert answer.text_key == "unreadable_voice"
    assert answer.pending is not None
    photo = make_incoming("", attachments=(Attachment(AttachmentKind.PHOTO, "f1"),))
    assert ask("unreadable", incoming=photo).text_key == "unreadable_photo"
    place = make_incoming("", attachments=(Attachment(AttachmentKind.LOCATION),))
    running = Pending("address", "address")
    kept = ask("unreadable", incoming=place, pending=running)
    assert kept.text_key == "unreadable"
    assert kept.pending == running
    assert labels(kept.messages[0]) == ["Có, gọi nhân viên"]
    order = make_order("TH-1", status=OrderStatus.PACKED)
    wanted = Pending("payment", "photo", (("order", "TH-1"), ("issue", "x")), ("skip",))
    assert ask("unreadable", incoming=photo, pending=wanted, orders=(order,)).text_key == "confirm_payment"


@pytest.mark.parametrize(
    ("whys", "key"),
    [
        ((None,), "unreadable_voice"),
        ((Unheard.TOO_LONG,), "voice_too_long"),
        ((Unheard.TOO_LARGE, Unheard.TOO_LONG), "voice_too_long"),
        ((Unheard.TIMEOUT,), "voice_unclear"),
        ((Unheard.TOO_LONG, Unheard.SILENT), "voice_unclear"),
    ],
)
def test_why_a_voice_message_has_no_words_is_told(whys: tuple[Unheard | None, ...], key: str) -> None:
    spoken = tuple(Attachment(AttachmentKind.VOICE, unheard=why) for why in whys)
    answer = ask("unreadable", incoming=make_incoming("", attachments=spoken))
    assert answer.text_key == key
    assert answer.pending is not None


@pytest.mark.parametrize("command", list(Command))
def test_every_command_has_an_answer(command: Command) -> None:
    typed = ask("command", incoming=make_incoming("", command=command))
    pressed = press(Action.MENU, command.value)
    assert typed.text_key == pressed.text_key
    assert said(typed)


def test_leaving_says_whether_there_was_something() -> None:
    leave = make_incoming("", command=Command.CANCEL)
    assert ask("command", incoming=leave, pending=Pending("address", "address")).text_key == "form_left"
    assert ask("command", incoming=leave).text_key == "nothing_to_leave"


def test_old_and_odd_presses() -> None:
    assert press(Action.MENU, "fly").text_key == "stale_button"
    assert press(Action.CHOOSE, "TH-1").text_key == "stale_button"
    assert press(Action.HUMAN).text_key == "human_offer"
    assert press(Action.RATE, "5").effects == (Rate(5),)
    assert press(Action.RATE, "9").text_key == "stale_button"
    assert ask("press").text_key == "stale_button"
    assert ask("form").text_key == "stale_button"
    assert ask("form", pending=Pending("dance", "step")).text_key == "stale_button"
    assert ask("command").text_key == "help"
    assert ask("stop").effects == (StopSuggestions(),)
    assert ask("start").messages[0].menu


ADVISED = Offer("test", "as the test says", SuggestionPlan((SuggestionKind.ASKED,), 3, asked=True), "offer_asked")


def advise(text: str, **overrides: object) -> Answer:
    return COMPOSER.compose(make_situation(text, customer=KNOWN, **overrides), ADVISED)


def test_asked_for_and_nothing_to_suggest() -> None:
    dear = advise("máy ảnh", products=(CAMERA,), need=Need(budget_to=500_000))
    assert dear.text_key == "offer_none_fits"
    assert "500.000 ₫" in said(dear)
    assert advise("quà", need=Need(gift=True)).text_key == "offer_none_fits"
    assert advise("gợi ý đi").text_key == "offer_none"
    found = advise("máy ảnh", products=(CAMERA, LENS))
    assert "Máy ảnh A" in said(found)
    assert "Ống kính B" not in said(found)
    assert found.about == ("CAM-03",)
    assert ask("price_stock", "dưới 20k", need=Need(budget_to=20_000)).text_key == "offer_none_fits"


def test_what_was_shown_is_compared_when_asked_which() -> None:
    shown = (replace(CAMERA, score=1.0), replace(LENS, score=1.0))
    assert advise("cái nào tốt hơn", products=shown).text_key == "compare"
    assert ask("price_stock", "hai cái này khác nhau gì", products=shown).text_key == "compare"
    assert ask("price_stock", "the second one please", products=shown[1:]).text_key == "product_facts"


def test_a_thing_in_no_order_is_said_so() -> None:
    order = make_order("TH-1", lines=(LineView("TEE-01", "Áo thun cotton", 1, 1),))
    asked = ask("order_status", "áo dài em đặt có kịp không", orders=(order,))
    assert "“áo dài”" in said(asked)
    assert "TH-1" in said(asked)
    assert "không thấy" not in said(ask("order_status", "áo thun em đặt đâu", orders=(order,)))
    found = ask("order_status", "the shirt I ordered", orders=(order,), products=(make_product("TEE-01", score=0.9),))
    assert "“" not in said(found)


def test_facts_in_a_handover_ask_nothing() -> None:
    late = make_order("TH-1", status=OrderStatus.SHIPPED, expected_at=NOW - timedelta(days=2))
    upset = make_situation(customer=KNOWN, orders=(late,))
    called = Escalate("test", "as the test says", "angry", Urgency.HIGH, "escalated_angry", skill="order_status")
    told = COMPOSER.compose(upset, called)
    assert "bị trễ" in said(told)
    assert "được không" not in said(told)
    assert told.pending is None
    assert "được không" in said(ask("order_status", situation=upset))


def test_delivered_but_not_received_offers_a_colleague() -> None:
    order = make_order("TH-1", status=OrderStatus.DELIVERED)
    lost = make_situation(intent=Intent.DELIVERY_PROBLEM, customer=KNOWN, orders=(order,))
    answer = ask("order_status", situation=lost)
    assert "Bên vận chuyển báo là đã giao" in said(answer)
    assert answer.pending is not None


def test_a_number_that_somebody_else_linked() -> None:
    shared = make_incoming("", attachments=(Attachment(AttachmentKind.CONTACT, phone="+84900000001"),))
    taken = ask("find_order", incoming=shared, lookup_refused="phone_taken")
    assert taken.text_key == "link_taken"
    assert taken.effects == (LinkPhone("+84900000001"),)
    found = ask("find_order", incoming=shared, orders=(make_order("TH-1"),))
    assert "TH-1" in said(found)
