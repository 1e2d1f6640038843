"""`thau replay`: real messages through reader and policies, each as a fresh anonymous customer; nothing is stored."""

import asyncio
import json
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.agent.thinking import Thought
from bot.cli.files import named_files
from bot.domain.decision import kind_of
from bot.domain.incoming import Incoming, Sender
from bot.facts.memory import Memory
from bot.settings import Settings, load_settings
from bot.wiring.core import Core
from nlp.export import RawMessage, rows, to_row
from nlp.types import Reading

SHOWN = 12  # rows per column of the summary


class Summary:
    """Counts of what was heard and decided."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {
            name: Counter() for name in ("language", "mood", "intent", "decision", "policy", "escalated because")
        }
        self.rows = self.unsure = self.bad = 0

    def add(self, reading: Reading, thought: Thought) -> None:
        """Count one message."""
        self.rows += 1
        self.unsure += reading.unsure
        decision = thought.decision
        for name, value in (
            ("language", reading.language.value),
            ("mood", reading.mood.value),
            ("intent", reading.intent.value),
            ("decision", kind_of(decision)),
            ("policy", decision.policy),
            ("escalated because", getattr(decision, "reason", "")),
        ):
            if value:
                self.counts[name][value] += 1

    def table(self) -> Table:
        """The most frequent values side by side."""
        table = Table(title=f"{self.rows} messages, {self.unsure / max(self.rows, 1):.1%} unsure, {self.bad} bad rows")
        for name in self.counts:
            table.add_column(name)
        columns = [[f"{value} {count}" for value, count in found.most_common(SHOWN)] for found in self.counts.values()]
        for line in range(max(map(len, columns), default=0)):
            table.add_row(*(column[line] if line < len(column) else "" for column in columns))
        return table


def replay_file(file: Path, out: Path, column: str, limit: int, config: Path | None) -> None:
    """Think through every message of `file` and write JSON Lines and a summary."""
    settings = load_settings(config)
    with named_files(file, out):
        messages = list(rows(file, column or None))
    with tempfile.TemporaryDirectory(prefix="thau-replay-") as folder:
        core = asyncio.run(_opened(settings, Path(folder)))
    chosen = messages[:limit] if limit else messages
    summary = Summary()
    with named_files(file, out), out.open("w", encoding="utf-8") as written:
        for message in track(chosen, description="Replaying", console=Console(stderr=True)):
            written.write(json.dumps(_replayed(core, message, summary), ensure_ascii=False) + "\n")
    console = Console()
    console.print(summary.table())
    console.print(f"Written to {out}", highlight=False)


def _replayed(core: Core, message: RawMessage, summary: Summary) -> dict[str, Any]:
    if message.error:
        summary.bad += 1
        return {"id": message.id, "error": message.error}
    reading, thought = _think_alone(core, message.text, f"replay-{message.id}")
    summary.add(reading, thought)
    return _line(message, reading, thought)


def _think_alone(core: Core, text: str, who: str) -> tuple[Reading, Thought]:
    """One message of somebody nobody knows, read and decided, but not stored."""
    reading = core.reader.reader.read(text)
    said = Incoming(core.settings.brand, "web", f"web:{who}", Sender(who), core.now(), text)
    situation = core.facts.situation(said, reading, Memory(), core.now())
    return reading, core.rules().mind.think(situation)


async def _opened(settings: Settings, folder: Path) -> Core:
    """A core with the demo shop's catalogue; its database is thrown away, the shop window stays in memory."""
    alone = settings.model_copy(
        update={"demo": True, "database_url": f"sqlite+aiosqlite:///{folder / 'replay.sqlite'}"}
    )
    core = Core(alone, lambda: datetime.now(UTC))
    await core.open()
    await core.close()
    return core


def _line(message: RawMessage, reading: Reading, thought: Thought) -> dict[str, Any]:
    decision = thought.decision
    row = to_row(message.id, reading)
    row |= {
        "text": message.text,
        "decision": {"kind": kind_of(decision), "policy": decision.policy, "why": decision.why},
        "reply": "\n\n".join(message.text for message in thought.answer.messages),
        "suggestions": [
            {"sku": one.sku, "name": one.name, "reason": one.reason, "why": one.why} for one in thought.suggestions
        ],
    }
    return row
