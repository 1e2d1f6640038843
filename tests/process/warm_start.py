"""Loads Thấu once, and from then on starts `thau run` in a moment, by forking: for tests that start it many times.

`python -m tests.process.warm_start` is the process that forks; `WarmStart` talks to it, one JSON line each way.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self


class WarmStart:
    """The forking process. Its children are real ones: they can be killed, and end with an exit code."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.process.warm_start"]
        root = Path(__file__).parents[2]
        self._process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def start(self, environment: Mapping[str, str], folder: Path, out: Path, err: Path) -> int:
        """The process id of a new `thau run`."""
        given = {"environment": dict(environment), "folder": str(folder), "out": str(out), "err": str(err)}
        return int(self._ask(given))

    def poll(self, pid: int) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        code = self._ask({"poll": pid})
        return None if code is None else int(code)

    def _ask(self, given: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(given) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def _become(given: Mapping[str, Any]) -> None:
    """Turn this fork into `thau run`."""
    for number, path, flags in ((0, os.devnull, os.O_RDONLY), (1, given["out"], _NEW), (2, given["err"], _NEW)):
        opened = os.open(path, flags)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(given["folder"])
    os.environ.clear()
    os.environ.update(given["environment"])
    sys.argv = ["thau", "run"]
    from bot.__main__ import main

    main()


_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def _serve() -> None:
    import bot.__main__
    import bot.cli.run  # noqa: F401  (all that is slow to load)

    for line in sys.stdin:
        given = json.loads(line)
        if "poll" in given:
            pid, status = os.waitpid(given["poll"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        else:
            answer = os.fork()
            if answer == 0:
                _become(given)
                return
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
