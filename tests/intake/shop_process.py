"""A whole intake in a process of its own, to be killed: `python -m tests.intake.shop_process FOLDER UPDATES`.

The door hands in every update that was not acknowledged to it, as Telegram does, and the last acknowledged ones once
more. What is acknowledged, and what arrives at the other side, is appended to files by single writes, which outlive
a kill.
"""

import asyncio
import os
import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.incoming import Incoming, Sender
from bot.intake.bus import EmbeddedBus
from bot.intake.clock import SystemClock
from bot.intake.outbox import Post
from bot.intake.outbox import Sender as Outgoing
from bot.intake.settings import BurstSettings, IntakeSettings, OutboxSettings
from bot.intake.turns import Turns
from bot.intake.update import Update
from storage.database import Database, StorageSettings
from storage.tables import Outbox

CONVERSATIONS = 7
SETTINGS = IntakeSettings(
    burst=BurstSettings(shortest=0, longest=0.02, in_all=0.05), outbox=OutboxSettings(limits={}), lanes=4
)


class Line:
    """A file that keeps what was written to it, whatever happens to the process."""

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(self, words: str) -> None:
        os.write(self.file, f"{words}\n".encode())


class Wire:
    """A channel that takes its time before and after the message arrives."""

    name = "telegram"

    def __init__(self, line: Line) -> None:
        self.line = line

    async def deliver(self, post: Post) -> tuple[str, ...]:
        await asyncio.sleep(random.random() * 0.004)
        self.line.write(f"{post.id} {post.payload['answers']}")
        await asyncio.sleep(random.random() * 0.004)
        return (str(post.id),)


class Agent:
    """Answers each turn with the numbers of the updates it settles."""

    def __init__(self, database: Database, sender: Outgoing) -> None:
        self.database, self.sender = database, sender

    async def turn(self, incoming: Incoming, settles: Sequence[int]) -> None:
        await asyncio.sleep(random.random() * 0.004)
        lane = incoming.conversation
        answer = {"answers": ",".join(incoming.messages)}
        async with self.database.work(write=True) as work:
            await work.mailbox.settle(list(settles), None)
            await work.mailbox.post(
                [Outbox(brand="demo", channel="telegram", lane=lane, conversation=lane, kind="say", payload=answer)]
            )
            work.after_commit(self.sender.wake)
            await work.commit()


async def main(folder: Path, updates: int) -> None:
    database = Database(StorageSettings(url=f"sqlite:///{folder / 'shop.sqlite'}"))
    await database.migrate()
    clock = SystemClock()
    sender = Outgoing(database, {"telegram": Wire(Line(folder / "wire"))}, SETTINGS, clock)
    turns = Turns(Agent(database, sender), database, SETTINGS, clock)
    bus = EmbeddedBus(database, SETTINGS, clock)

    async def handle(update: Update, row: int) -> None:
        await turns.hear(
            Incoming(
                update.brand, update.channel, update.conversation, Sender("1"), update.received_at,
                text="và", messages=(update.id,),
            ),
            row,
        )  # fmt: skip

    stop = asyncio.Event()
    running = [asyncio.create_task(bus.run(handle, stop)), asyncio.create_task(sender.run(stop))]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await hand_in(bus, folder, updates)
    await until_finished(database, updates)
    stop.set()
    await asyncio.gather(*running)
    await database.close()


async def hand_in(bus: EmbeddedBus, folder: Path, updates: int) -> None:
    path = folder / "acknowledged"
    known = len(path.read_text().split()) if path.exists() else 0
    acknowledged = Line(path)
    for number in range(max(0, known - 3), updates):
        conversation = f"telegram:777:{number % CONVERSATIONS}"
        await bus.publish(Update("demo", "777", str(number), "telegram", conversation, {}, datetime.now(UTC)))
        if number >= known:
            acknowledged.write(str(number))
        await asyncio.sleep(random.random() * 0.002)


async def until_finished(database: Database, updates: int) -> None:
    while True:
        async with database.work() as work:
            counts = await work.mailbox.counts()
        moving = sum(counts.get(state, 0) for state in ("inbox.waiting", "outbox.waiting", "outbox.sending"))
        if counts.get("inbox.done", 0) == updates and not moving:
            return
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
