"""`thau run`: everything in one process."""

import asyncio
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from rich.console import Console

from bot.cli.logs import start_logging
from bot.errors import SettingsError
from bot.settings import Settings
from bot.web.app import make_app
from bot.wiring.service import Service

GOODBYE_S = 3  # how long a stop waits for browsers that are in the middle of a request
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def serve(settings: Settings) -> None:
    """Start, say where the pages are, and serve until Ctrl-C or SIGTERM; a second one ends at once."""
    start_logging()
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    with listen(settings.web_host, settings.web_port) as listening:
        service = Service(settings)
        await service.open()
        stop = _stop_on_signals()
        pages = Pages(service, listening)
        await pages.start()
        await _greet(service, settings, listening.getsockname()[1])
        await service.run(stop, pages.until(stop))


def _stop_on_signals() -> asyncio.Event:
    """Set by the first signal, which also lets go of the signals, so that the second one acts as usual."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def ask_to_stop() -> None:
        stop.set()
        for name in _SIGNALS:
            loop.remove_signal_handler(name)

    for name in _SIGNALS:
        loop.add_signal_handler(name, ask_to_stop)
    return stop


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises SettingsError for an address that can not be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"can not listen on {host}:{port} ({error.strerror}): set THAU_WEB_PORT to a free port, "
            "or THAU_WEB_HOST to an address of this machine"
        ) from None


class Pages:
    """The web pages, on uvicorn, in this process's event loop."""

    def __init__(self, service: Service, listening: socket.socket) -> None:
        routes = service.telegram.routes() if service.telegram is not None else []
        self._listening = listening
        self._server = _Server(
            uvicorn.Config(
                make_app(service.door(), routes),
                log_config=None,
                access_log=False,
                lifespan="on",
                timeout_graceful_shutdown=GOODBYE_S,
            )
        )

    async def start(self) -> None:
        """Answer what comes in on the socket."""
        self._serving = asyncio.create_task(self._server.serve([self._listening]))
        while not self._server.started and not self._serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)

    async def until(self, stop: asyncio.Event) -> None:
        """Serve until `stop`, then close politely."""
        await stop.wait()
        self._server.should_exit = True
        await self._serving


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the service is stopped in one place."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _greet(service: Service, settings: Settings, port: int) -> None:
    """What the operator needs to know first: the address, the login, and what is still to be done for Telegram."""
    host = f"[{settings.web_host}]" if ":" in settings.web_host else settings.web_host
    address = f"http://{host}:{port}"
    lines = [f"[bold]Thấu[/] is listening: [bold cyan]{address}[/]"]
    if settings.demo:
        lines.append("The demo shop: write as one of its customers in the browser.")
    token = await service.core.staff.issue_login_link()
    if token is not None:
        lines.append(f"Admin login, once, within a day: {address}/login?token={token}")
    if await _staff_group_is_missing(service, settings):
        lines.append(
            "No staff group yet: add the bot to a group with topics as an administrator and write /link CODE there, "
            f"with a code from {address}/desk; or set STAFF_CHAT_ID."
        )
    console = Console(highlight=False)
    console.print("\n".join(lines), soft_wrap=True)
    console.file.flush()  # a pipe or a log file must hold the login link now, not at the end


async def _staff_group_is_missing(service: Service, settings: Settings) -> bool:
    if not settings.telegram.enabled or settings.telegram.staff_chat_id is not None:
        return False
    async with service.core.database.work() as work:
        return await work.staff.group(settings.brand) is None
