"""Changing what was said: edits, deletions, pins, reactions, and answers to pressed buttons."""

from tests.doubles.telegram import checks
from tests.doubles.telegram.errors import bad_request
from tests.doubles.telegram.playing import Turn, plays
from tests.doubles.telegram.sending import caption
from tests.doubles.telegram.state import Json

_PRESS_LIFE_S = 150
_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def _own(turn: Turn) -> Json:
    """The bot's own message that an edit names."""
    if "chat_id" not in turn.call:
        raise bad_request("the fake edits messages by chat_id and message_id only")
    message = turn.world.message(turn.chat(), turn.call["message_id"], "message to edit not found")
    if message.get("from", {}).get("id") != turn.bot.id:
        raise bad_request("message can't be edited")
    return message


def _change(turn: Turn, message: Json, content: Json) -> Json:
    """Replace what `content` names; the buttons go when no new ones are given, as on the real one."""
    checks.markup_fits(turn.call.get("reply_markup"))
    markup = turn.call.get("reply_markup")
    content = content | {"reply_markup": markup if markup and markup.get("inline_keyboard") else None}
    if all(message.get(key) == value for key, value in content.items()):
        raise bad_request(_UNCHANGED)
    for key, value in content.items():
        if value is None:
            message.pop(key, None)
        else:
            message[key] = value
    message["edit_date"] = int(turn.world.clock())
    return message


@plays("editMessageText")
def edit_text(turn: Turn) -> Json:
    message = _own(turn)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    call = turn.call
    content = {"entities": None} | checks.formatted(call.get("text", ""), call.get("parse_mode"), call.get("entities"))
    checks.text_fits(content["text"])
    return _change(turn, message, content)


@plays("editMessageCaption")
def edit_caption(turn: Turn) -> Json:
    message = _own(turn)
    if "text" in message:
        raise bad_request("there is no caption in the message to edit")
    return _change(turn, message, {"caption": None, "caption_entities": None} | caption(turn.call))


@plays("editMessageReplyMarkup")
def edit_markup(turn: Turn) -> Json:
    return _change(turn, _own(turn), {})


@plays("deleteMessage")
def delete_message(turn: Turn) -> bool:
    chat = turn.chat()
    message = turn.world.message(chat, turn.call["message_id"], "message to delete not found")
    own = message.get("from", {}).get("id") == turn.bot.id
    if not own and not chat.private and "can_delete_messages" not in turn.me(chat).rights:
        raise bad_request("message can't be deleted")
    del chat.messages[message["message_id"]]
    return True


@plays("deleteMessages")
def delete_messages(turn: Turn) -> bool:
    chat = turn.chat()
    if not 1 <= len(turn.call["message_ids"]) <= 100:
        raise bad_request("message_ids: 1-100 identifiers are allowed")
    for number in turn.call["message_ids"]:
        chat.messages.pop(number, None)
    return True


@plays("pinChatMessage", "unpinChatMessage", "unpinAllForumTopicMessages", "unpinAllChatMessages")
def pin(turn: Turn) -> bool:
    chat = turn.chat()
    if not chat.private:
        turn.needs(chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat")
    if turn.call.get("message_id"):
        turn.world.message(chat, turn.call["message_id"], "message to pin not found")
    return True


@plays("setMessageReaction")
def react(turn: Turn) -> bool:
    message = turn.world.message(turn.chat(), turn.call["message_id"], "message to react not found")
    message["reactions_of_bot"] = turn.call.get("reaction", [])
    return True


@plays("answerCallbackQuery")
def answer_press(turn: Turn) -> bool:
    """Once, within 150 s, at most 200 characters."""
    checks.press_answer_fits(turn.call.get("text") or "")
    press = turn.world.presses.get(turn.call["callback_query_id"])
    late = press is None or turn.world.clock() - press.at > _PRESS_LIFE_S
    if press is None or late or press.bot != turn.bot.id or press.answer is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    press.answer = {key: turn.call[key] for key in ("text", "show_alert") if key in turn.call}
    return True
