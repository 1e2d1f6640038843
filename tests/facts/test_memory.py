"""What is looked up before deciding, and how often."""

import pytest

from bot.domain.incoming import Action, Attachment, AttachmentKind, Command, Incoming, Press
from bot.facts.memory import LOOKUPS_PER_HOUR, Memory, own_phone, recall
from storage.tables import Event
from tests.agent.conftest import Shop, shop
from tests.doubles.house import BRAND

__all__ = ["shop"]


async def recalled(shop: Shop, text: str = "", who: str = "demo-1", **fields: object) -> Memory:
    async with shop.core.database.work() as work:
        return await recall(work, shop.incoming(text, who, **fields), shop.clock.now())


async def test_nothing_is_known_of_a_stranger(shop: Shop) -> None:
    assert await recalled(shop, "chào", "stranger") == Memory()


async def test_what_is_known_of_a_customer(shop: Shop) -> None:
    await shop.says("xin chào")
    memory = await recalled(shop)
    assert memory.customer is not None
    assert [order.code for order, _ in memory.orders] == ["TH-10231", "TH-10102"]
    assert [turn.text for turn in memory.turns if turn.author == "customer"] == ["xin chào"]
    assert memory.unsent == [memory.turns[-1].id]


async def test_an_order_is_found_by_code_and_last_digits(shop: Shop) -> None:
    memory = await recalled(shop, "đơn TH-20003 số cuối 2003", "stranger")
    assert memory.found is not None
    assert memory.found[0].code == "TH-20003"
    assert memory.found[1] == ()  # status only: what was bought stays between buyer and shop


@pytest.mark.parametrize("text", ["TH-20003 9999", "TH-99999 2003"])
async def test_a_wrong_pair_finds_nothing_and_says_no_more(shop: Shop, text: str) -> None:
    memory = await recalled(shop, text, "stranger")
    assert (memory.found, memory.lookup_refused, memory.looked_up) == (None, "no_match", True)


async def test_lookups_are_few_per_hour_over_all_their_messages(shop: Shop) -> None:
    for _ in range(LOOKUPS_PER_HOUR):
        await shop.says("TH-20003 9999", "stranger")
        await shop.delivered()
    refused = await recalled(shop, "TH-20003 2003", "stranger")
    assert (refused.found, refused.lookup_refused, refused.looked_up) == (None, "too_often", False)
    shop.pass_by(minutes=61)
    assert (await recalled(shop, "TH-20003 2003", "stranger")).found is not None


async def test_a_new_conversation_of_the_same_person_does_not_help(shop: Shop) -> None:
    for _ in range(LOOKUPS_PER_HOUR):
        await shop.says("TH-20003 9999", "stranger")
        await shop.delivered()
    lookups = [event for event in await shop.rows(Event) if event.kind == "lookup"]
    assert len(lookups) == LOOKUPS_PER_HOUR
    elsewhere = shop.incoming("TH-20003 2003", "stranger")
    other = Incoming(BRAND, "web", "web:elsewhere", elsewhere.sender, elsewhere.at, elsewhere.text, messages=("x",))
    async with shop.core.database.work() as work:
        assert (await recall(work, other, shop.clock.now())).lookup_refused == "too_often"


async def test_the_export_is_made_only_when_asked_for(shop: Shop) -> None:
    assert (await recalled(shop, "chào")).mydata == ""
    assert "Nguyễn Thuỳ Linh" in (await recalled(shop, command=Command.MYDATA)).mydata
    assert (await recalled(shop, press=Press(Action.MENU, "mydata"))).mydata


async def test_a_shared_number_brings_its_orders_into_the_same_turn(shop: Shop) -> None:
    contact = (Attachment(AttachmentKind.CONTACT, phone="+84900002001"),)
    memory = await recalled(shop, who="stranger", attachments=contact)
    assert [order.code for order, _ in memory.orders] == ["TH-20001", "TH-20005"]


async def test_a_number_another_account_has_linked_brings_nothing(shop: Shop) -> None:
    contact = (Attachment(AttachmentKind.CONTACT, phone="+84900001001"),)
    memory = await recalled(shop, who="stranger", attachments=contact)
    assert (list(memory.orders), memory.lookup_refused) == ([], "phone_taken")


def test_only_a_number_the_channel_vouches_for_counts() -> None:
    from tests.doubles.situations import make_incoming

    assert own_phone(make_incoming("0900 001 001")) == ""
    assert own_phone(make_incoming("", attachments=(Attachment(AttachmentKind.CONTACT),))) == ""
