"""Who works here: logins, sessions, the binding of a staff group. Tokens are random, one-time and kept as hashes."""

import asyncio
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from bot.desk.desk import require
from bot.desk.opening import show_open_cases
from bot.desk.words import UNNAMED
from bot.domain.escalation import Role, StaffMember
from bot.errors import NotAllowed, NotFound
from storage.database import Database
from storage.tables import Staff
from storage.work import Work

LOGIN_LINK_LASTS = timedelta(hours=24)
SESSION_LASTS = timedelta(hours=12)
BIND_CODE_LASTS = timedelta(minutes=15)
ADMIN = "admin"
LONGEST_NAME = 60


class StaffRoom:
    """Staff accounts of one brand. `admin_password` comes from the environment; empty: link login only."""

    def __init__(self, database: Database, brand: str, now: Callable[[], datetime], admin_password: str = "") -> None:
        self._database = database
        self._brand = brand
        self._now = now
        self._admin_password = admin_password
        self._hasher = PasswordHasher()

    async def issue_login_link(self) -> str | None:
        """A one-time token for the admin's first login; None when an admin has logged in before."""
        async with self._database.work(write=True) as work:
            admin = await self._admin(work)
            if not admin.active or await work.staff.has_session(admin.id):
                return None
            token = await work.staff.issue(self._brand, "login", admin.id, self._now() + LOGIN_LINK_LASTS)
            await work.commit()
        return token

    async def redeem_login(self, token: str) -> tuple[StaffMember, str]:
        """Log in with a one-time token: the member and a session token. NotAllowed when used, old or unknown."""
        async with self._database.work(write=True) as work:
            staff = self._own(await work.staff.redeem("login", token))
            if staff is None:
                raise NotAllowed("a login link that is unknown, used or out of date")
            session = await self._session(work, staff)
            await work.commit()
        return member(staff), session

    async def login_password(self, login: str, password: str) -> tuple[StaffMember, str]:
        """Log in with a name and a password. The work is the same whether or not the name exists."""
        async with self._database.work() as work:
            staff = await work.staff.by_login(self._brand, login)
        if login == ADMIN and self._admin_password:
            fits = hmac.compare_digest(password.encode(), self._admin_password.encode())
        else:
            fits = await asyncio.to_thread(self._fits, staff.password_hash if staff is not None else "", password)
        if not fits or (staff is not None and not staff.active):
            raise NotAllowed("a wrong name or password")
        async with self._database.work(write=True) as work:
            staff = staff or await self._admin(work)
            session = await self._session(work, staff)
            await work.commit()
        return member(staff), session

    async def member_of_session(self, token: str) -> StaffMember | None:
        """Who a session token belongs to, or None when it is unknown, revoked or out of date."""
        if not token:
            return None
        async with self._database.work() as work:
            staff = self._own(await work.staff.session(token))
        return member(staff) if staff is not None else None

    async def logout(self, token: str) -> None:
        """Revoke one session."""
        async with self._database.work(write=True) as work:
            await work.staff.revoke(token)
            await work.commit()

    async def add(self, by: StaffMember, name: str, login: str, password: str, role: Role) -> StaffMember:
        """Add an account; only an admin may."""
        require(by, Role.ADMIN)
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        staff = Staff(brand=self._brand, name=name, login=login, password_hash=hashed, role=role.value)
        async with self._database.work(write=True) as work:
            await work.staff.add(staff)
            await work.commit()
        return member(staff)

    async def rename(self, by: StaffMember, staff_id: str, name: str) -> StaffMember:
        """Set the name that customers are told; one's own, or as an admin anybody's. NotFound for a stranger."""
        if by.id != staff_id:
            require(by, Role.ADMIN)
        name = " ".join(name.split())[:LONGEST_NAME]
        if not name:
            raise NotAllowed("a name without letters")
        async with self._database.work(write=True) as work:
            if not await work.staff.set(self._brand, staff_id, name=name):
                raise NotFound(f"staff {staff_id} of {self._brand}")
            staff = await work.staff.get(self._brand, staff_id)
            await work.commit()
        assert staff is not None
        return member(staff)

    async def member_by_telegram(self, telegram_id: str, name: str) -> StaffMember:
        """The staff account of somebody who writes in the bound staff group; being in it makes an agent."""
        async with self._database.work(write=True) as work:
            staff = await work.staff.by_telegram(self._brand, telegram_id)
            if staff is None:
                staff = Staff(brand=self._brand, name=name, telegram_id=telegram_id)
                await work.staff.add(staff)
                await work.commit()
        if not staff.active:
            raise NotAllowed("a staff account that was switched off")
        return member(staff)

    async def issue_bind_code(self, by: StaffMember) -> str:
        """A one-time code for `/link CODE` in the staff group; only an admin may."""
        require(by, Role.ADMIN)
        async with self._database.work(write=True) as work:
            code = await work.staff.issue(self._brand, "bind", by.id, self._now() + BIND_CODE_LASTS)
            await work.commit()
        return code

    async def bind_group(self, bot: str, code: str, chat: str, user_name: str) -> None:
        """Make `chat` the brand's staff group, and show it the open cases.

        NotAllowed for a code that is unknown, used or out of date.
        """
        async with self._database.work(write=True) as work:
            if self._own(await work.staff.redeem("bind", code)) is None:
                raise NotAllowed("a binding code that is unknown, used or out of date")
            await work.staff.bind(self._brand, bot, chat, user_name)
            await show_open_cases(work, self._brand)
            await work.commit()

    async def _session(self, work: Work, staff: Staff) -> str:
        return await work.staff.issue(self._brand, "session", staff.id, self._now() + SESSION_LASTS)

    async def _admin(self, work: Work) -> Staff:
        admin = await work.staff.by_login(self._brand, ADMIN)
        if admin is None:
            admin = Staff(brand=self._brand, name=UNNAMED, login=ADMIN, role=Role.ADMIN.value)
            await work.staff.add(admin)
        return admin

    def _own(self, staff: Staff | None) -> Staff | None:
        """Keys of another brand in the same database open nothing here."""
        return staff if staff is not None and staff.brand == self._brand else None

    def _fits(self, known: str, password: str) -> bool:
        """Whether the password is the one behind the hash `known`; where there is none, nothing fits."""
        try:
            return self._hasher.verify(known or self._decoy, password) and bool(known)
        except (VerifyMismatchError, InvalidHashError):
            return False

    @cached_property
    def _decoy(self) -> str:
        """A hash that takes as long to compare with as a real one."""
        return self._hasher.hash(secrets.token_urlsafe())


def member(staff: Staff) -> StaffMember:
    """A staff row as the domain's value."""
    return StaffMember(staff.id, staff.name, Role(staff.role))
