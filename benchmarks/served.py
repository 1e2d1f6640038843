"""The served process under load: messages a second beside a bare echo bot, its memory, and what it must not load."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import time

from benchmarks.figures import NotMeasured, at_least, at_most, none_of
from benchmarks.messages import messages
from benchmarks.notes import note
from benchmarks.place import own_folder
from benchmarks.processes import BotProcess, Fake, echo_bot, thau, until
from benchmarks.shop import stock_shop

RATE = at_least("main.rate_to_echo_bot", 0.25, "of a bare aiogram echo bot's messages/s")
MEMORY = at_most("main.served_peak_rss", 450, "MB")
TORCH = none_of("main.served_torch", "files of torch in the process")

ROUNDS, ROUNDS_FULL = 2, 5
CUSTOMERS, CUSTOMERS_FULL = 150, 300
WAVES = 2  # messages of each customer: a first contact, and one with a past
WARM_UP = 20
PATIENCE_S = 120.0


def measure(full: bool) -> Mapping[str, float]:
    """Echo bot and Thấu in turn against one fake: the ratio of the medians, and what Thấu's process held at its end."""
    rounds, customers = (ROUNDS_FULL, CUSTOMERS_FULL) if full else (ROUNDS, CUSTOMERS)
    echoed: list[float] = []
    answered: list[float] = []
    held: dict[str, float] = {}
    with own_folder() as folder, Fake(folder) as fake:
        group = fake.control("staff_group")["id"]
        people = [fake.customers(customers) for _ in range(rounds)]
        asyncio.run(stock_shop(folder, [person for crowd in people for person in crowd[::2]]))
        for crowd in people:
            with echo_bot(fake, folder) as process:
                echoed.append(_rate(fake, process, crowd))
            with thau(fake, folder, group) as process:
                answered.append(_rate(fake, process, crowd))
                held = held_by(process.pid)
    note(f"messages/s, medians of {rounds}: echo bot {median(echoed):.0f}, Thấu {median(answered):.0f}")
    return {RATE.name: median(answered) / median(echoed)} | held


def _rate(fake: Fake, process: BotProcess, crowd: Sequence[int]) -> float:
    """Messages a second, from piled-up messages to the last customer's answer."""
    said = messages()
    _seconds(fake, process, fake.customers(WARM_UP), said)
    return WAVES * len(crowd) / sum(_seconds(fake, process, crowd, said) for _ in range(WAVES))


def _seconds(fake: Fake, process: BotProcess, crowd: Sequence[int], said: Iterator[str]) -> float:
    """Everybody writes while the process is frozen; how long it then takes until everybody has an answer.

    The fake's own log gives the time, so that looking does not disturb. Raises NotMeasured when one stays unanswered.
    """
    before = len(fake.control("log"))
    with process.frozen():
        for person, text in zip(crowd, said, strict=False):
            fake.control("says", user=person, text=text)
    begin = time()
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


def held_by(pid: int) -> dict[str, float]:
    """Peak memory of a process, and the files of torch in it. Raises NotMeasured where there is no /proc."""
    process = Path(f"/proc/{pid}")
    if not process.exists():
        raise NotMeasured("needs Linux's /proc")
    status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
    mapped = {line.split()[-1] for line in (process / "maps").read_text().splitlines()}
    return {
        MEMORY.name: int(status["VmHWM"].split()[0]) * 1024 / 1e6,
        TORCH.name: sum("/torch/" in path for path in mapped),
    }
