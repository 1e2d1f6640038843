"""`thau run`: everything in one process."""

import asyncio
import logging
import signal
from pathlib import Path

import uvicorn
from rich.console import Console

from bot.errors import SettingsError
from bot.settings import Settings, load_settings
from bot.web.app import make_app
from bot.wiring.service import Service

log = logging.getLogger(__name__)


def serve(config: Path | None) -> None:
    """Start, say where the pages are, and serve until Ctrl-C or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("aiogram").setLevel(logging.WARNING)
    asyncio.run(_serve(load_settings(config)))


async def _serve(settings: Settings) -> None:
    service = Service(settings)
    await service.core.open()
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    pages = Pages(service, settings)
    await pages.start()
    await _greet(service, settings, pages.port)
    await service.run(stop, pages.until(stop))


class Pages:
    """The web pages, on uvicorn, in this process's event loop."""

    def __init__(self, service: Service, settings: Settings) -> None:
        routes = service.telegram.routes() if service.telegram is not None else []
        self._config = uvicorn.Config(
            make_app(service.door(), routes),
            host=settings.web_host,
            port=settings.web_port,
            log_level="warning",
            access_log=False,
            lifespan="on",
        )
        self._server = _Server(self._config)
        self._serving: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen. Raises SettingsError when the address can not be had."""
        where = f"{self._config.host}:{self._config.port}"
        try:
            listening = self._config.bind_socket()
        except SystemExit:
            raise SettingsError(f"{where} is taken: set THAU_WEB_PORT to another port") from None
        self._serving = asyncio.create_task(self._server.serve([listening]))
        while not self._server.started and not self._serving.done():
            await asyncio.sleep(0.01)

    async def until(self, stop: asyncio.Event) -> None:
        """Serve until `stop`, then close politely."""
        assert self._serving is not None
        await stop.wait()
        self._server.should_exit = True
        await self._serving


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the service is stopped in one place."""

    def capture_signals(self):  # type: ignore[no-untyped-def]
        from contextlib import nullcontext

        return nullcontext()


async def _greet(service: Service, settings: Settings, port: int) -> None:
    console = Console(highlight=False)
    address = f"http://{settings.web_host}:{port}"
    console.print(f"[bold]Thấu[/] is listening: [bold cyan]{address}[/]", soft_wrap=True)
    if settings.demo:
        console.print("The demo shop: write as one of its customers in the browser.", soft_wrap=True)
    token = await service.core.staff.issue_login_link()
    if token is not None:
        console.print(f"Admin login, once, within a day: {address}/login?token={token}", soft_wrap=True)
