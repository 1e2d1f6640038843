"""The web application: health, login, pages, and whatever routes other doors bring along."""

import logging
from collections.abc import Sequence

from fastapi import APIRouter, FastAPI, Request
from nicegui import core, ui
from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.web.door import WebDoor
from bot.web.health import health_routes
from bot.web.login import login_routes
from bot.web.pages.desk import add_desk
from bot.web.pages.look import STYLE, logo
from bot.web.pages.policies import add_policies
from bot.web.pages.simulator import add_simulator

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def make_app(door: WebDoor, routes: Sequence[BaseRoute] = ()) -> FastAPI:
    """Everything behind the HTTP port. `routes` (Telegram's webhook) stand before the pages.

    NiceGUI keeps one application per process: a second call takes its place.
    """
    app = FastAPI(title="Thấu", docs_url=None, redoc_url=None, openapi_url=None)
    app.router.routes.extend(routes)
    app.include_router(health_routes(door))
    app.include_router(login_routes(door))
    app.include_router(_drawings())
    _guard(app)
    for add in (add_simulator, add_desk, add_policies):
        add(door)
    core.app.middleware_stack = None
    core.app.user_middleware.clear()
    # Our pages style themselves; no dark switch: the style sheet follows the system.
    ui.run_with(app, title="Thấu", favicon=logo(32), dark=None, tailwind=False, show_welcome_message=False)
    logging.getLogger("nicegui").addFilter(_quiet_about_strays)
    return app


def _drawings() -> APIRouter:
    router = APIRouter()

    @router.get("/thau.css")
    async def style() -> Response:
        return Response(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})

    @router.get("/favicon.svg")
    async def favicon() -> Response:
        drawn = logo(32).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        return Response(drawn, media_type="image/svg+xml")

    return router


def _guard(app: FastAPI) -> None:
    @app.middleware("http")
    async def add_headers(request: Request, call_next):  # type: ignore[no-untyped-def]
        response: Response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _quiet_about_strays(record: logging.LogRecord) -> bool:
    """NiceGUI warns of every unknown address, and of pages closed in the middle of a refresh: that is noise."""
    said = record.getMessage()
    return not said.endswith("not found") and "has been deleted but is still being used" not in said
