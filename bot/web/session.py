"""Who is looking: the signed session cookie, and what an open page knows of its visitor."""

from dataclasses import dataclass

from fastapi import Request
from itsdangerous import BadSignature, URLSafeSerializer
from starlette.responses import Response

from bot.domain.escalation import StaffMember
from bot.web.door import WebDoor
from bot.web.pages.words import Words, words_for

COOKIE = "thau_session"
LANGUAGE_COOKIE = "thau_language"
KEPT_S = 12 * 3600  # as long as the session itself
_HERE = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Visit:
    """One opened page: its words, and the session it came with. Ask `member()` before every act."""

    door: WebDoor
    words: Words
    token: str
    local: bool

    async def member(self) -> StaffMember | None:
        """Who this is now; None once the session ended, even while the page is open."""
        return await self.door.staff.member_of_session(self.token) if self.token else None

    async def may_simulate(self) -> bool:
        """The demo's simulator is open to this machine; everywhere else it is for staff."""
        return (self.door.demo and self.local) or await self.member() is not None


def visit_of(request: Request, door: WebDoor) -> Visit:
    """The visit behind a request. A cookie with a wrong signature counts as none."""
    words = words_for(
        request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", ""), door.default_language
    )
    return Visit(door, words, token_of(request, door), _is_local(request))


def token_of(request: Request, door: WebDoor) -> str:
    """The session token of the signed cookie, or the empty string."""
    try:
        token = _signer(door).loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return ""
    return token if isinstance(token, str) else ""


def remember(response: Response, request: Request, door: WebDoor, token: str) -> None:
    """Hand the session to the browser."""
    response.set_cookie(
        COOKIE,
        str(_signer(door).dumps(token)),
        max_age=KEPT_S,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def _signer(door: WebDoor) -> URLSafeSerializer:
    return URLSafeSerializer(door.secret, salt="thau.session")


def _is_local(request: Request) -> bool:
    """Asked from this machine under its own name: a foreign name that points here does not count."""
    return request.client is not None and request.client.host in _HERE and request.url.hostname in _HERE
