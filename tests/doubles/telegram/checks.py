"""Telegram's limits on what a bot may send (core.telegram.org/bots/api). Raises ApiError 400."""

from collections.abc import Sequence
from typing import Any

from tests.doubles.telegram.errors import bad_request
from tests.doubles.telegram.markup import parse_html, utf16_length

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024
_BUTTON_ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip


def formatted(text: str, mode: str | None, entities: list[dict[str, Any]] | None) -> dict[str, Any]:
    """`text` and, if any, `entities` as a message holds them. The fake speaks HTML or explicit entities."""
    if not mode:
        plain, found = text, entities or []
    elif mode.lower() == "html":
        plain, found = parse_html(text)
    else:
        raise bad_request("unsupported parse_mode (the fake speaks HTML only)")
    return {"text": plain, "entities": found} if found else {"text": plain}


def text_fits(text: str) -> None:
    """1–4096 after entity parsing, counted in UTF-16 units: the stricter of the readings of "characters"."""
    if not text.strip():
        raise bad_request("message text is empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise bad_request("message is too long")


def caption_fits(text: str) -> None:
    if utf16_length(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")


def topic_name_fits(name: str) -> None:
    if not 1 <= len(name.strip()) <= 128 or len(name) > 128:
        raise bad_request("TOPIC_NAME_INVALID: 1-128 characters")


def press_answer_fits(text: str) -> None:
    if utf16_length(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG: at most 200 characters in an answer to a callback query")


def ids_fit(ids: Sequence[int]) -> None:
    """1–100 message ids in strictly increasing order, as copyMessages and its like want them."""
    if not 1 <= len(ids) <= 100:
        raise bad_request("message_ids: 1-100 identifiers are allowed")
    if any(later <= earlier for earlier, later in zip(ids, ids[1:], strict=False)):
        raise bad_request("message identifiers must be in a strictly increasing order")


def album_fits(media: Sequence[dict[str, Any]]) -> None:
    """2–10 items; documents and audio can't be mixed with other kinds."""
    if not 2 <= len(media) <= 10:
        raise bad_request("media must include 2-10 items")
    kinds = {item["type"] for item in media}
    if len(kinds) > 1 and kinds & {"document", "audio"}:
        raise bad_request("document and audio can't be mixed with other media types")


def markup_fits(markup: dict[str, Any] | None) -> None:
    """Buttons: one action each, callback data of 1–64 bytes, labels not empty, at most 100."""
    if not markup:
        return
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100:
        raise bad_request("reply markup is too long")
    for button in buttons:
        label = button if isinstance(button, str) else button.get("text", "")
        if not label.strip():
            raise bad_request("inline keyboard button text must be non-empty")
        if "inline_keyboard" in markup:
            _inline_fits(button)


def _inline_fits(button: dict[str, Any]) -> None:
    actions = [action for action in _BUTTON_ACTIONS if button.get(action) is not None]
    if len(actions) != 1:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
