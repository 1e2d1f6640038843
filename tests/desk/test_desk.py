"""The life of a case: who may do what, what the customer hears, and who wins a race."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from bot.desk.desk import HUMAN_HOLDS, Talk, require
from bot.domain.escalation import CaseStatus, CaseView, Role, StaffMember, Urgency
from bot.errors import NotAllowed, NotFound, Stale
from storage.repository import table
from storage.tables import Outbox, Turn
from tests.desk.conftest import AN, ANGRY, BRAND, CHAT, GROUP, HA, MAI, ROOT, Place
from tests.doubles.situations import NOW

CRITICAL = replace(ANGRY, urgency=Urgency.CRITICAL)


async def test_a_claim_introduces_the_human(place: Place) -> None:
    case = await place.case(await place.customer())
    held = await place.desk.claim(BRAND, case, MAI)
    assert (held.status, held.holder, held.holder_name) == (CaseStatus.HELD, MAI.id, "Mai")
    assert await place.desk.claim(BRAND, case, MAI) == held  # a second tap changes nothing
    assert await place.kinds(case) == ["opened", "claimed"]
    [told] = await place.told()
    assert "Mai" in told["text"]
    await place.desk.pass_on(BRAND, case, MAI)
    await place.desk.claim(BRAND, case, MAI)
    _, passed, again = [told["text"] for told in await place.told()]
    assert "kể lại" in passed
    assert "Mai" in again
    assert place.posted


async def test_of_two_claims_at_once_exactly_one_wins(place: Place) -> None:
    case = await place.case(await place.customer())
    both = await asyncio.gather(
        place.desk.claim(BRAND, case, MAI), place.desk.claim(BRAND, case, AN), return_exceptions=True
    )
    assert {type(result) for result in both} == {CaseView, Stale}
    assert await place.kinds(case) == ["opened", "claimed"]
    assert len(await place.told()) == 1


async def test_a_race_in_another_process_is_lost_cleanly(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await place.case(await place.customer())

    async def taken(*_: object) -> bool:
        return False

    monkeypatch.setattr("storage.cases.Cases.append", taken)
    with pytest.raises(Stale, match="changed meanwhile"):
        await place.desk.claim(BRAND, case, MAI)
    with pytest.raises(Stale):
        await place.desk.note(BRAND, CHAT, MAI, "must not be lost silently")
    assert await place.told() == []


async def test_claiming_what_is_held_closed_or_unknown(place: Place) -> None:
    case = await place.case(await place.customer())
    await place.desk.claim(BRAND, case, MAI)
    with pytest.raises(Stale, match="held by Mai"):
        await place.desk.claim(BRAND, case, AN)
    await place.desk.close(BRAND, case, MAI)
    with pytest.raises(Stale, match="closed"):
        await place.desk.claim(BRAND, case, AN)
    with pytest.raises(NotFound):
        await place.desk.claim(BRAND, 999, AN)
    with pytest.raises(NotFound):
        await place.desk.claim("another", case, AN)


async def test_a_claim_takes_back_what_the_bot_has_not_said_yet(place: Place) -> None:
    where = await place.customer()
    case = await place.case(where)
    async with place.database.work(write=True) as work:
        row = Outbox(brand=BRAND, channel="telegram", lane=CHAT, conversation=CHAT, kind="say", payload={"text": "bot"})
        await work.mailbox.post([row])
        await work.commit()
    await place.desk.claim(BRAND, case, MAI)
    assert [told["text"] for told in await place.told() if told["text"] == "bot"] == []


async def test_saying_something_in_an_unclaimed_topic_claims_it(place: Place) -> None:
    case = await place.case(await place.customer())
    view = await place.desk.say(BRAND, CHAT, MAI, Talk("Chào chị, em <b>đây</b> & nghe ạ"))
    assert view.holder == MAI.id
    assert await place.kinds(case) == ["opened", "claimed", "replied"]
    joined, said = await place.posts(CHAT, "say")
    assert "Mai" in joined.payload["text"]
    assert said.payload == {"text": "Chào chị, em &lt;b&gt;đây&lt;/b&gt; &amp; nghe ạ"}
    assert (said.author, said.case_id, said.urgent) == ("staff", case, Urgency.HIGH)
    async with place.database.work() as work:
        [newest, *_] = await work.turns.recent(1)
    assert (newest.author, newest.staff_id, newest.id) == ("staff", MAI.id, said.turn_id)


async def test_a_telegram_customer_gets_a_copy_a_web_customer_the_words(place: Place) -> None:
    talk = Talk("xem ảnh nhé", "-1001", ("5", "6"))
    await place.case(await place.customer())
    await place.desk.say(BRAND, CHAT, MAI, talk)
    [copy] = await place.posts(CHAT, "copy")
    assert copy.payload == {"from_chat": "-1001", "messages": ["5", "6"], "to": "customer"}
    await place.case(await place.customer("web:lan"))
    await place.desk.say(BRAND, "web:lan", MAI, talk)
    assert (await place.told("web:lan"))[-1] == {"text": "xem ảnh nhé"}


async def test_a_copy_without_words_leaves_a_mark_in_the_transcript(place: Place) -> None:
    where = await place.customer()
    await place.case(where)
    await place.desk.say(BRAND, CHAT, MAI, Talk("", "-1001", ("5",)))
    async with place.database.work() as work:
        [newest, *_] = await work.turns.recent(where.id or 0)
    assert newest.text == "[…]"


async def test_only_the_holder_speaks(place: Place) -> None:
    case = await place.case(await place.customer())
    await place.desk.claim(BRAND, case, MAI)
    for other in (AN, HA, ROOT):  # a senior takes a case over by passing it on first
        with pytest.raises(NotAllowed, match="held by Mai"):
            await place.desk.say(BRAND, CHAT, other, Talk("xin chào"))
    await place.desk.note(BRAND, CHAT, AN, "chị này gọi hôm qua")
    [*_, note] = await place.events(case)
    assert (note.kind, note.staff_name, note.note) == ("noted", "An", "chị này gọi hôm qua")
    assert len(await place.told()) == 1


async def test_without_an_open_case_nothing_is_said_or_noted(place: Place) -> None:
    with pytest.raises(NotFound):
        await place.desk.say(BRAND, CHAT, MAI, Talk("?"))
    where = await place.customer()
    with pytest.raises(NotFound):
        await place.desk.note(BRAND, CHAT, MAI, "?")
    case = await place.case(where)
    await place.desk.close(BRAND, case, MAI)
    with pytest.raises(NotFound):
        await place.desk.say(BRAND, CHAT, MAI, Talk("?"))


async def test_passing_on_puts_a_case_back(place: Place) -> None:
    case = await place.case(await place.customer())
    with pytest.raises(Stale, match="waiting"):
        await place.desk.pass_on(BRAND, case, MAI)
    await place.desk.claim(BRAND, case, MAI)
    with pytest.raises(NotAllowed):
        await place.desk.pass_on(BRAND, case, AN)
    passed = await place.desk.pass_on(BRAND, case, MAI, "cần kế toán")
    assert (passed.status, passed.holder) == (CaseStatus.WAITING, "")
    [*_, event] = await place.events(case)
    assert (event.note, event.at) == ("cần kế toán", NOW)
    await place.desk.claim(BRAND, case, AN)
    assert (await place.desk.pass_on(BRAND, case, HA)).status is CaseStatus.WAITING  # a senior may


async def test_closing_hands_back_to_the_bot_and_asks_how_it_was(place: Place) -> None:
    await place.bind()
    case = await place.case(await place.customer())
    await place.desk.claim(BRAND, case, MAI)
    with pytest.raises(NotAllowed):
        await place.desk.close(BRAND, case, AN)
    assert (await place.desk.close(BRAND, case, MAI, "đã hoàn tiền")).status is CaseStatus.CLOSED
    told = (await place.told())[-1]
    assert [button["value"] for button in told["buttons"][0]] == list("12345")
    assert {button["action"] for button in told["buttons"][0]} == {"rate"}
    assert [row.kind for row in await place.posts() if row.lane == GROUP][-2:] == ["edit_card", "close_topic"]
    with pytest.raises(Stale):
        await place.desk.close(BRAND, case, MAI)
    assert await place.desk.queue(BRAND) == []


async def test_settling_marks_what_came_in_as_done(place: Place) -> None:
    case = await place.case(await place.customer())
    calls = (
        lambda ids: place.desk.claim(BRAND, case, MAI, ids),
        lambda ids: place.desk.note(BRAND, CHAT, MAI, "…", ids),
        lambda ids: place.desk.say(BRAND, CHAT, MAI, Talk("…"), ids),
        lambda ids: place.desk.pass_on(BRAND, case, MAI, settles=ids),
        lambda ids: place.desk.close(BRAND, case, MAI, settles=ids),
    )
    for number, call in enumerate(calls):
        async with place.database.work(write=True) as work:
            inbox = await work.mailbox.receive(BRAND, "777", str(number), "telegram", CHAT, {}, NOW)
            await work.commit()
        assert inbox is not None
        await call((inbox,))
        async with place.database.work() as work:
            assert await work.mailbox.waiting(9) == []


async def test_the_bot_is_silent_while_a_human_holds_the_case(place: Place) -> None:
    may = place.desk.may_send
    assert await may(BRAND, CHAT, "bot") == ""
    where = await place.customer()
    assert await may(BRAND, CHAT, "bot") == ""
    case = await place.case(where)
    assert await may(BRAND, CHAT, "bot") == ""
    await place.desk.claim(BRAND, case, MAI)
    assert await may(BRAND, CHAT, "bot") == HUMAN_HOLDS
    assert await may(BRAND, CHAT, "staff") == await may(BRAND, CHAT, "system") == ""
    await place.desk.close(BRAND, case, MAI)
    assert await may(BRAND, CHAT, "bot") == ""


@pytest.mark.parametrize("role", list(Role))
def test_each_role_covers_the_ones_before_it(role: Role) -> None:
    who = StaffMember("x", "X", role)
    ranks = list(Role)
    for needed in ranks[: ranks.index(role) + 1]:
        require(who, needed)
    for needed in ranks[ranks.index(role) + 1 :]:
        with pytest.raises(NotAllowed):
            require(who, needed)


@pytest.mark.parametrize("status", ["accepted", "done", "refused"])
async def test_the_customer_hears_what_became_of_a_request(place: Place, status: str) -> None:
    request = await place.request(await place.customer())
    await place.desk.settle_request(BRAND, request, MAI, status, "hết hàng <i>")
    stored, kinds = await place.stored_request(request)
    assert kinds == [status]
    [told] = await place.told()
    assert stored.number in told["text"]
    assert "<i>" not in told["text"].replace("&lt;i&gt;", "")
    with pytest.raises(Stale, match=status):
        await place.desk.settle_request(BRAND, request, MAI, status)
    assert len(await place.told()) == 1


async def test_an_accepted_request_is_done_later_and_then_settled(place: Place) -> None:
    request = await place.request(await place.customer())
    [item] = await place.desk.requests(BRAND)
    assert (item.status, item.order, item.customer, item.conversation) == ("open", "DH1001", "Lan", CHAT)
    await place.desk.settle_request(BRAND, request, MAI, "accepted")
    [item] = await place.desk.requests(BRAND)
    assert item.status == "accepted"
    await place.desk.settle_request(BRAND, request, AN, "done")
    assert await place.desk.requests(BRAND) == []
    with pytest.raises(Stale, match="done already"):
        await place.desk.settle_request(BRAND, request, AN, "refused")
    assert len(await place.told()) == 2


async def test_requests_that_are_unknown_or_not_to_be_settled_so(place: Place) -> None:
    request = await place.request(await place.customer())
    for brand, number in (("another", request), (BRAND, 999)):
        with pytest.raises(NotFound):
            await place.desk.settle_request(brand, number, MAI, "done")
    with pytest.raises(NotAllowed, match="accepted, done, refused"):
        await place.desk.settle_request(BRAND, request, MAI, "open")


async def test_a_request_whose_customer_is_gone_can_still_be_settled(place: Place) -> None:
    where = await place.customer()
    async with place.database.work(write=True) as work:
        asked = await work.cases.create_request(BRAND, "return", "gone", 999, "", {})
        await work.commit()
    [item] = await place.desk.requests(BRAND)
    assert (item.customer, item.conversation) == ("", "")
    await place.desk.settle_request(BRAND, asked.id or 0, MAI, "refused")
    assert await place.told(where.address) == []


async def test_a_case_whose_conversation_is_gone_can_not_be_claimed(place: Place) -> None:
    where = await place.customer()
    where.id = 999
    case = await place.case(where)
    with pytest.raises(NotFound, match="conversation"):
        await place.desk.claim(BRAND, case, MAI)
    [item] = await place.desk.queue(BRAND)
    assert (item.conversation, item.channel) == ("", "")


async def test_the_queue_is_in_the_order_of_need(place: Place) -> None:
    people = {name: await place.customer(f"web:{name}") for name in ("late", "early", "answered", "danger")}
    for name, minutes in (("late", 9), ("early", 3), ("answered", 1)):
        await place.case(people[name], minutes=minutes)
    await place.case(people["danger"], CRITICAL, minutes=20)
    await place.desk.say(BRAND, "web:answered", MAI, Talk("em xem ngay"))
    queue = await place.desk.queue(BRAND)
    assert [item.conversation for item in queue] == ["web:danger", "web:early", "web:late", "web:answered"]
    assert [item.waiting_since for item in queue] == [*(NOW + timedelta(minutes=m) for m in (20, 3, 9)), None]
    assert queue[1].last_words == "Đơn của tôi đâu?"
    assert (queue[1].customer, queue[1].language, queue[1].moods) == ("Lan", "vi", ("neutral",))
    await place.hears(people["answered"], "vẫn chưa thấy", minutes=30)
    assert (await place.desk.queue(BRAND))[-1].waiting_since == NOW + timedelta(minutes=30)
    assert await place.desk.queue("another") == []


async def test_a_case_that_nobody_spoke_in_stands_by_its_opening(place: Place) -> None:
    where = await place.customer()
    case = await place.case(where)
    async with place.database.work(write=True) as work:
        await work.session.execute(delete(table(Turn)))
        await work.commit()
    [item] = await place.desk.queue(BRAND)
    assert (item.case.id, item.last_words, item.waiting_since) == (case, "", None)


async def test_the_desk_speaks_the_customers_language_and_form_of_address(place: Place) -> None:
    where = await place.customer()
    async with place.database.work(write=True) as work:
        await work.customers.set(BRAND, where.customer_id, language="en", address="chị")
        await work.commit()
    case = await place.case(where)
    await place.desk.claim(BRAND, case, MAI)
    [told] = await place.told()
    assert "Mai has joined" in told["text"]
    async with place.database.work(write=True) as work:
        await work.customers.set(BRAND, where.customer_id, language="vi", address="chị")
        await work.commit()
    await place.desk.close(BRAND, case, MAI)
    assert "chị" in (await place.told())[-1]["text"].lower()
