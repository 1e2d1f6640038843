"""The stand, served by uvicorn in the tests' own event loop, and a real headless Chromium."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.web.door import WebDoor
from tests.web.stand import PASSWORD, Stand, build

CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True, slots=True)
class Served:
    """A running stand."""

    url: str
    stand: Stand
    door: WebDoor


async def _hook(request: Request) -> PlainTextResponse:
    return PlainTextResponse((await request.body()).decode())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    folder: Path = tmp_path_factory.mktemp("stand")
    stand, app, door = await build(folder, [Route("/hook", _hook, methods=["POST"])])
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(64)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="websockets-sansio", lifespan="on"))
        running = asyncio.create_task(server.serve(sockets=[bound]))
        while not server.started:  # noqa: ASYNC110 – uvicorn has no event for it
            await asyncio.sleep(0.02)
        yield Served(f"http://127.0.0.1:{bound.getsockname()[1]}", stand, door)
        server.should_exit = True
        await running
    await door.database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def client(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url) as open_client:
        yield open_client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGS))
        yield launched
        await launched.close()


class Window:
    """Opens pages and remembers what went wrong in them."""

    def __init__(self, browser: Browser, served: Served) -> None:
        self._browser, self._served = browser, served
        self.contexts: list[BrowserContext] = []
        self.troubles: list[str] = []

    async def open(self, path: str, *, width: int = 1440, height: int = 900, locale: str = "en-US") -> Page:
        context = await self._browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", self._watch)
        await page.goto(self._served.url + path)
        return page

    async def staff(self, path: str = "/desk", **options: object) -> Page:
        """A page somebody has logged in on."""
        page = await self.open(f"/login?next={path}", **options)  # type: ignore[arg-type]
        await page.fill("[name=login]", "admin")
        await page.fill("[name=password]", PASSWORD)
        await page.click("button.primary")
        return page

    def _watch(self, request: object) -> None:
        url: str = request.url  # type: ignore[attr-defined]
        if not url.startswith((self._served.url, self._served.url.replace("http", "ws"), "data:", "blob:")):
            self.troubles.append(f"a request that leaves this machine: {url}")


@pytest_asyncio.fixture(loop_scope="session")
async def window(browser: Browser, served: Served) -> AsyncIterator[Window]:
    opened = Window(browser, served)
    yield opened
    for context in opened.contexts:
        await context.close()
    assert opened.troubles == []
