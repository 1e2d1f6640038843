"""Who works here: one-time logins, passwords, sessions, Telegram accounts, binding a group."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from bot.desk.staff import LOGIN_LINK_LASTS, SESSION_LASTS, StaffRoom
from bot.domain.escalation import Role
from bot.errors import NotAllowed
from storage.database import Database
from storage.tables import Staff
from tests.desk.conftest import BRAND, HA, MAI, ROOT

Room = Callable[..., StaffRoom]
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def room(database: Database, monkeypatch: pytest.MonkeyPatch) -> Room:
    """A staff room whose clock is `ago` behind: its keys are that old."""
    monkeypatch.setattr("bot.desk.staff.PasswordHasher", lambda: CHEAP)

    def make(admin_password: str = "", brand: str = BRAND, ago: timedelta = timedelta()) -> StaffRoom:
        return StaffRoom(database, brand, lambda: datetime.now(UTC) - ago, admin_password)

    return make


async def _switch_off(database: Database, staff_id: str) -> None:
    async with database.work(write=True) as work:
        assert await work.staff.set(BRAND, staff_id, active=False)
        await work.commit()


async def _everybody(database: Database) -> list[Staff]:
    async with database.work() as work:
        return await work.staff.all(BRAND)


# ---- the first login ----


async def test_the_first_login_link_works_once(room: Room) -> None:
    staff = room()
    token = await staff.issue_login_link()
    assert token is not None
    admin, session = await staff.redeem_login(token)
    assert (admin.name, admin.role) == ("Admin", Role.ADMIN)
    assert await staff.member_of_session(session) == admin
    with pytest.raises(NotAllowed, match="unknown, used or out of date"):
        await staff.redeem_login(token)


async def test_links_are_issued_until_an_admin_was_there(room: Room, database: Database) -> None:
    staff = room()
    first, second = await staff.issue_login_link(), await staff.issue_login_link()
    assert first
    assert second
    assert len(await _everybody(database)) == 1
    await staff.redeem_login(second)
    assert await staff.issue_login_link() is None


@pytest.mark.parametrize("token", ["", "guess", "x" * 5000])
async def test_an_unknown_link_opens_nothing(room: Room, token: str) -> None:
    with pytest.raises(NotAllowed):
        await room().redeem_login(token)


async def test_an_old_link_opens_nothing(room: Room) -> None:
    token = await room(ago=LOGIN_LINK_LASTS + timedelta(seconds=1)).issue_login_link()
    with pytest.raises(NotAllowed):
        await room().redeem_login(token or "")


async def test_keys_of_another_brand_open_nothing(room: Room) -> None:
    here, there = room(), room(brand="another")
    token = await there.issue_login_link()
    with pytest.raises(NotAllowed):
        await here.redeem_login(token or "")
    admin, session = await there.redeem_login(token or "")  # the try did not use it up
    assert await here.member_of_session(session) is None
    code = await there.issue_bind_code(admin)
    with pytest.raises(NotAllowed):
        await here.bind_group("777", code, "-1001", "Mai")
    await there.bind_group("777", code, "-1001", "Mai")


# ---- passwords ----


async def test_a_password_opens_its_own_account_only(room: Room) -> None:
    staff = room()
    mai = await staff.add(ROOT, "Mai", "mai", "một mật khẩu dài", Role.SENIOR)
    found, session = await staff.login_password("mai", "một mật khẩu dài")
    assert found == mai
    assert await staff.member_of_session(session) == mai
    for login, password in (("mai", "khác"), ("mai", ""), ("an", "một mật khẩu dài"), ("", ""), ("MAI", "x")):
        with pytest.raises(NotAllowed, match="a wrong name or password"):
            await staff.login_password(login, password)


async def test_only_an_admin_adds_accounts(room: Room, database: Database) -> None:
    for by in (MAI, HA):
        with pytest.raises(NotAllowed):
            await room().add(by, "X", "x", "password", Role.AGENT)
    assert await _everybody(database) == []


async def test_the_admin_enters_with_the_environments_password(room: Room, database: Database) -> None:
    staff = room("letmein")
    with pytest.raises(NotAllowed):
        await staff.login_password("admin", "letmeout")
    assert await _everybody(database) == []
    admin, _ = await staff.login_password("admin", "letmein")
    again, _ = await staff.login_password("admin", "letmein")
    assert admin == again
    assert admin.role is Role.ADMIN
    assert await staff.issue_login_link() is None


@pytest.mark.parametrize("password", ["", "admin", "no such account"])
async def test_without_that_password_an_admin_has_none(room: Room, password: str) -> None:
    staff = room()
    await staff.issue_login_link()  # the account exists, without a password
    with pytest.raises(NotAllowed):
        await staff.login_password("admin", password)


async def test_a_damaged_hash_fits_nothing(room: Room, database: Database) -> None:
    async with database.work(write=True) as work:
        await work.staff.add(Staff(brand=BRAND, name="Mai", login="mai", password_hash="damaged"))
        await work.commit()
    with pytest.raises(NotAllowed):
        await room().login_password("mai", "damaged")


async def test_passwords_and_keys_are_not_kept_in_clear(room: Room, database: Database) -> None:
    staff = room()
    await staff.add(ROOT, "Mai", "mai", "mật khẩu", Role.AGENT)
    _, session = await staff.login_password("mai", "mật khẩu")
    async with database.work() as work:
        dump = str((await (await work.session.connection()).exec_driver_sql("SELECT * FROM staff, token")).all())
    assert "mật khẩu" not in dump
    assert session not in dump


async def test_who_was_switched_off_stays_out(room: Room, database: Database) -> None:
    staff = room("letmein")
    mai = await staff.add(ROOT, "Mai", "mai", "mật khẩu", Role.AGENT)
    _, session = await staff.login_password("mai", "mật khẩu")
    await _switch_off(database, mai.id)
    assert await staff.member_of_session(session) is None
    with pytest.raises(NotAllowed):
        await staff.login_password("mai", "mật khẩu")
    admin, _ = await staff.login_password("admin", "letmein")
    await _switch_off(database, admin.id)
    with pytest.raises(NotAllowed):
        await staff.login_password("admin", "letmein")
    assert await staff.issue_login_link() is None
    assert len(await _everybody(database)) == 2


# ---- sessions ----


async def test_a_session_ends_when_it_is_left(room: Room) -> None:
    staff = room("letmein")
    _, first = await staff.login_password("admin", "letmein")
    _, second = await staff.login_password("admin", "letmein")
    await staff.logout(first)
    assert await staff.member_of_session(first) is None
    assert await staff.member_of_session(second) is not None
    await staff.logout("unknown")


async def test_a_session_ends_with_time(room: Room) -> None:
    _, old = await room("letmein", ago=SESSION_LASTS + timedelta(seconds=1)).login_password("admin", "letmein")
    assert await room().member_of_session(old) is None


async def test_what_is_no_session_is_nobody(room: Room) -> None:
    staff = room()
    token = await staff.issue_login_link()
    for key in ("", "guess", token or ""):
        assert await staff.member_of_session(key) is None


# ---- Telegram ----


async def test_a_new_face_in_the_group_is_an_agent_and_known_from_then_on(room: Room, database: Database) -> None:
    staff = room()
    mai = await staff.member_by_telegram("9", "Mai")
    assert (mai.name, mai.role) == ("Mai", Role.AGENT)
    assert await staff.member_by_telegram("9", "Mai Trần") == mai
    assert (await staff.member_by_telegram("10", "Mai")).id != mai.id
    assert len(await _everybody(database)) == 2


async def test_who_was_switched_off_gets_no_fresh_account(room: Room, database: Database) -> None:
    staff = room()
    mai = await staff.member_by_telegram("9", "Mai")
    await _switch_off(database, mai.id)
    with pytest.raises(NotAllowed, match="switched off"):
        await staff.member_by_telegram("9", "Mai")
    assert [one.id for one in await _everybody(database)] == [mai.id]


async def test_a_binding_code_binds_once(room: Room, database: Database) -> None:
    staff = room("letmein")
    with pytest.raises(NotAllowed):
        await staff.issue_bind_code(HA)
    admin, _ = await staff.login_password("admin", "letmein")
    code = await staff.issue_bind_code(admin)
    await staff.bind_group("777", code, "-1001", "Mai")
    async with database.work() as work:
        group = await work.staff.group(BRAND)
    assert group is not None
    assert (group.bot, group.chat, group.bound_by) == ("777", "-1001", "Mai")
    for wrong in (code, "GUESS", ""):
        with pytest.raises(NotAllowed, match="binding code"):
            await staff.bind_group("777", wrong, "-2002", "Mallory")
    async with database.work() as work:
        assert (await work.staff.group(BRAND)) == group
