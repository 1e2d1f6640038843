"""A customer is forgotten: an open case stays with staff until they close it, and their group is tidied."""

from bot.desk.parting import forget_customer
from bot.domain.escalation import CaseStatus, Role, StaffMember
from storage.tables import Conversation, Outbox
from tests.desk.conftest import BRAND, CHAT, Place

MAI = StaffMember("mai", "Mai", Role.AGENT)


async def forgotten(place: Place, where: Conversation) -> bool:
    async with place.database.work(write=True) as work:
        await work.staff.put_topic(BRAND, where.address, "-1001", "7")
        stays = await forget_customer(work, BRAND, where.customer_id)
        await work.commit()
    return stays


async def group_posts(place: Place) -> list[Outbox]:
    """What waits for the staff group, whoever it is about."""
    return [row for about in (CHAT, "") for row in await place.posts(about) if row.lane == "telegram:777:-1001"]


async def test_the_topic_goes_where_no_case_is_open(place: Place) -> None:
    await place.bind()
    assert not await forgotten(place, await place.customer())
    (row,) = await group_posts(place)
    assert (row.kind, row.conversation, row.payload) == ("delete_topic", "", {"chat": "-1001", "thread": "7"})


async def test_staff_see_that_an_open_case_stays(place: Place) -> None:
    where = await place.customer()
    await place.bind()
    case = await place.case(where)
    assert await forgotten(place, where)
    card, note = await group_posts(place)
    assert (card.kind, note.kind) == ("edit_card", "note")
    assert "deleted their data" in card.payload["text"]
    assert card.payload["buttons"]
    assert "deleted" in note.payload["text"]
    (waiting,) = await place.desk.queue(BRAND)
    assert (waiting.case.id, waiting.customer, waiting.last_words) == (case, "", "")


async def test_staff_can_answer_until_they_close(place: Place) -> None:
    where = await place.customer()
    await place.bind()
    case = await place.case(where)
    await forgotten(place, where)
    await place.desk.claim(BRAND, case, MAI)
    closed = await place.desk.close(BRAND, case, MAI, "called an ambulance")
    assert closed.status is CaseStatus.CLOSED
    (farewell,) = await place.told()
    assert "★" not in str(farewell)
    assert (await group_posts(place))[-1].kind == "delete_topic"
    async with place.database.work() as work:
        assert await work.turns.conversation(BRAND, CHAT) is None
        assert await work.cases.get(BRAND, case) is None


async def test_whoever_wrote_again_is_an_ordinary_customer(place: Place) -> None:
    where = await place.customer()
    case = await place.case(where)
    await forgotten(place, where)
    async with place.database.work() as work:
        again = await work.turns.conversation(BRAND, CHAT)
    assert again is not None
    await place.hears(again, "Có ai không ạ?")
    await place.desk.close(BRAND, case, MAI)
    assert "★" in str(await place.told())
    async with place.database.work() as work:
        assert await work.turns.conversation(BRAND, CHAT) is not None
