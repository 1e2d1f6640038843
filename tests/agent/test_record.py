"""What staff see of a turn, and whose words may leave while a human holds the case."""

import pytest

from bot.domain.incoming import Action, AttachmentKind, Command, Press
from storage.tables import Case, CaseEvent, DecisionRow, Event, Outbox, Turn
from tests.agent.conftest import GROUP, Shop

LONG = "đơn của tôi đâu, gặp nhân viên. " * 40


@pytest.fixture(autouse=True)
async def _group(shop: Shop) -> None:
    await shop.bind_group()


async def topic(shop: Shop) -> list[tuple[str, str]]:
    """Kind and words of what waits for the staff group, in the order it goes out."""
    return [(post.kind, post.payload.get("text", "")) for post in await shop.outbox(lane=GROUP)]


async def test_a_case_comes_with_its_card_and_the_first_message_is_told_once(shop: Shop) -> None:
    await shop.says("Cho tôi gặp nhân viên")
    ((kind, text),) = await topic(shop)
    assert kind == "card"
    assert "<blockquote>Cho tôi gặp nhân viên</blockquote>" in text
    (case,) = await shop.rows(Case)
    assert (case.number, case.reason, case.policy) == ("C-1001", "human_wish", "builtin.human_wish")
    assert [event.kind for event in await shop.rows(CaseEvent)] == ["opened"]


@pytest.mark.parametrize("how", ["long", "photo"])
async def test_what_the_card_can_not_show_is_relayed_beside_it(shop: Shop, how: str) -> None:
    if how == "long":
        await shop.says(LONG)
    else:
        await shop.says("Cho tôi gặp nhân viên")
        await shop.sends(AttachmentKind.PHOTO)
    kinds = [kind for kind, _ in await topic(shop)]
    assert kinds[:2] == ["card", "note"]


async def test_later_messages_are_relayed_once_in_own_words(shop: Shop) -> None:
    await shop.says("Cho tôi gặp nhân viên")
    await shop.says("đơn của tôi")
    await shop.says("đâu rồi?")
    relayed = [text for kind, text in await topic(shop) if kind == "note" and not text.startswith("🤖")]
    assert relayed == ["đơn của tôi", "đâu rồi?"]


async def test_the_bots_answers_are_shown_to_staff_while_a_case_is_open(shop: Shop) -> None:
    await shop.says("Cho tôi gặp nhân viên")
    await shop.says("đơn TH-10231 đâu rồi?")
    (told,) = [text for _, text in await topic(shop) if text.startswith("🤖")]
    assert "TH-10231" in told


async def test_a_pressed_button_is_told_in_words(shop: Shop) -> None:
    await shop.says("Cho tôi gặp nhân viên")
    await shop.presses(Press(Action.LEVEL, "basic"))
    assert ("note", "[button: level basic]") in await topic(shop)


async def test_a_held_case_silences_the_bot_but_not_the_relay(shop: Shop) -> None:
    await shop.says("Cho tôi gặp nhân viên")
    await shop.claimed()
    turn = await shop.says("tôi đợi nhé")
    (decision,) = await shop.rows(DecisionRow, turn_id=turn.id)
    assert decision.kind == "silence"
    assert [post.turn_id for post in await shop.outbox(kind="say", author="bot")] == []
    assert ("note", "tôi đợi nhé") in await topic(shop)


async def test_own_choices_are_carried_out_and_confirmed_while_a_human_holds_the_case(shop: Shop) -> None:
    await shop.says("Cho tôi gặp nhân viên")
    await shop.claimed()
    await shop.presses(Press(Action.LEVEL, "off"))
    say = (await shop.outbox(kind="say"))[-1]
    assert "Tắt" in say.payload["text"]
    assert await shop.core.desk.may_send(say.brand, say.conversation, say.author) == ""


async def test_an_answer_to_a_command_outlives_a_claim(shop: Shop) -> None:
    await shop.says("Cho tôi gặp nhân viên")
    await shop.says("", command=Command.MYDATA)
    await shop.says("đơn của tôi đâu")
    await shop.claimed()
    says = await shop.outbox(kind="say")
    assert [post.state for post in says if post.payload.get("document")] == ["waiting"]
    assert [post.state for post in says if post.author == "bot"] == ["withdrawn"]


