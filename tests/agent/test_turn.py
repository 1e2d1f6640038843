"""One turn is one commit; an answer that was overtaken is taken back; an edit corrects."""

from typing import Any

import pytest

from bot.domain.decision import Escalate
from bot.domain.incoming import Action, AttachmentKind, Command, Press
from bot.domain.situation import Situation
from bot.facts.codec import decision_from_json, from_json
from nlp.types import Reading
from storage.errors import StorageError
from storage.tables import Case, ChannelIdentity, Conversation, DecisionRow, Inbox, ReadingRow, Turn
from storage.work import Work
from tests.agent.conftest import Shop
from tests.doubles.house import BRAND


async def test_everything_of_a_turn_is_committed_together(shop: Shop) -> None:
    row = await shop.arrived()
    turn = await shop.says("Đơn của tôi đâu rồi?", settles=(row,))
    (reading,) = await shop.rows(ReadingRow, turn_id=turn.id)
    (decision,) = await shop.rows(DecisionRow, turn_id=turn.id)
    assert (reading.intent, reading.source) == ("track_order", "lexicon")
    assert (decision.kind, decision.policy, decision.policy_version) == ("reply", "parcel", 1)
    (answer,) = await shop.rows(Turn, author="bot")
    assert answer.answers == turn.id
    assert "TH-10231" in answer.text
    (post,) = await shop.outbox(state="waiting")
    assert (post.kind, post.author, post.lane, post.turn_id) == ("say", "bot", "web:demo-1", turn.id)
    (settled,) = await shop.rows(Inbox, id=row)
    assert (settled.state, settled.turn_id) == ("done", turn.id)
    assert shop.posted == [True]


async def test_a_commit_that_fails_leaves_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(self: Work) -> None:
        raise StorageError("the disk is full")

    row = await shop.arrived()
    with monkeypatch.context() as patch:
        patch.setattr(Work, "commit", fails)
        with pytest.raises(StorageError):
            await shop.core.agent.turn(shop.incoming("Cho tôi gặp nhân viên", "somebody"), [row])
    for model in (Turn, ReadingRow, DecisionRow, Case, Conversation):
        assert await shop.rows(model) == []
    assert await shop.rows(ChannelIdentity, external_id="somebody") == []
    assert await shop.outbox() == []
    assert (await shop.rows(Inbox, id=row))[0].state == "waiting"
    assert shop.posted == []
    await shop.says("Cho tôi gặp nhân viên", "somebody", settles=(row,))
    assert len(await shop.rows(Case)) == 1


async def test_an_overtaken_answer_is_taken_back_and_both_messages_are_answered(shop: Shop) -> None:
    first = await shop.says("Đơn của tôi")
    second = await shop.says("đâu rồi?")
    posts = await shop.outbox()
    assert [(post.turn_id, post.state) for post in posts] == [(first.id, "withdrawn"), (second.id, "waiting")]
    assert "wrote again" in posts[0].error
    assert second.text == "đâu rồi?"
    (decision,) = await shop.rows(DecisionRow, turn_id=second.id)
    assert from_json(Situation, decision.situation).incoming.text == "Đơn của tôi\nđâu rồi?"
    assert decision.policy == "parcel"


async def test_three_fragments_are_read_as_one(shop: Shop) -> None:
    for text in ("đơn TH-10231", "của tôi", "đâu rồi?"):
        turn = await shop.says(text)
    (decision,) = await shop.rows(DecisionRow, turn_id=turn.id)
    assert from_json(Situation, decision.situation).incoming.text == "đơn TH-10231\ncủa tôi\nđâu rồi?"
    assert [post.state for post in await shop.outbox()] == ["withdrawn", "withdrawn", "waiting"]


async def test_an_answer_that_is_out_stays(shop: Shop) -> None:
    await shop.says("Đơn của tôi đâu rồi?")
    await shop.delivered()
    turn = await shop.says("phí ship bao nhiêu")
    (decision,) = await shop.rows(DecisionRow, turn_id=turn.id)
    assert from_json(Situation, decision.situation).incoming.text == "phí ship bao nhiêu"
    assert [post.state for post in await shop.outbox()] == ["sent", "waiting"]


async def test_an_answer_that_changed_something_is_never_taken_back(shop: Shop) -> None:
    await shop.presses(Press(Action.LEVEL, "full"))
    await shop.says("phí ship bao nhiêu")
    assert [post.state for post in await shop.outbox()] == ["waiting", "waiting"]


async def test_an_escalation_is_never_taken_back(shop: Shop) -> None:
    await shop.says("Cho tôi gặp nhân viên")
    await shop.says("đơn của tôi đâu")
    assert [(post.author, post.state) for post in await shop.outbox(kind="say")] == [
        ("system", "waiting"),
        ("bot", "waiting"),
    ]


@pytest.mark.parametrize("fields", [{"press": Press(Action.MENU, "help")}, {"command": Command.HELP}])
async def test_a_press_or_command_joins_nothing(shop: Shop, fields: dict[str, Any]) -> None:
    await shop.says("Đơn của tôi đâu rồi?")
    await shop.says("", **fields)
    assert [post.state for post in await shop.outbox()] == ["waiting", "waiting"]


