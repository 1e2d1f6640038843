"""Telegram's HTML: text and entities, with the complaints of the real parser (tdlib's MessageEntity.cpp)."""

import html
import re
from typing import Any

from tests.doubles.telegram.errors import bad_request

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "code": "code", "pre": "pre", "a": "text_link", "tg-emoji": "custom_emoji", "blockquote": "blockquote",
    "span": "spoiler",
}  # fmt: skip
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")
_NAME = re.compile(r"[^\s>]*(?=[\s>])")
_REST = re.compile(r"""(?:[^>"']|"[^"]*"|'[^']*')*>""")
_CHARACTER = re.compile(r"&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")

Open = tuple[str, dict[str, Any]]  # a tag not yet closed, and the entity it will become


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit of Telegram's entities and of the fake's limits."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and entities of Telegram's HTML; raises ApiError 400 "can't parse entities: …"."""
    if "<" not in source:
        return _CHARACTER.sub(lambda found: html.unescape(found[0]), source), []
    plain: list[str] = []
    entities: list[dict[str, Any]] = []
    opened: list[Open] = []
    at, length = 0, 0
    while at < len(source):
        start = source.find("<", at)
        run = _CHARACTER.sub(lambda found: html.unescape(found[0]), source[at : start if start >= 0 else None])
        plain.append(run)
        length += utf16_length(run)
        if start < 0:
            break
        at = _tag(source, start, length, opened, entities)
    if opened:
        raise _broken(f'Can\'t find end tag corresponding to start tag "{opened[-1][0]}"')
    return "".join(plain), sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _tag(source: str, start: int, length: int, opened: list[Open], entities: list[dict[str, Any]]) -> int:
    """Read the tag at `start`; returns where the text goes on."""
    offset = len(source[:start].encode())
    name = _NAME.match(source, start + 1)
    rest = _REST.match(source, name.end()) if name else None
    if name is None:
        raise _broken(f"Unclosed start tag at byte offset {offset}")
    tag = name[0].lower()
    if tag.startswith("/"):
        _close(tag[1:], offset, length, opened, entities)
    elif tag not in _KINDS:
        raise _broken(f'Unsupported start tag "{tag}" at byte offset {offset}')
    elif rest is None:
        raise _broken(f"Unclosed start tag at byte offset {offset}")
    else:
        opened.append((tag, _entity(tag, rest[0][:-1], offset, length)))
    return rest.end() if rest else len(source)


def _entity(name: str, rest: str, offset: int, length: int) -> dict[str, Any]:
    attributes = {key.lower(): html.unescape(value.strip("\"'")) for key, value in _ATTRIBUTE.findall(rest)}
    entity: dict[str, Any] = {"type": _KINDS[name], "offset": length}
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    if name == "a":
        entity["url"] = attributes.get("href", "")
    elif name == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    elif name == "code" and attributes.get("class", "").startswith("language-"):
        entity["language"] = attributes["class"].removeprefix("language-")
    elif name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    return entity


def _close(name: str, offset: int, length: int, opened: list[Open], entities: list[dict[str, Any]]) -> None:
    if not opened:
        raise _broken(f"Unexpected end tag at byte offset {offset}")
    last, entity = opened.pop()
    if name not in ("", last):
        raise _broken(f'Unmatched end tag at byte offset {offset}, expected "</{last}>", found "</{name}>"')
    entity["length"] = length - entity["offset"]
    language = entity.pop("language", "") if last == "code" else ""
    if language and opened and opened[-1][0] == "pre":
        opened[-1][1]["language"] = language
    elif entity["length"] and entity.get("url", "x"):
        entities.append(entity)


def _broken(why: str) -> Exception:
    return bad_request(f"can't parse entities: {why}")
