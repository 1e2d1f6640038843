"""sendMessage and its kin: everything that puts a bot's message into a chat."""

from collections.abc import Callable
from typing import Any

from tests.doubles.telegram import checks
from tests.doubles.telegram.errors import ApiError, bad_request
from tests.doubles.telegram.playing import Turn, plays
from tests.doubles.telegram.state import Chat, Json, StoredFile

MEDIA: dict[str, Callable[[StoredFile], Json]] = {
    "document": lambda file: {"file_name": file.name},
    "audio": lambda file: {"duration": 60, "file_name": file.name},
    "voice": lambda _: {"duration": 3},
    "video": lambda _: {"duration": 5, "width": 640, "height": 360},
    "animation": lambda _: {"duration": 2, "width": 320, "height": 240},
    "video_note": lambda _: {"duration": 4, "length": 240},
    "sticker": lambda _: {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
}
COPYABLE = ("text", "entities", "caption", "caption_entities", "photo", *MEDIA, "location", "venue", "contact", "dice")
_PHOTO_LIMIT, _UPLOAD_LIMIT = 10 * 2**20, 50 * 2**20


@plays("sendMessage")
def send_message(turn: Turn) -> Json:
    call = turn.call
    chat = turn.chat()
    content = checks.formatted(call["text"], call.get("parse_mode"), call.get("entities"))
    checks.text_fits(content["text"])
    return turn.write(chat, content | extras(turn, chat))


def extras(turn: Turn, chat: Chat) -> Json:
    """Reply and buttons of a message about to be sent, checked."""
    checks.markup_fits(turn.call.get("reply_markup"))
    extra = replied(turn, chat)
    markup = turn.call.get("reply_markup") or {}
    if "inline_keyboard" in markup:
        extra["reply_markup"] = markup
    elif "keyboard" in markup or "remove_keyboard" in markup:
        chat.keyboard = markup  # shown to the user, but no part of the message
    return extra


def replied(turn: Turn, chat: Chat) -> Json:
    parameters = turn.call.get("reply_parameters") or {}
    number = parameters.get("message_id") or turn.call.get("reply_to_message_id")
    if not number:
        return {}
    target = chat.messages.get(number)
    lenient = parameters.get("allow_sending_without_reply") or turn.call.get("allow_sending_without_reply")
    if target is None:
        if lenient:
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": {key: value for key, value in target.items() if key != "reply_to_message"}}


def media(turn: Turn, kind: str, source: str) -> Json:
    """A message's media field from an uploaded part (attach://name) or a known file id."""
    if source.startswith("attach://"):
        upload = turn.uploads.get(source.removeprefix("attach://"))
        if upload is None:
            raise bad_request(f"file {source} not found in the request")
        _upload_fits(kind, upload[1])
        stored = turn.world.add_file(*upload)
    elif source in turn.world.files:
        stored = turn.world.files[source]
    else:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return face_of(kind, stored)


def face_of(kind: str, stored: StoredFile) -> Json:
    """How a message shows a stored file as one kind of media."""
    face: Json = {"file_id": stored.id, "file_unique_id": f"u{stored.id}", "file_size": stored.size}
    if kind == "photo":
        return {"photo": [{**face, "width": 90, "height": 60}, {**face, "width": 1280, "height": 853}]}
    return {kind: face | MEDIA[kind](stored)}


def _upload_fits(kind: str, content: bytes) -> None:
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > (_PHOTO_LIMIT if kind == "photo" else _UPLOAD_LIMIT):
        raise ApiError(413, "Request Entity Too Large")


def caption(given: Json) -> Json:
    """Caption and its entities, checked; nothing when there is none."""
    if not given.get("caption"):
        return {}
    content = checks.formatted(given["caption"], given.get("parse_mode"), given.get("caption_entities"))
    checks.caption_fits(content["text"])
    found = {"caption": content["text"]}
    return found | ({"caption_entities": content["entities"]} if "entities" in content else {})


def _sender(kind: str) -> Callable[[Turn], Json]:
    def send(turn: Turn) -> Json:
        chat = turn.chat()
        content = caption(turn.call) | extras(turn, chat)
        return turn.write(chat, media(turn, kind, turn.call[kind]) | content)

    return send


for _kind in ("photo", *MEDIA):
    plays(f"send{_kind.replace('_', '')}")(_sender(_kind))


@plays("sendMediaGroup")
def send_album(turn: Turn) -> list[Json]:
    chat, items = turn.chat(), turn.call["media"]
    checks.album_fits(items)
    group = turn.world.serial("album")
    contents = [media(turn, item["type"], item["media"]) | caption(item) for item in items]
    reply = replied(turn, chat)
    return [turn.write(chat, content | reply | {"media_group_id": group}) for content in contents]


def _plain(kind: str, fields: tuple[str, ...]) -> Callable[[Turn], Json]:
    def send(turn: Turn) -> Json:
        chat = turn.chat()
        body = {field: turn.call[field] for field in fields if field in turn.call}
        return turn.write(chat, {kind: body} | extras(turn, chat))

    return send


plays("sendLocation")(_plain("location", ("latitude", "longitude")))
plays("sendContact")(_plain("contact", ("phone_number", "first_name", "last_name")))


@plays("sendChatAction")
def send_chat_action(turn: Turn) -> bool:
    turn.thread(turn.chat())
    return True


@plays("copyMessage")
def copy_message(turn: Turn) -> Json:
    target, source = turn.chat(), turn.source()
    original = turn.world.message(source, turn.call["message_id"], "message to copy not found")
    if not _copyable(original):
        raise bad_request("message can't be copied")
    content = _content(original)
    if "caption" in turn.call and "text" not in content:
        content = {key: value for key, value in content.items() if not key.startswith("caption")} | caption(turn.call)
    return {"message_id": turn.write(target, content | extras(turn, target))["message_id"]}


@plays("copyMessages")
def copy_messages(turn: Turn) -> list[Json]:
    return [{"message_id": copy["message_id"]} for copy in _each(turn, lambda original: _content(original))]


@plays("forwardMessage")
def forward_message(turn: Turn) -> Json:
    target, source = turn.chat(), turn.source()
    original = turn.world.message(source, turn.call["message_id"], "message to forward not found")
    if not _copyable(original):
        raise bad_request("message can't be forwarded")
    return turn.write(target, _forwarded(original))


@plays("forwardMessages")
def forward_messages(turn: Turn) -> list[Json]:
    return [{"message_id": copy["message_id"]} for copy in _each(turn, _forwarded)]


def _each(turn: Turn, content: Callable[[Json], Json]) -> list[Json]:
    """Copies of several messages: what is missing is skipped silently, albums stay together."""
    target, source = turn.chat(), turn.source()
    checks.ids_fit(turn.call["message_ids"])
    originals = [source.messages[number] for number in turn.call["message_ids"] if number in source.messages]
    originals = [original for original in originals if _copyable(original)]
    if not originals:
        raise bad_request("there are no messages to copy")
    albums: dict[str, str] = {}
    copies = []
    for original in originals:
        copy = content(original)
        if group := original.get("media_group_id"):
            copy["media_group_id"] = albums.setdefault(group, turn.world.serial("album"))
        copies.append(turn.write(target, copy))
    return copies


def _content(original: Json) -> Json:
    return {key: original[key] for key in COPYABLE if key in original}


def _forwarded(original: Json) -> Json:
    author = original.get("from", {})
    origin: dict[str, Any] = {"type": "user", "sender_user": author, "date": original["date"]}
    return _content(original) | {"forward_origin": origin}


def _copyable(original: Json) -> bool:
    return any(key in original for key in COPYABLE)
