"""The real `thau run` as a process of its own: started, asked whether it is ready, stopped politely, or killed."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from ruamel.yaml import YAML

from tests.doubles.telegram import FakeTelegram
from tests.process.warm_start import WarmStart

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config.yaml"
PATIENCE = 60.0  # seconds; the machine is busy with other things, too
SECRET = "hook-secret"  # noqa: S105
_SETTINGS = ("THAU_", "TELEGRAM_", "STAFF_")  # of whoever runs the tests; they must not reach the process
_ADDRESS = re.compile(r"listening: (http://\S+)")
_LOGIN = re.compile(r"/login\?token=\S+")


def shipped_config() -> dict[str, Any]:
    """The config.yaml that ships with the project."""
    config: dict[str, Any] = YAML(typ="safe", pure=True).load(CONFIG.read_text(encoding="utf-8"))
    return config


def write_config(folder: Path) -> Path:
    """config.yaml without Telegram's limits and the model, tested elsewhere, and with a burst window of moments."""
    config = shipped_config()
    config["nlp"]["reader"] = "lexicon"
    config["intake"] |= {
        "burst": {"shortest": 0.05, "longest": 0.3, "in_all": 1, "messages": 20},
        "backoff": {"first": 0.1, "cap": 1},
        "grace": 4,
    }
    config["intake"]["outbox"] |= {"limits": {}, "backoff": {"first": 0.1, "cap": 1}}
    config.setdefault("storage", {})["busy_timeout_s"] = 1
    path = folder / "config.yaml"
    path.write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")  # JSON is YAML
    return path


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def clean_environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings of Thấu's and no others."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)} | settings


@dataclass
class HouseProcess:
    """One shop's process. It keeps its folder, port and database when it is started again.

    `warm`: start from there, in a moment; else by the installed command, as users do.
    """

    folder: Path
    environment: Mapping[str, str]
    warm: WarmStart | None = None
    starts: int = 0
    pid: int = 0
    _ended: Callable[[], "asyncio.Future[int]"] | None = None
    url: str = ""
    codes: list[int] = field(default_factory=list)  # exit codes so far

    async def launch(self) -> None:
        """Start it without waiting for anything."""
        self.starts += 1
        self.url = ""
        environment = clean_environment(**self.environment)
        if self.warm is not None:
            self.pid = self.warm.start(environment, self.folder, self._out, self._err)
            self._ended = lambda: asyncio.ensure_future(self.warm_end())
            return
        command = str(Path(sys.executable).parent / "thau")
        with self._out.open("wb") as out, self._err.open("wb") as err:
            process = await asyncio.create_subprocess_exec(
                command, "run", cwd=self.folder, env=environment, stdout=out, stderr=err
            )
        self.pid = process.pid
        self._ended = lambda: asyncio.ensure_future(process.wait())

    async def start(self) -> None:
        """Start it and wait until /readyz says that all of it works."""
        await self.launch()
        await self.until(lambda: self._listens() or self._gone(), "printing its address")
        assert self.url, f"it ended at once:\n{self.log}"
        async with httpx.AsyncClient(base_url=self.url) as client:
            while (answer := await client.get("/readyz", timeout=PATIENCE)).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert answer.json()["parts"] == {"database": True, "intake": True, "outbox": True}

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """SIGKILL: nothing it could do about it."""
        assert await self._end(signal.SIGKILL) == -signal.SIGKILL

    async def ended(self) -> int:
        """Wait for its end; the exit code."""
        assert self._ended is not None
        code = await asyncio.wait_for(self._ended(), PATIENCE)
        self._ended = None
        self.codes.append(code)
        return code

    @property
    def running(self) -> bool:
        return self._ended is not None

    @property
    def said(self) -> str:
        """What it printed since the latest start."""
        return self._out.read_text(encoding="utf-8") if self._out.exists() else ""

    @property
    def log(self) -> str:
        """What it logged since the latest start."""
        return self._err.read_text(encoding="utf-8") if self._err.exists() else ""

    @property
    def whole_log(self) -> str:
        """What it logged in all its starts."""
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("err-*")))

    @property
    def login_link(self) -> str:
        """The one-time login link it printed."""
        found = _LOGIN.search(self.said)
        assert found, f"no login link in {self.said!r}"
        return self.url + found[0]

    @property
    def resident_mb(self) -> float:
        """Its resident memory."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]

    async def until(self, holds: Callable[[], Any], what: str) -> Any:
        """Wait until `holds()`; says what the process said when it never does."""
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE
        while not (value := holds()):
            assert loop.time() < end, f"{what} did not happen:\n{self.said}\n{self.log}"
            await asyncio.sleep(0.01)
        return value

    async def warm_end(self) -> int:
        assert self.warm is not None
        while (code := self.warm.poll(self.pid)) is None:  # noqa: ASYNC110 - another process's child
            await asyncio.sleep(0.01)
        return code

    async def _end(self, by: signal.Signals) -> int:
        os.kill(self.pid, by)
        return await self.ended()

    def _gone(self) -> bool:
        """Whether the process has ended: a child that nobody has waited for yet still has its entry, as a zombie."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"

    def _listens(self) -> str:
        found = _ADDRESS.search(self.said)
        self.url = found[1] if found else ""
        return self.url

    @property
    def _out(self) -> Path:
        return self.folder / f"out-{self.starts:03}"

    @property
    def _err(self) -> Path:
        return self.folder / f"err-{self.starts:03}"


def telegram_environment(fake: FakeTelegram, *, webhook: bool, port: int = 0) -> dict[str, str]:
    """What points the process at the fake, by long polling or by a webhook on `port`."""
    given = {"TELEGRAM_BOT_TOKEN": fake.token, "TELEGRAM_API_URL": fake.url}
    if webhook:
        given |= {
            "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram/hook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
        }
    return given


def house_environment(folder: Path, database_url: str, *, port: int = 0) -> dict[str, str]:
    """What every process in these tests gets."""
    return {
        "THAU_CONFIG": str(write_config(folder)),
        "THAU_DATABASE_URL": database_url,
        "THAU_WEB_PORT": str(port),
        "THAU_SECRET": "a secret of the tests",
    }
