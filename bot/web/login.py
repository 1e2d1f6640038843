"""Logging in and out: plain HTML forms, so that password managers and screen readers know them."""

import time
from collections import deque
from html import escape
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.domain.escalation import StaffMember
from bot.errors import SupportError
from bot.web.door import WebDoor
from bot.web.pages.look import STYLE_URL, logo
from bot.web.pages.words import LANGUAGES
from bot.web.session import COOKIE, LANGUAGE_COOKIE, remember, token_of, visit_of

TRIES = 8
WINDOW_S = 300.0
ADDRESSES_KEPT = 10_000
SEE_OTHER = 303


class Throttle:
    """Counts tries to log in per address; too many within five minutes without success have to wait."""

    def __init__(self) -> None:
        self._tries: dict[str, deque[float]] = {}

    def full(self, address: str) -> bool:
        """Whether too many tries from here have come lately."""
        tries = self._tries.get(address, deque())
        while tries and tries[0] < time.monotonic() - WINDOW_S:
            tries.popleft()
        return len(tries) >= TRIES

    def tried(self, address: str) -> None:
        """Count a try."""
        if len(self._tries) >= ADDRESSES_KEPT:
            self._tries.clear()
        self._tries.setdefault(address, deque(maxlen=TRIES)).append(time.monotonic())

    def forgive(self, address: str) -> None:
        """Somebody from here got in: their slips do not count any more."""
        self._tries.pop(address, None)


def login_routes(door: WebDoor) -> APIRouter:
    """/login by one-time link or by name and password, /logout, and the language switch."""
    router = APIRouter()
    throttle = Throttle()

    def enter(request: Request, found: tuple[StaffMember, str], where: str) -> Response:
        response = RedirectResponse(_inside(where), SEE_OTHER)
        remember(response, request, door, found[1])
        return response

    @router.get("/login")
    async def show_login(request: Request, token: str = "", next: str = "/desk") -> Response:
        if not token:
            return _form(request, door, next)
        try:
            return enter(request, await door.staff.redeem_login(token), next)
        except SupportError:
            return _form(request, door, next, "link_used", 403)

    @router.post("/login")
    async def log_in(
        request: Request,
        login: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = "/desk",
    ) -> Response:
        address = request.client.host if request.client else ""
        if throttle.full(address):
            return _form(request, door, next, "too_many_tries", 429)
        throttle.tried(address)  # before the password is checked: many at once count as many
        try:
            entered = await door.staff.login_password(login, password)
        except SupportError:
            return _form(request, door, next, "wrong_login", 403)
        throttle.forgive(address)
        return enter(request, entered, next)

    @router.post("/logout")
    async def log_out(request: Request) -> Response:
        if token := token_of(request, door):
            await door.staff.logout(token)
        response = RedirectResponse("/login", SEE_OTHER)
        response.delete_cookie(COOKIE)
        return response

    @router.get("/speak/{language}")
    async def speak(language: str, next: str = "/") -> Response:
        response = RedirectResponse(_inside(next), SEE_OTHER)
        if language in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=365 * 24 * 3600, samesite="lax")
        return response

    return router


def _inside(where: str) -> str:
    """`where` if it stays on this site, else the desk."""
    outside = not where.startswith("/") or where.startswith("//") or "\\" in where or ":" in where.split("?")[0]
    return "/desk" if outside else where


def _form(request: Request, door: WebDoor, where: str, problem: str = "", status: int = 200) -> HTMLResponse:
    words = visit_of(request, door).words
    alert = f'<p class="alert" role="alert">{escape(words[problem])}</p>' if problem else ""
    other = "en" if words.language == "vi" else "vi"
    return HTMLResponse(
        f"""<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>{escape(words["log_in"])} · Thấu</title><link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="{STYLE_URL}"></head><body class="thau login">
<main><div class="brand">{logo(40)}<span>Thấu</span></div>
<h1>{escape(words["log_in_to"].format(shop=door.shop))}</h1>{alert}
<form method="post" action="/login"><input type="hidden" name="next" value="{escape(_inside(where))}">
<label>{escape(words["login_name"])}<input name="login" autocomplete="username" autocapitalize="none" required
 autofocus></label>
<label>{escape(words["password"])}<input name="password" type="password" autocomplete="current-password"
 required></label>
<button class="button primary wide">{escape(words["log_in"])}</button></form>
<p class="hint">{escape(words["login_hint"])}</p>
<a class="quiet" href="/speak/{other}?next=/login">{escape(words["other_language"])}</a></main></body></html>""",
        status_code=status,
    )
