"""/healthz, /readyz and /metrics."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from starlette.responses import JSONResponse, Response

from bot.web.door import WebDoor
from storage.errors import StorageError

PATIENCE_S = 3.0


def health_routes(door: WebDoor) -> APIRouter:
    """Alive is not ready: /healthz only says that the process answers, /readyz asks every part."""
    router = APIRouter()
    ready = Gauge("thau_ready", "1 if this part works.", ["part"], registry=door.registry)
    rows = Gauge("thau_rows", "Rows of inbox and outbox.", ["box", "state"], registry=door.registry)

    async def ask_all() -> dict[str, bool]:
        names = list(door.checks)
        answers = await asyncio.gather(*(_ask(door.checks[name]) for name in names))
        found = dict(zip(names, answers, strict=True))
        for name, works in found.items():
            ready.labels(name).set(works)
        return found

    async def count_rows() -> None:
        async with door.database.work() as work:
            counts = await work.mailbox.counts()
        rows.clear()
        for name, count in counts.items():
            rows.labels(*name.split(".")).set(count)

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        found = await ask_all()
        fine = all(found.values())
        return JSONResponse({"ready": fine, "parts": found, "reader": door.reader()}, status_code=200 if fine else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        await ask_all()
        with suppress(StorageError):  # a database that is away shows in thau_ready
            await count_rows()
        return Response(generate_latest(door.registry), media_type=CONTENT_TYPE_LATEST)

    return router


async def _ask(check: Callable[[], Awaitable[bool]]) -> bool:
    """One part's answer. A part that raises or does not answer in time is not ready."""
    try:
        return await asyncio.wait_for(check(), PATIENCE_S)
    except Exception:  # whatever is wrong with it, the answer to "ready?" is no
        return False
