"""The processes of a measurement: the fake Telegram, the real `thau run`, and a bare echo bot beside it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from benchmarks.figures import NotMeasured
from benchmarks.place import CONFIG, ROOT, sqlite_url

STOP_S = 30.0
LOG_SIZE = 10_000  # requests the fake remembers (tests/doubles/telegram/__main__.py)
_OURS = ("THAU_", "TELEGRAM_", "STAFF_")  # settings of whoever runs the benchmark must not reach it


class Fake:
    """The fake Bot API in a process of its own, Telegram's limits switched off; tests/doubles/telegram/control.py."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.doubles.telegram", "--no-limits"]
        with (folder / "fake.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._process.stdout is not None
        self.url, self.token = json.loads(self._process.stdout.readline()).values()
        self._connection = HTTPConnection(urlsplit(self.url).netloc, timeout=60)

    def control(self, what: str, **given: Any) -> Any:
        """Have the fake do something. Raises ValueError with its reason when it refuses."""
        self._connection.request("POST", f"/control/{what}", json.dumps(given), {"Content-Type": "application/json"})
        answer = json.loads(self._connection.getresponse().read())
        if "error" in answer:
            raise ValueError(f"the fake refused {what}: {answer['error']}")
        return answer["result"]

    def customers(self, number: int) -> list[int]:
        """So many new people, as Telegram's user ids."""
        return [self.control("customer", name=f"Customer {index}")["id"] for index in range(number)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        stop(self._process)
        if self._process.stdout is not None:
            self._process.stdout.close()


class BotProcess:
    """A bot that serves the fake by long polling."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        self.log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env={**own, **environment}, stdout=out, stderr=subprocess.STDOUT
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def check(self) -> None:
        """Raises NotMeasured with its last words when the process has ended."""
        if self._process.poll() is not None:
            last = self.log.read_text(errors="replace").strip().splitlines()[-1:] or ["nothing"]
            raise NotMeasured(f"the process ended ({self._process.returncode}) and said: {last[0]}")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stopped, so that work can pile up in front of it; goes on at the end."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        stop(self._process)


def echo_bot(fake: Fake, folder: Path) -> BotProcess:
    """The named reference: aiogram and nothing else."""
    environment = {"TELEGRAM_BOT_TOKEN": fake.token, "TELEGRAM_API_URL": fake.url}
    return BotProcess(["-m", "benchmarks.echo"], environment, folder / "echo.log")


def thau(fake: Fake, folder: Path, staff_group: int) -> BotProcess:
    """`thau run` on the database in `folder`, with its limits and the burst window out of the way."""
    config = YAML(typ="safe", pure=True).load(CONFIG.read_text(encoding="utf-8"))
    intake = config.setdefault("intake", {})
    intake["burst"] = {"shortest": 0, "longest": 0, "in_all": 0}
    intake.setdefault("outbox", {})["limits"] = {}
    path = folder / "config.yaml"
    path.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    environment = {
        "TELEGRAM_BOT_TOKEN": fake.token,
        "TELEGRAM_API_URL": fake.url,
        "STAFF_CHAT_ID": str(staff_group),
        "THAU_CONFIG": str(path),
        "THAU_DATABASE_URL": sqlite_url(folder),
        "THAU_WEB_PORT": "0",
        "THAU_SECRET": "benchmark",
    }
    return BotProcess(["-m", "bot", "run"], environment, folder / "thau.log")


def stop(process: "subprocess.Popen[Any]") -> None:
    """End a process: politely, then not."""
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def until(condition: Callable[[], object], seconds: float, process: BotProcess, what: str) -> None:
    """Wait until `condition()`. Raises NotMeasured when the process ends or the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        process.check()
        if time.monotonic() > deadline:
            raise NotMeasured(f"{what} took more than {seconds:g} s")
        time.sleep(0.05)
