"""The served process under load: messages a second beside a bare echo bot, its memory, and what it must not load."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.figures import NotMeasured, Values, at_least, at_most, none_of
from benchmarks.messages import messages
from benchmarks.notes import note
from benchmarks.place import own_folder
from benchmarks.processes import LOG_SIZE, BotProcess, Fake, echo_bot, thau, until
from benchmarks.shop import stock_shop

RATE = at_least("main.rate_to_echo_bot", 0.25, "of a bare aiogram echo bot's messages/s")
# The same aim for machines that are busy with other things: a quarter of the rate is four times the work.
WORK = at_most("main.cpu_to_echo_bot", 4, "of a bare aiogram echo bot's CPU time per message")
MEMORY = at_most("main.served_peak_rss", 450, "MB")
TORCH = none_of("main.served_torch", "files of torch in the process")

ROUNDS, ROUNDS_FULL = 2, 5
CUSTOMERS, CUSTOMERS_FULL = 150, 250
WAVES = 2  # messages of each customer: a first contact, and one with a past
WARM_UP = 20
PATIENCE_S = 120.0
SETTLED_S = 0.5  # after the last answer, until it is written down too
_NO_PROC = "needs Linux's /proc"


@dataclass(slots=True)
class Rounds:
    """What one bot did in each round: messages a second, and CPU seconds per message."""

    rates: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{median(self.rates):.0f} messages/s, {median(self.work) * 1000:.1f} ms of CPU each"


def measure(full: bool) -> Values:
    """Echo bot and Thấu in turn against one fake: ratios of the medians, and what Thấu's process held at its end."""
    rounds, customers = (ROUNDS_FULL, CUSTOMERS_FULL) if full else (ROUNDS, CUSTOMERS)
    echo, ours = Rounds(), Rounds()
    with own_folder() as folder, Fake(folder) as fake:
        group = fake.control("staff_group")["id"]
        people = [fake.customers(customers) for _ in range(rounds)]
        asyncio.run(stock_shop(folder, [person for crowd in people for person in crowd[::2]]))
        for crowd in people:
            with echo_bot(fake, folder) as process:
                _round(fake, process, crowd, echo)
            with thau(fake, folder, group) as process:
                _round(fake, process, crowd, ours)
                held = held_by(process.pid)
    note(f"medians of {rounds} rounds: echo bot {echo}; Thấu {ours}; load average {os.getloadavg()[0]:.1f}")
    work = median(ours.work) / median(echo.work) if all(echo.work) else _NO_PROC
    return {RATE.name: median(ours.rates) / median(echo.rates), WORK.name: work} | held


def _round(fake: Fake, process: BotProcess, crowd: Sequence[int], result: Rounds) -> None:
    said = messages()
    _seconds(fake, process, fake.customers(WARM_UP), said)
    before = cpu_of(process.pid)
    seconds = sum(_seconds(fake, process, crowd, said) for _ in range(WAVES))
    time.sleep(SETTLED_S)
    result.rates.append(WAVES * len(crowd) / seconds)
    result.work.append((cpu_of(process.pid) - before) / (WAVES * len(crowd)))


def _seconds(fake: Fake, process: BotProcess, crowd: Sequence[int], said: Iterator[str]) -> float:
    """Everybody writes while the process is frozen; how long it then takes until everybody has an answer.

    The fake's own log gives the time, so that looking does not disturb. Raises NotMeasured when one stays unanswered.
    """
    before = len(fake.control("log"))
    if before + 2 * len(crowd) > LOG_SIZE:
        raise NotMeasured("the fake's log is full: fewer rounds")
    with process.frozen():
        for person, text in zip(crowd, said, strict=False):
            fake.control("says", user=person, text=text)
    begin = time.time()
    answers: dict[int, float] = {}

    def everybody() -> bool:
        if fake.control("log", after=before + len(crowd) - 1):  # cheap to ask while it can not be complete yet
            answers.update(_answers(fake, before))
        return answers.keys() >= set(crowd)

    until(everybody, PATIENCE_S, process, f"answering {len(crowd)} customers")
    return max(answers[person] for person in crowd) - begin


def _answers(fake: Fake, after: int) -> dict[int, float]:
    """Each chat's first answer: when the fake took it."""
    found: dict[int, float] = {}
    for entry in fake.control("log", after=after):
        if entry["method"].startswith("send") and not entry["error"]:
            found.setdefault(int(entry["call"]["chat_id"]), entry["at"])
    return found


def cpu_of(pid: int) -> float:
    """CPU seconds a process has used so far; 0 where there is no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def held_by(pid: int) -> dict[str, float | str]:
    """Peak memory of a process, and the files of torch in it."""
    process = Path(f"/proc/{pid}")
    if not process.exists():
        return {MEMORY.name: _NO_PROC, TORCH.name: _NO_PROC}
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    mapped = {line.split()[-1] for line in (process / "maps").read_text().splitlines()}
    return {
        MEMORY.name: int(status["VmHWM"].split()[0]) * 1024 / 1e6,
        TORCH.name: sum("/torch/" in path for path in mapped),
    }
