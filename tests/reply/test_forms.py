"""Request forms, step by step, by button and by the words people really type."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.answer import REQUEST_NUMBER, Answer
from bot.domain.effects import CreateRequest
from bot.domain.incoming import Action, Attachment, AttachmentKind, Press
from bot.domain.situation import Pending, Situation
from bot.domain.views import LineView, OrderStatus, OrderView, RequestKind, RequestView
from nlp.types import Intent, Mood
from tests.doubles.situations import NOW, make_order, make_reading, make_situation
from tests.reply.conftest import KNOWN, ask, go_on, labels, said

TEE, MUG = LineView("TEE-01", "Áo thun cotton", 1, 190_000), LineView("MUG-02", "Cốc sứ trắng", 2, 90_000)
PLACED = make_order("TH-1001", days_ago=1, status=OrderStatus.PLACED, lines=(TEE, MUG))
PACKED = make_order("TH-1002", days_ago=0, status=OrderStatus.PACKED, lines=(MUG,))
SHIPPED = make_order("TH-1003", days_ago=4, status=OrderStatus.SHIPPED, lines=(TEE,))
FRESH = make_order("TH-1004", status=OrderStatus.DELIVERED, delivered_at=NOW - timedelta(days=2), lines=(TEE, MUG))
OLD = make_order(
    "TH-1005", days_ago=40, status=OrderStatus.DELIVERED, delivered_at=NOW - timedelta(days=30), lines=(TEE,)
)
CANCELLED = make_order("TH-1006", status=OrderStatus.CANCELLED)


def scene(*orders: OrderView, text: str = "", **overrides: object) -> Situation:
    return make_situation(text, orders=orders, customer=KNOWN, **overrides)


def begin(kind: str, situation: Situation) -> Answer:
    return ask(kind, situation=situation)


def pressed(action: Action, value: str) -> dict[str, object]:
    return {"press": Press(action, value)}


def test_cancel_by_buttons() -> None:
    situation = scene(PLACED, PACKED, text="huỷ đơn giúp mình")
    which = begin("cancel", situation)
    assert which.pending == Pending("cancel", "order", (), ("TH-1001", "TH-1002"))
    assert labels(which.messages[-1])[0].startswith("TH-1001 · Áo thun cotton, Cốc sứ trắng ×2")
    why = go_on(situation, which, **pressed(Action.CHOOSE, "TH-1001"))
    assert why.pending is not None
    assert why.pending.asks == "reason"
    confirm = go_on(situation, why, **pressed(Action.CHOOSE, "too_slow"))
    assert "Chờ lâu quá" in said(confirm)
    assert [b.value for b in confirm.messages[-1].buttons[0]] == ["yes", "no"]
    made = go_on(situation, confirm, **pressed(Action.CONFIRM, "yes"))
    assert made.effects == (CreateRequest(RequestKind.CANCEL, "TH-1001", (("reason", "Chờ lâu quá"),)),)
    assert REQUEST_NUMBER in said(made)
    assert made.solved
    assert made.pending is None


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("cái đầu tiên", "TH-1001"),
        ("cai thu 2 nhe", "TH-1002"),
        ("the second one", "TH-1002"),
        ("cái cuối cùng ạ", "TH-1002"),
        ("đơn hôm qua", "TH-1001"),
        ("the one from today", "TH-1002"),
        ("đơn áo thun", "TH-1001"),
        ("mới nhất", "TH-1002"),
        ("th1002", "TH-1002"),
        ("đơn 1001 đó", "TH-1001"),
    ],
)
def test_orders_are_chosen_in_words(words: str, order: str) -> None:
    situation = scene(PLACED, PACKED)
    answer = go_on(situation, begin("cancel", situation), words)
    assert answer.pending is not None
    assert answer.pending.field("order") == order


def test_typed_reason_and_typed_yes() -> None:
    situation = scene(PACKED)
    why = begin("cancel", situation)
    confirm = go_on(situation, why, "mình đặt trùng với chồng")
    assert "mình đặt trùng với chồng" in said(confirm)
    made = go_on(situation, confirm, "dạ vâng")
    assert made.effects == (CreateRequest(RequestKind.CANCEL, "TH-1002", (("reason", "mình đặt trùng với chồng"),)),)


def test_another_reason_is_asked_for_in_words() -> None:
    situation = scene(PACKED)
    other = go_on(situation, begin("cancel", situation), **pressed(Action.CHOOSE, "other"))
    assert other.text_key == "ask_other"
    confirm = go_on(situation, other, "lý do riêng")
    assert "lý do riêng" in said(confirm)


@pytest.mark.parametrize("words", ["thôi khỏi", "không cần đâu ạ", "no", "never mind"])
def test_a_no_leaves_the_form(words: str) -> None:
    situation = scene(PLACED, PACKED)
    left = go_on(situation, begin("cancel", situation), words)
    assert left.text_key == "form_left"
    assert left.pending is None


def test_no_at_the_end_sends_nothing() -> None:
    situation = scene(PACKED)
    confirm = go_on(situation, begin("cancel", situation), **pressed(Action.CHOOSE, "cheaper"))
    left = go_on(situation, confirm, "thôi")
    assert left.text_key == "form_left"
    assert left.effects == ()


def test_unclear_answers_are_asked_again_then_a_colleague_is_offered() -> None:
    situation = scene(PLACED, PACKED)
    answer = begin("cancel", situation)
    for tries in (1, 2):
        answer = go_on(situation, answer, "ờm")
        assert answer.text_key == "ask_again"
        assert answer.pending is not None
        assert answer.pending.tries == tries
        assert labels(answer.messages[-1])
    stuck = go_on(situation, answer, "ờm")
    assert stuck.pending is not None
    assert stuck.pending.form == "human_offer"


def test_unclear_confirmation_is_repeated_then_a_colleague_is_offered() -> None:
    situation = scene(PACKED)
    answer = go_on(situation, begin("cancel", situation), **pressed(Action.CHOOSE, "cheaper"))
    for _ in range(2):
        answer = go_on(situation, answer, "hả")
        assert answer.text_key == "confirm_cancel"
    assert go_on(situation, answer, "hả").text_key == "form_stuck"


def test_a_press_that_was_not_offered_does_not_fit() -> None:
    situation = scene(PLACED, PACKED)
    answer = go_on(situation, begin("cancel", situation), **pressed(Action.CHOOSE, "TH-9999"))
    assert answer.text_key == "stale_button"
    assert answer.pending == begin("cancel", situation).pending
    assert go_on(situation, begin("cancel", situation), **pressed(Action.CONFIRM, "yes")).text_key == "stale_button"


def test_a_button_of_an_earlier_step_is_out_of_date() -> None:
    situation = scene(PACKED)
    reason = begin("cancel", situation)
    confirm = go_on(situation, reason, **pressed(Action.CHOOSE, "too_slow"))
    old = go_on(situation, confirm, **pressed(Action.CHOOSE, "cheaper"))
    assert old.text_key == "stale_button"
    assert old.pending == confirm.pending
    assert go_on(situation, old, "ok").effects


def test_shipped_orders_can_not_be_cancelled() -> None:
    answer = begin("cancel", scene(SHIPPED, text="huỷ đơn TH-1003"))
    assert "không huỷ được nữa" in said(answer)
    assert "7 ngày" in said(answer)
    assert answer.pending is not None
    assert answer.pending.form == "human_offer"
    assert not answer.solved


@pytest.mark.parametrize(
    ("kind", "order", "key"),
    [
        ("cancel", FRESH, "cancel_delivered"),
        ("cancel", CANCELLED, "order_over"),
        ("change", SHIPPED, "change_shipped"),
        ("change", FRESH, "change_delivered"),
        ("return", SHIPPED, "return_not_yet"),
        ("return", OLD, "return_late"),
        ("warranty", PLACED, "warranty_not_yet"),
    ],
)
def test_refusals_are_honest(kind: str, order: OrderView, key: str) -> None:
    assert begin(kind, scene(order)).text_key == key


def test_refusal_is_explained_with_the_likely_order() -> None:
    answer = begin("return", scene(SHIPPED, OLD))
    assert answer.text_key == "return_late"
    assert "TH-1005" in said(answer)


def test_return_tells_the_window_then_item_reason_photo() -> None:
    situation = scene(FRESH, SHIPPED, text="muốn trả hàng")
    item = begin("return", situation)
    assert "còn đổi trả được đến hết ngày 7/3" in said(item)
    assert labels(item.messages[-1]) == ["Áo thun cotton", "Cốc sứ trắng", "Tất cả các món"]
    reason = go_on(situation, item, "cốc sứ")
    assert reason.pending is not None
    assert reason.pending.field("item") == "MUG-02"
    wish = go_on(situation, reason, "hàng lỗi")
    assert labels(wish.messages[-1]) == ["Đổi hàng", "Hoàn tiền"]
    photo = go_on(situation, wish, "hoàn tiền")
    assert photo.pending is not None
    assert photo.pending.field("reason") == "Hàng lỗi hoặc hỏng"
    assert labels(photo.messages[-1]) == ["Bỏ qua"]
    shot = Attachment(AttachmentKind.PHOTO, "file-1")
    confirm = go_on(situation, photo, attachments=(shot,))
    assert "• Món hàng: Cốc sứ trắng" in said(confirm)
    assert "• Ảnh: có" in said(confirm)
    made = go_on(situation, confirm, "ok")
    kept = {"item": "Cốc sứ trắng (MUG-02)", "reason": "Hàng lỗi hoặc hỏng", "wish": "Hoàn tiền", "photo": "file-1"}
    fields = tuple(kept.items())
    assert made.effects == (CreateRequest(RequestKind.RETURN, "TH-1004", fields),)


def test_everything_goes_back_without_photo() -> None:
    situation = scene(FRESH)
    reason = go_on(situation, begin("return", situation), "tất cả")
    wish = go_on(situation, reason, **pressed(Action.CHOOSE, "damaged"))
    photo = go_on(situation, wish, **pressed(Action.CHOOSE, "exchange"))
    assert go_on(situation, photo, "chờ chút").text_key == "ask_again"
    confirm = go_on(situation, photo, "không có")
    assert "Tất cả các món" in said(confirm)
    assert "• Ảnh: không có" in said(confirm)
    assert go_on(situation, photo, **pressed(Action.CHOOSE, "skip")).text_key == "confirm_return"


def test_what_the_first_words_say_is_not_asked() -> None:
    situation = scene(FRESH, text="cái cốc bị nứt, mình muốn đổi cái khác")
    photo = begin("return", situation)
    assert "phiền" in said(photo)
    assert "TH-1004" in said(photo)
    assert photo.pending == Pending(
        "return",
        "photo",
        (("order", "TH-1004"), ("item", "MUG-02"), ("reason", "Hàng lỗi hoặc hỏng"), ("wish", "Đổi hàng")),
        ("skip",),
    )
    confirm = go_on(situation, photo, **pressed(Action.CHOOSE, "skip"))
    changed = go_on(situation, confirm, "à thôi hoàn tiền cho mình")
    assert "Hoàn tiền" in said(changed)
    assert changed.pending is not None
    assert changed.pending.tries == 0
    again = go_on(situation, changed, "hả")
    assert again.pending is not None
    assert again.pending.tries == 1


def test_two_wishes_are_asked_about() -> None:
    situation = scene(FRESH, text="áo thun rách, đổi cái khác hoặc hoàn tiền")
    asked = begin("return", situation)
    assert asked.text_key == "ask_wish"


def test_no_sympathy_on_top_of_the_policys_own() -> None:
    upset = make_reading(Mood.FRUSTRATED, Intent.RETURN_REFUND)
    assert "phiền" not in said(begin("return", scene(FRESH, text="cái cốc bị nứt", reading=upset)))


def test_the_order_talked_about_is_meant() -> None:
    situation = scene(PACKED, SHIPPED, text="muốn huỷ đơn", talked_order="TH-1003")
    assert begin("cancel", situation).text_key == "cancel_shipped"


def test_to_order_again_is_no_change() -> None:
    situation = scene(FRESH, OLD, text="cho mình đặt lại như mọi tháng")
    again = begin("change", situation)
    assert again.text_key == "order_again"
    assert "TH-1004" in said(again)


def test_single_item_orders_skip_the_item_question() -> None:
    single = replace(FRESH, lines=(TEE,))
    answer = begin("return", scene(single))
    assert answer.pending is not None
    assert answer.pending.asks == "reason"
    assert "còn đổi trả được" in said(answer)
    empty = begin("warranty", scene(replace(FRESH, lines=())))
    assert empty.pending is not None
    assert empty.pending.asks == "problem"


def test_unknown_item_is_asked_again() -> None:
    situation = scene(FRESH)
    assert go_on(situation, begin("return", situation), "máy bay").text_key == "ask_again"
    gone = Pending("return", "item", (("order", "TH-0"),), ("TEE-01",))
    lost = go_on(situation, replace(begin("return", situation), pending=gone), "áo thun")
    assert lost.text_key == "ask_again"


def test_change_and_payment_and_warranty_reach_their_end() -> None:
    situation = scene(PACKED)
    what = begin("change", situation)
    detail = go_on(situation, what, **pressed(Action.CHOOSE, "new_address"))
    confirm = go_on(situation, detail, "12 Lê Lợi, Huế")
    assert go_on(situation, confirm, "đúng rồi").effects
    issue = begin("payment", situation)
    photo = go_on(situation, issue, "bị trừ tiền hai lần")
    assert go_on(situation, go_on(situation, photo, "skip"), "yes please").effects
    owner = scene(OLD)
    problem = begin("warranty", owner)
    photo = go_on(owner, problem, "không lên nguồn")
    assert go_on(owner, go_on(owner, photo, "bỏ qua"), "ừ").effects


def test_a_running_request_is_not_made_twice() -> None:
    running = RequestView("R-1001", RequestKind.CANCEL, "TH-1002", "accepted", NOW)
    answer = begin("cancel", scene(PACKED, requests=(running,)))
    assert answer.text_key == "request_exists"
    assert "R-1001" in said(answer)
    done = replace(running, status="done")
    assert begin("cancel", scene(PACKED, requests=(done,))).pending is not None


def test_rules_are_checked_again_at_the_end() -> None:
    situation = scene(PACKED)
    confirm = go_on(situation, begin("cancel", situation), **pressed(Action.CHOOSE, "cheaper"))
    meanwhile = replace(situation, orders=(replace(PACKED, status=OrderStatus.SHIPPED),))
    assert go_on(meanwhile, confirm, **pressed(Action.CONFIRM, "yes")).text_key == "cancel_shipped"
    assert go_on(replace(situation, orders=()), confirm, "ừ").text_key == "stale_button"


def test_a_vanished_order_or_step_is_said_to_be_old() -> None:
    situation = scene(PACKED)
    answer = begin("cancel", situation)
    gone = Pending("cancel", "reason", (("order", "TH-0"),))
    assert go_on(situation, replace(answer, pending=gone), "đổi ý rồi").text_key == "stale_button"
    odd = Pending("cancel", "colour")
    assert go_on(situation, replace(answer, pending=odd), "đỏ").text_key == "stale_button"


def test_forms_need_linked_orders() -> None:
    linking = ask("cancel", situation=make_situation("huỷ đơn"))
    assert linking.messages[0].ask_phone == "📱 Chia sẻ số điện thoại"
    assert linking.pending == Pending("link", "phone_or_order")
    assert begin("cancel", scene()).text_key == "no_orders"
    assert begin("cancel", scene(PACKED, text="huỷ đơn TH-9999")).text_key == "order_not_yours"
