"""Requests and answers in HTTP: Telegram's JSON, its refusals, and what a fault makes of them."""

import asyncio
import json
from typing import Any

from aiohttp.web import BaseRequest, Response

from tests.doubles.telegram.errors import ApiError
from tests.doubles.telegram.faults import HTML_ERROR, Fault
from tests.doubles.telegram.state import Json


def large_request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> BaseRequest:
    """aiohttp stops at 1 MiB; Telegram takes uploads of 50 MB."""
    loop = asyncio.get_running_loop()
    return BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=64 * 2**20)


def json_answer(body: Json, status: int = 200) -> Response:
    return Response(body=json.dumps(body).encode(), status=status, content_type="application/json")


def refusal(refused: ApiError) -> Response:
    body: Json = {"ok": False, "error_code": refused.status, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return json_answer(body, refused.status)


def struck(request: BaseRequest, fault: Fault) -> Response:
    """The answer of a fault: a cut connection, a proxy's HTML page, or Telegram's JSON."""
    if not fault.status:
        if request.transport is not None:
            request.transport.abort()
        return Response()
    if fault.html:
        return Response(text=HTML_ERROR, status=fault.status, content_type="text/html")
    parameters = {"retry_after": fault.retry_after} if fault.retry_after else {}
    text = fault.description or _DESCRIPTIONS.get(fault.status, "Internal Server Error")
    return refusal(ApiError(fault.status, text, **parameters))


_DESCRIPTIONS = {
    400: "Bad Request: ordered by the test",
    403: "Forbidden: bot was blocked by the user",
    429: "Too Many Requests: retry later",
    502: "Bad Gateway",
}
