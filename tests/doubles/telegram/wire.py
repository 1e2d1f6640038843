"""From the wire to aiogram's own method types: what they do not know is refused.

Real Telegram ignores parameters it does not know; the fake is stricter, so that a typo fails a test.
"""

import json
import types
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin
from urllib.parse import parse_qsl

import aiogram.methods
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import InputFile
from aiohttp.web import BaseRequest, FileField
from pydantic import BaseModel, ValidationError

from tests.doubles.telegram.errors import ApiError, bad_request

Call = dict[str, Any]  # the parameters of a request by name, as JSON values
Uploads = dict[str, tuple[str, bytes]]  # multipart parts that carry a file: name -> (file name, content)

_METHODS: dict[str, type[TelegramMethod[Any]]] = {
    kind.__api_method__.lower(): kind
    for kind in (getattr(aiogram.methods, name) for name in aiogram.methods.__all__)
    if isinstance(kind, type) and kind not in (TelegramMethod,) and issubclass(kind, TelegramMethod)
}


def method_of(name: str) -> type[TelegramMethod[Any]]:
    """aiogram's type of a Bot API method; names are case-insensitive as on the real server."""
    method = _METHODS.get(name.lower())
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    return method


async def body_of(request: BaseRequest) -> tuple[Call, Uploads]:
    """The parameters of a request in any of the encodings Telegram takes."""
    given: Call = dict(request.query)
    if request.method == "GET" or not request.body_exists:
        return given, {}
    if request.content_type == "application/x-www-form-urlencoded":
        given.update(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        return given, {}
    if request.content_type == "application/json":
        try:
            given.update(json.loads(await request.read()))
        except (ValueError, TypeError) as broken:
            raise bad_request("can't parse JSON object") from broken
        return given, {}
    return await _multipart(request, given)


async def _multipart(request: BaseRequest, given: Call) -> tuple[Call, Uploads]:
    if request.content_type != "multipart/form-data":
        raise bad_request(f"unsupported content type {request.content_type}")
    uploads: Uploads = {}
    for name, value in (await request.post()).items():
        if isinstance(value, FileField):
            uploads[name] = (value.filename, value.file.read())
        else:
            given[name] = value
    return given, uploads


def checked(method: type[TelegramMethod[Any]], given: Call, uploads: Uploads) -> Call:
    """The parameters, decoded and validated by aiogram's type of the method; raises ApiError 400."""
    parsers = _parsers(method)
    call: Call = {}
    for name, value in given.items():
        if name not in parsers:
            raise bad_request(f"unknown parameter {name} of {method.__api_method__}")
        call[name] = _decoded(name, value, parsers[name]) if isinstance(value, str) else value
    for name in uploads:
        if name in parsers:
            call[name] = f"attach://{name}"
    try:
        model = method.model_validate(call)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise bad_request(f"{where}: {first['msg']} ({method.__api_method__})") from wrong
    for name in call:
        _refuse_extras(getattr(model, name), name)
    return call


def _decoded(name: str, value: str, parser: str) -> Any:
    if parser == "text":
        return value
    if parser == "peer":
        return int(value) if value.lstrip("-").isdigit() else value
    try:
        return json.loads(value)
    except ValueError as broken:
        raise bad_request(f"can't parse {name} as JSON") from broken


@cache
def _parsers(method: type[TelegramMethod[Any]]) -> dict[str, str]:
    """How a form value of each parameter is to be read: text, peer (number or @name) or json."""
    return {name: _parser(_leaves(field.annotation)) for name, field in method.model_fields.items()}


def _parser(leaves: set[Any]) -> str:
    leaves = leaves - {type(None), Default}
    if str not in leaves:
        return "json" if leaves != {InputFile} else "text"
    return "peer" if int in leaves else "text"


def _leaves(annotation: Any) -> set[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _leaves(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return {leaf for member in get_args(annotation) for leaf in _leaves(member)}
    return {origin or annotation}


def _refuse_extras(value: Any, where: str) -> None:
    if isinstance(value, BaseModel):
        if value.model_extra:
            raise bad_request(f"unknown field {where}.{next(iter(value.model_extra))}")
        for name in value.model_fields_set:
            _refuse_extras(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            _refuse_extras(item, f"{where}[{place}]")
