"""`thau corrections`: moods that staff corrected, with their customers' consent, for the next training."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from bot.errors import SupportError
from bot.facts.lessons import Lessons, lessons
from bot.settings import Settings, load_settings
from storage.database import Database


def export_corrections(out: Path, since: datetime | None, config: Path | None, *, overwrite: bool) -> None:
    """Write one line of the corpus' shape for each; say how many, and how many stay here."""
    if out.exists() and not overwrite:
        raise SupportError(f"{out}: exists already; give --out another name, or add --overwrite")
    settings = load_settings(config)
    zone = ZoneInfo(settings.config.brand.timezone)
    found = asyncio.run(_collected(settings, since.replace(tzinfo=zone) if since else None))
    try:
        with out.open("w" if overwrite else "x", encoding="utf-8") as written:
            written.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in found.rows)
    except OSError as error:
        raise SupportError(f"{out}: {error.strerror or error}") from error
    _show(found, out)


async def _collected(settings: Settings, since: datetime | None) -> Lessons:
    database = Database(settings.config.storage.model_copy(update={"url": settings.database_url}))
    try:
        if not await database.ready():
            raise SupportError(f"The database {database} is not there or not of this version; `thau run` makes it so")
        async with database.work() as work:
            return await lessons(work, settings.brand, since)
    finally:
        await database.close()


def _show(found: Lessons, out: Path) -> None:
    console = Console()
    table = Table("read as", "was", "times")
    for (read, mood), times in found.moods.most_common():
        table.add_row(read, mood, str(times))
    if found.moods:
        console.print(table)
    console.print(
        f"{len(found.rows)} corrections written to {out}; {found.withheld} withheld for want of consent, "
        f"{found.unfit} of no use (words expired, changed since, or in another language). "
        "Names and numbers that are known are masked; look through the file before you hand it on.",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