async def test_an_edit_corrects_the_words_and_the_answer_stays(shop: Shop) -> None:
    first = await shop.says("Đơn của tôi đâu rồi?")
    await shop.says("Đơn của chị đâu rồi em?", edits=first.messages[0])
    (turn,) = await shop.rows(Turn, author="customer")
    assert turn.text == "Đơn của chị đâu rồi em?"
    assert turn.edited_at is not None
    assert len(await shop.rows(DecisionRow)) == len(await shop.outbox()) == 1


async def test_an_edit_settles_its_inbox_row(shop: Shop) -> None:
    first = await shop.says("Đơn của tôi đâu rồi?")
    row = await shop.arrived("2")
    await shop.says("Đơn của chị đâu?", edits=first.messages[0], settles=(row,))
    (settled,) = await shop.rows(Inbox, id=row)
    assert (settled.state, settled.turn_id) == ("done", first.id)


async def test_an_edit_of_words_nobody_knows_is_a_message(shop: Shop) -> None:
    await shop.says("xin chào")
    await shop.says("Đơn của tôi đâu rồi?", edits="long ago")
    assert [turn.text for turn in await shop.rows(Turn, author="customer")] == ["xin chào", "Đơn của tôi đâu rồi?"]


async def test_an_edit_that_raises_an_alarm_is_answered(shop: Shop) -> None:
    first = await shop.says("cái ấm nhà tôi")
    await shop.says("cái ấm nhà tôi vừa phát nổ, con tôi bị bỏng", edits=first.messages[0])
    (case,) = await shop.rows(Case)
    assert case.reason == "danger"


async def test_an_edit_of_an_alarm_already_raised_is_only_a_correction(shop: Shop) -> None:
    first = await shop.says("cho tôi gặp nhan vien")
    await shop.says("cho tôi gặp nhân viên", edits=first.messages[0])
    assert len(await shop.rows(Turn, author="customer")) == 1


async def test_a_decision_can_be_thought_through_again(shop: Shop) -> None:
    """The frozen situation is the whole of what was decided on."""
    for text in ("Đơn của tôi đâu rồi?", "Quá tệ, lũ lừa đảo!!!", "có trà nào ngon không", "/mydata"):
        await shop.says(text)
        await shop.delivered()
    for row in await shop.rows(DecisionRow):
        situation = from_json(Situation, row.situation)
        again = shop.core.rules().mind.think(situation)
        assert again.decision == decision_from_json(row.body)
        assert again.answer.text_key == row.answer["text_key"]


async def test_the_export_is_not_kept_with_the_decision(shop: Shop) -> None:
    turn = await shop.says("", command=Command.MYDATA)
    (decision,) = await shop.rows(DecisionRow, turn_id=turn.id)
    assert decision.situation["mydata"] == ""
    (post,) = await shop.outbox()
    assert "+84900001001" in post.payload["document_text"]


async def test_the_emoji_of_a_sticker_is_read(shop: Shop) -> None:
    turn = await shop.sends(AttachmentKind.STICKER, emoji="😡")
    (reading,) = await shop.rows(ReadingRow, turn_id=turn.id)
    assert reading.mood == "angry"


async def test_a_case_that_changes_hands_meanwhile_is_seen(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.says("Cho tôi gặp nhân viên")
    real, reads = shop.core.reader.read, []

    async def read_while_somebody_claims(text: str) -> Reading:
        reads.append(text)
        if len(reads) == 1:
            await shop.claimed()
        return await real(text)

    monkeypatch.setattr(shop.core.reader, "read", read_while_somebody_claims)
    turn = await shop.says("đơn của tôi đâu")
    (decision,) = await shop.rows(DecisionRow, turn_id=turn.id)
    assert (decision.kind, decision.policy, len(reads)) == ("silence", "builtin.held", 2)


async def test_a_turn_counts_once_and_an_edit_not_at_all(shop: Shop) -> None:
    first = await shop.says("Đơn của tôi đâu rồi?")
    await shop.says("Đơn của chị đâu rồi em?", edits=first.messages[0])
    counted = shop.core.metrics.registry.get_sample_value("thau_turns_total", {"kind": "reply", "policy": "parcel"})
    assert counted == 1


async def test_newcomers_get_a_file_at_level_off(shop: Shop) -> None:
    await shop.says("xin chào", "stranger", menu_language="")
    async with shop.core.database.work() as work:
        found = await work.customers.by_identity(BRAND, "web", "stranger")
    assert found is not None
    assert (found[0].level, found[0].phone) == ("off", "")


async def test_the_newest_policy_version_decides(shop: Shop) -> None:
    book = shop.core.library.edition.book
    quiet = book.model_copy(update={"rules": ()}).document()
    async with shop.core.database.work(write=True) as work:
        await work.policies.publish(BRAND, quiet, "the tests", "no rules")
        await work.commit()
    await shop.core.library.refresh()
    turn = await shop.says("Đơn của tôi đâu rồi?")
    (decision,) = await shop.rows(DecisionRow, turn_id=turn.id)
    assert (decision.policy, decision.policy_version) == ("builtin.fallback", 2)
    assert not isinstance(decision_from_json(decision.body), Escalate)
