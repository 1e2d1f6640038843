"""What an answer changes besides speaking, each on the real database."""

from datetime import timedelta

import pytest

from bot.agent.effects import TALK_KEPT, Bearer, carry_out
from bot.domain.consent import PersonalisationLevel
from bot.domain.effects import (
    CreateRequest,
    Dismiss,
    Effect,
    Forget,
    LinkPhone,
    Rate,
    SetAddress,
    SetImprove,
    SetLanguage,
    SetLevel,
    StopSuggestions,
)
from bot.domain.incoming import AttachmentKind
from bot.domain.views import AddressForm, RequestKind
from nlp.types import Language
from storage.tables import (
    CaseEvent,
    ChannelIdentity,
    Consent,
    Conversation,
    Correction,
    Customer,
    DecisionRow,
    Event,
    Order,
    Outbox,
    ReadingRow,
    Request,
    Turn,
)
from tests.agent.conftest import Shop
from tests.doubles.house import BRAND, MAI


async def carry(shop: Shop, effect: Effect, who: str = "demo-1", *, shop_listens: bool = False) -> Bearer:
    """Carry out one effect for somebody, in a commit of its own."""
    said = shop.incoming("…", who)
    async with shop.core.database.work(write=True) as work:
        found = await work.customers.by_identity(BRAND, "web", who)
        customer = found[0] if found else await work.customers.create(BRAND, "web", who, "Neu")
        where = await work.turns.conversation(BRAND, said.conversation)
        where = where or await work.turns.open(BRAND, "web", said.conversation, customer.id)
        bearer = Bearer(work, said, customer, where, shop_listens)
        await carry_out(effect, bearer)
        await work.commit()
    return bearer


async def customer(shop: Shop, id: str = "demo-1") -> Customer:
    (found,) = await shop.rows(Customer, id=id)
    return found


async def test_language_and_address(shop: Shop) -> None:
    await carry(shop, SetLanguage(Language.EN))
    await carry(shop, SetAddress(AddressForm.CO))
    assert ((await customer(shop)).language, (await customer(shop)).address) == ("en", "cô")


@pytest.mark.parametrize(("stopped", "value"), [(True, "no"), (False, "yes")])
async def test_stopping_suggestions_is_written_into_the_ledger(shop: Shop, stopped: bool, value: str) -> None:
    bearer = await carry(shop, StopSuggestions(stopped))
    assert (await customer(shop)).suggestions_stopped is stopped
    (entry,) = await shop.rows(Consent, customer_id="demo-1", purpose="suggestions")
    assert (entry.value, entry.channel, entry.evidence) == (value, "web", bearer.incoming.messages[0])


@pytest.mark.parametrize(("allowed", "value", "left"), [(True, "yes", "demo-1"), (False, "no", "")])
async def test_what_was_said_about_learning_holds_at_once_and_backwards(
    shop: Shop, allowed: bool, value: str, left: str
) -> None:
    row = Correction(brand=BRAND, turn_id=5, customer_id="demo-1", read="angry", mood="happy", source="lexicon")
    async with shop.core.database.work(write=True) as work:
        await work.corrections.put(row)
        await work.commit()
    bearer = await carry(shop, SetImprove(allowed, "may I learn?"))
    assert (await customer(shop)).improve_allowed is allowed
    (entry,) = await shop.rows(Consent, customer_id="demo-1", purpose="improve")
    assert (entry.value, entry.wording, entry.evidence) == (value, "may I learn?", bearer.incoming.messages[0])
    (kept,) = await shop.rows(Correction)
    assert kept.customer_id == left


async def test_a_level_is_kept_with_the_words_that_were_read(shop: Shop) -> None:
    await carry(shop, SetLevel(PersonalisationLevel.FULL, "everything you said yes to"))
    assert (await customer(shop)).level == "full"
    entry = (await shop.rows(Consent, customer_id="demo-1", purpose="level"))[-1]
    assert (entry.value, entry.wording) == ("full", "everything you said yes to")


async def test_level_off_erases_the_profile_and_old_moods_but_no_refusal(shop: Shop) -> None:
    await shop.says("chán quá, đơn đâu rồi?")
    shop.pass_by(hours=TALK_KEPT.total_seconds() / 3600 + 1)
    await shop.says("phí ship bao nhiêu")
    await carry(shop, Dismiss("TUI-01"))
    assert {event.kind for event in await shop.rows(Event, customer_id="demo-1")} >= {"viewed", "dismissed"}
    await carry(shop, SetLevel(PersonalisationLevel.OFF, ""))
    assert {event.kind for event in await shop.rows(Event, customer_id="demo-1")} == {"dismissed"}
    assert len(await shop.rows(ReadingRow)) == 1
    old, new = await shop.rows(DecisionRow)
    assert (old.situation, bool(new.situation)) == ({}, True)


