"""`thau demo`: a written dialogue through the real wiring, in a database of its own that is thrown away."""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from ruamel.yaml import YAML

from bot.domain.incoming import Incoming, Sender
from bot.intake.settings import BurstSettings
from bot.settings import Settings, load_settings
from bot.web.translate import address_of, update_of
from bot.wiring.service import Service
from storage.demo import DemoCustomer, demo_customers
from storage.showing import ShownTurn, turns_to_show

READING_PAUSE = 1.2  # seconds between messages, for people
AT_ONCE = BurstSettings(shortest=0, longest=0, in_all=0)
_MOOD_STYLE = {
    "angry": "bold red",
    "frustrated": "dark_orange",
    "happy": "green",
    "grateful": "green",
    "curious": "cyan",
}


def play(config: Path | None, *, fast: bool) -> None:
    """Play every scene and show message, reading, stage, decision with why, reply, suggestion and escalation."""
    settings = load_settings(config)
    with tempfile.TemporaryDirectory(prefix="thau-demo-") as folder:
        asyncio.run(_play(_alone(settings, Path(folder)), 0 if fast else READING_PAUSE))


def _alone(settings: Settings, folder: Path) -> Settings:
    """The same settings, on a demo database in `folder`, without Telegram and without waiting for bursts."""
    intake = settings.config.intake.model_copy(update={"burst": AT_ONCE})
    return settings.model_copy(
        update={
            "config": settings.config.model_copy(update={"intake": intake}),
            "telegram": settings.telegram.model_copy(update={"token": type(settings.secret)("")}),
            "database_url": f"sqlite+aiosqlite:///{folder / 'demo.sqlite'}",
            "demo": True,
        }
    )


async def _play(settings: Settings, pause: float) -> None:
    service = Service(settings)
    await service.core.open()
    stop = asyncio.Event()
    serving = asyncio.create_task(service.run(stop))
    try:
        people = {person.id: person for person in demo_customers()}
        for scene in _scenes():
            await _play_scene(service, scene, people.get(scene["customer"]), pause)
    finally:
        stop.set()
        await serving


async def _play_scene(service: Service, scene: dict[str, Any], person: DemoCustomer | None, pause: float) -> None:
    console = Console(highlight=False)
    who = f"{person.name} · level {person.level}" if person else "somebody new · level off"
    console.rule(f"[bold]{escape(scene['title'])}[/]")
    console.print(f"[dim]{escape(who)}[/]")
    sender = Sender(person.external_id if person else f"demo-new-{uuid4().hex[:6]}", person.name if person else "")
    for text in scene["says"]:
        shown = await _ask(service, sender, text)
        _show(console, text, shown)
        await asyncio.sleep(pause)
    await _show_case(console, service, address_of(sender.external_id))


async def _ask(service: Service, sender: Sender, text: str) -> Sequence[ShownTurn]:
    """Say something and wait for the turn: its own rows, oldest first."""
    brand, now = service.settings.brand, datetime.now(UTC)
    address = address_of(sender.external_id)
    said = Incoming(brand, "web", address, sender, now, text, messages=(f"demo-{uuid4().hex}",))
    await service.bus.publish(update_of(said))
    while True:
        await asyncio.sleep(0.02)
        async with service.core.database.work() as work:
            where = await work.turns.conversation(brand, address)
            turns = await turns_to_show(work.session, where.id or 0, 10) if where else []
            unsent = await work.mailbox.unsent_of(address)
        mine = [index for index, shown in enumerate(turns) if said.messages[0] in shown.turn.messages]
        if mine and not unsent:
            return turns[mine[0] :]


def _show(console: Console, text: str, shown: Sequence[ShownTurn]) -> None:
    heard, decided = shown[0].heard or {}, shown[0].decided
    console.print(f"\n[bold]👤[/] {escape(text)}")
    mood = heard.get("mood", "")
    source = heard.get("source", "") + (" · unsure" if heard.get("unsure") else "")
    style = _MOOD_STYLE.get(mood, "white")
    console.print(
        f"   [{style}]{mood}[/] · {heard.get('intent')} · {heard.get('language')} · read by {source}", style="dim"
    )
    if decided is None:
        return
    console.print(f"   stage {decided.stage}: {escape(decided.stage_why)}", style="dim")
    console.print(f"   {decided.kind} by {decided.policy}: {escape(decided.why)}", style="dim")
    for turn in shown[1:]:
        console.print(f"[bold cyan]🤖[/] {_plain(turn.turn.text)}")
    for suggestion in decided.answer.get("suggestions", ()):
        console.print(f"   [magenta]suggested:[/] {escape(suggestion['name'])} – {escape(suggestion['why'])}")
    if decided.answer.get("gate"):
        console.print(f"   [dim]nothing suggested: {decided.answer['gate']}[/]")


async def _show_case(console: Console, service: Service, address: str) -> None:
    for item in await service.core.desk.queue(service.settings.brand):
        if item.conversation != address:
            continue
        card = item.card
        orders = ", ".join(f"{order['code']} ({order['status']})" for order in card["orders"]) or "none known"
        lines = [
            f"[bold]{item.case.number}[/] · {item.case.reason} · urgency {item.case.urgency.name.lower()}",
            f"Why: {escape(card['why'])} ({card['policy']})",
            f"Mood: {' → '.join(item.moods)} · writes {card['language']}",
            f"Orders: {escape(orders)}",
            f"Bot tried: {', '.join(card['tried']) or 'nothing yet'}",
        ]
        console.print(Panel("\n".join(lines), title="Card for the human", border_style="red", expand=False))


def _plain(html: str) -> str:
    """Telegram's HTML as rich markup: bold stays, the rest is text."""
    from html import unescape
    from re import sub

    marked = escape(html).replace("<b>", "[bold]").replace("</b>", "[/bold]")
    return unescape(sub(r"<[^>]+>", "", marked))


def _scenes() -> list[dict[str, Any]]:
    text = files("bot.cli").joinpath("demo.yaml").read_text(encoding="utf-8")
    scenes: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(text)
    return scenes