async def test_danger_in_a_held_case_reaches_card_and_customer(shop: Shop) -> None:
    await shop.says("Cho tôi gặp nhân viên")
    await shop.claimed()
    await shop.says("cái ấm vừa phát nổ, con tôi bị bỏng")
    (case,) = await shop.rows(Case)
    assert case.urgency == 3
    card = [text for kind, text in await topic(shop) if kind == "card"][-1]
    assert "🚨" in card
    assert "danger" in card
    assert "held by Mai" in card
    say = (await shop.outbox(kind="say"))[-1]
    assert "115" in say.payload["text"]
    assert (say.author, say.urgent) == ("system", 3)
    assert [event.kind for event in await shop.rows(CaseEvent)] == ["opened", "claimed"]


async def test_danger_told_twice_is_never_less_urgent(shop: Shop) -> None:
    await shop.says("cái ấm vừa phát nổ, con tôi bị bỏng")
    await shop.says("nó vẫn đang cháy!")
    assert len([kind for kind, _ in await topic(shop) if kind == "card"]) == 2
    await shop.says("cho tôi gặp nhân viên")
    (case,) = await shop.rows(Case)
    assert case.urgency == 3


async def test_urgent_words_go_out_before_routine_ones(shop: Shop) -> None:
    await shop.says("đơn của tôi đâu")
    await shop.says("Lũ lừa đảo khốn nạn, trả tiền đây!!!")
    assert [post.urgent for post in await shop.outbox(kind="say")] == [0, 2]
    assert {post.urgent for post in await shop.outbox(kind="card")} == {2}


async def test_an_edit_is_shown_to_staff(shop: Shop) -> None:
    first = await shop.says("Cho tôi gặp nhân vien")
    await shop.says("Cho tôi gặp nhân viên <b>gấp</b>", edits=first.messages[0])
    (note,) = await shop.outbox(lane=GROUP, kind="note")
    assert note.payload == {"text": "✏️ Cho tôi gặp nhân viên <b>gấp</b>", "plain": True}


async def test_without_a_group_the_web_desk_has_the_case(shop: Shop) -> None:
    async with shop.core.database.work(write=True) as work:
        group = await work.staff.group("demo")
        await work.session.delete(group)
        await work.commit()
    await shop.says("Cho tôi gặp nhân viên")
    assert await topic(shop) == []
    assert len(await shop.core.desk.queue("demo")) == 1


async def test_a_request_number_stands_in_the_message_and_in_the_turn(shop: Shop) -> None:
    await shop.says("huỷ đơn TH-10234", "demo-31")
    await shop.presses(Press(Action.CHOOSE, "ordered_wrong"), "demo-31")
    await shop.presses(Press(Action.CONFIRM, "yes"), "demo-31")
    assert "R-1001" in (await shop.outbox(kind="say"))[-1].payload["text"]
    assert "R-1001" in (await shop.rows(Turn, author="bot"))[-1].text


async def test_suggestions_and_the_level_question_are_remembered(shop: Shop) -> None:
    await shop.says("tư vấn giúp mình vài món bán chạy", "demo-3")
    shown = [event for event in await shop.rows(Event, customer_id="demo-3") if event.kind == "suggested"]
    assert shown
    assert all(event.data["why"] and event.data["reason"] for event in shown)
    for words in ("áo thun cotton còn hàng không", "giá áo thun cotton bao nhiêu"):
        await shop.says(words, "demo-16")
        await shop.delivered()
    assert [event.kind for event in await shop.rows(Event, customer_id="demo-16") if event.kind == "asked_level"]


async def test_erasing_ends_in_one_last_message(shop: Shop) -> None:
    await shop.says("áo thun cotton còn hàng không")
    await shop.delivered()
    press = shop.incoming(press=Press(Action.FORGET, "yes"))
    await shop.core.agent.turn(press)
    assert await shop.rows(Turn, customer_id="demo-1") == []
    (left,) = await shop.rows(Outbox)
    assert "đã xoá dữ liệu" in left.payload["text"]