async def test_another_level_erases_nothing(shop: Shop) -> None:
    before = len(await shop.rows(Event, customer_id="demo-1"))
    await carry(shop, SetLevel(PersonalisationLevel.BASIC, ""))
    assert len(await shop.rows(Event, customer_id="demo-1")) == before > 0


async def test_forget_leaves_the_books_without_the_person(shop: Shop) -> None:
    await shop.says("Đơn của tôi đâu rồi?")
    bearer = await carry(shop, Forget())
    assert bearer.forgotten
    for model in (Customer, ChannelIdentity, Conversation, Turn, Event):
        assert not [row for row in await shop.rows(model) if "demo-1" in (getattr(row, "customer_id", ""), row.id)]
    (order,) = await shop.rows(Order, code="TH-10231")
    assert (order.customer_id, order.phone) == (None, "")


async def test_a_new_number_is_kept_and_brings_its_orders(shop: Shop) -> None:
    await carry(shop, LinkPhone("+84900002001"), "stranger")
    (identity,) = await shop.rows(ChannelIdentity, external_id="stranger")
    owner = await customer(shop, identity.customer_id)
    assert owner.phone == "+84900002001"
    assert {order.code for order in await shop.rows(Order, customer_id=owner.id)} == {"TH-20001", "TH-20005"}


async def test_a_known_number_joins_both_files(shop: Shop) -> None:
    owner = await shop.on_telegram("+84911111111")
    await shop.says("xin chào", "stranger")
    (identity,) = await shop.rows(ChannelIdentity, external_id="stranger")
    bearer = await carry(shop, LinkPhone("+84911111111"), "stranger")
    assert (bearer.customer.id, bearer.conversation.customer_id) == (owner.id, owner.id)
    assert await shop.rows(Customer, id=identity.customer_id) == []
    assert {turn.customer_id for turn in await shop.rows(Turn)} == {owner.id}


async def test_a_number_that_another_account_has_linked_joins_nothing(shop: Shop) -> None:
    """Numbers change hands; whose file it is, a human finds out."""
    bearer = await carry(shop, LinkPhone("+84900001001"), "stranger")
    assert bearer.customer.id != "demo-1"
    assert (await customer(shop, bearer.customer.id)).phone == ""
    assert (await customer(shop)).phone == "+84900001001"


async def test_what_is_answered_after_joining_is_the_owners(shop: Shop) -> None:
    """Not the vanished newcomer's: else no export and no erasure would find it."""
    owner = await shop.on_telegram("+84911111111")
    await shop.says("đơn của tôi đâu", "stranger")
    await shop.delivered()
    await shop.sends(AttachmentKind.CONTACT, "stranger", phone="+84911111111")
    assert {turn.customer_id for turn in await shop.rows(Turn)} == {owner.id}


async def test_linking_the_own_number_again_changes_nothing(shop: Shop) -> None:
    await carry(shop, LinkPhone("+84900001001"))
    assert (await customer(shop)).phone == "+84900001001"


async def test_a_request_is_numbered_and_kept(shop: Shop) -> None:
    wanted = CreateRequest(RequestKind.RETURN, "TH-10102", (("reason", "Lỗi"), ("photo", "-")))
    bearer = await carry(shop, wanted)
    (request,) = await shop.rows(Request)
    assert (request.number, request.kind, request.order_code) == (bearer.request_number, "return", "TH-10102")
    assert request.fields == {"reason": "Lỗi", "photo": "-"}
    assert await shop.rows(Outbox) == []
    assert (await carry(shop, wanted)).request_number == "R-1002"


async def test_the_shops_own_system_is_told_of_a_request(shop: Shop) -> None:
    await carry(shop, CreateRequest(RequestKind.CANCEL, "TH-10231", (("reason", "Đặt nhầm"),)), shop_listens=True)
    (post,) = await shop.rows(Outbox)
    assert (post.channel, post.lane, post.kind) == ("shop", "shop:demo", "request")
    assert post.payload["number"] == "R-1001"
    assert post.payload["fields"] == {"reason": "Đặt nhầm"}
    assert "customer" not in post.payload


async def test_dismissed_is_remembered(shop: Shop) -> None:
    await carry(shop, Dismiss("TUI-01"))
    (event,) = [event for event in await shop.rows(Event, customer_id="demo-1") if event.kind == "dismissed"]
    assert event.subject == "TUI-01"


async def test_a_rating_belongs_to_a_closed_case_and_counts_once(shop: Shop) -> None:
    await carry(shop, Rate(5))
    await shop.says("Cho tôi gặp nhân viên")
    await carry(shop, Rate(4))
    await shop.core.desk.close(BRAND, await shop.case_id(), MAI)
    await carry(shop, Rate(5))
    await carry(shop, Rate(1))
    assert [event.note for event in await shop.rows(CaseEvent) if event.kind == "rated"] == ["5"]


def test_talk_is_kept_as_long_as_the_privacy_text_says() -> None:
    assert timedelta(hours=72) == TALK_KEPT
