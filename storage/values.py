"""Values on their way in: what no database can keep (NUL, lone surrogates) becomes U+FFFD instead of a lost message."""

import json
from typing import Any

_UNKEEPABLE = "\ufffd"


def clean(text: str) -> str:
    """The text without NUL characters and lone surrogates; nearly always the text itself."""
    if "\x00" in text:
        text = text.replace("\x00", _UNKEEPABLE)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(_UNKEEPABLE if "\ud800" <= letter <= "\udfff" else letter for letter in text)
    return text


def dump(value: Any) -> str:
    """JSON as it is stored: UTF-8, compact. Raises TypeError and ValueError for what JSON does not know."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if "\\u0000" in text:  # PostgreSQL's JSONB refuses it
        return json.dumps(_cleaned(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case dict():
            return {_cleaned(key): _cleaned(item) for key, item in value.items()}
        case list() | tuple():
            return [_cleaned(item) for item in value]
        case _:
            return value


def clean_parameters(
    connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    """SQLAlchemy's `before_cursor_execute` hook: every string parameter, cleaned."""
    # An insert of many rows with RETURNING is one statement with one flat tuple, though it is called executemany.
    if executemany and parameters and isinstance(parameters[0], tuple | list):
        return statement, [_cleaned_row(row) for row in parameters]
    return statement, _cleaned_row(parameters)


def _cleaned_row(row: Any) -> Any:
    return tuple([clean(value) if type(value) is str else value for value in row])
