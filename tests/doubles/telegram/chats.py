"""Forum topics, memberships, and what a bot may set or ask about itself."""

import re
from typing import Any
from urllib.parse import urlsplit

from aiogram.types import ChatMemberAdministrator

from tests.doubles.telegram import checks
from tests.doubles.telegram.errors import bad_request
from tests.doubles.telegram.playing import Turn, plays
from tests.doubles.telegram.state import Chat, Json, Member, Topic
from tests.doubles.telegram.updates import Webhook

_RIGHTS = tuple(name for name in ChatMemberAdministrator.model_fields if name.startswith("can_"))
_DOWNLOAD_LIMIT = 20 * 2**20

# -- topics


def _forum(turn: Turn, right: str, complaint: str) -> Chat:
    chat = turn.chat()
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    turn.needs(chat, right, complaint)
    return chat


@plays("createForumTopic")
def create_topic(turn: Turn) -> Json:
    chat = _forum(turn, "can_manage_topics", "not enough rights to create a topic")
    checks.topic_name_fits(turn.call["name"])
    color = turn.call.get("icon_color", 7322096)
    created = {"name": turn.call["name"], "icon_color": color}
    message = turn.world.add_message(chat, turn.bot.user.face, {"forum_topic_created": created})
    number = message["message_id"]
    message |= {"message_thread_id": number, "is_topic_message": True}
    chat.topics[number] = Topic(number, turn.call["name"], turn.bot.id)
    return {"message_thread_id": number, **created}


def _named_topic(turn: Turn) -> Topic:
    chat = _forum(turn, "can_manage_topics", "not enough rights to manage topics")
    return turn.topic(chat, turn.call["message_thread_id"], "TOPIC_ID_INVALID")


def _remark(turn: Turn, topic: Topic, content: Json) -> bool:
    turn.world.add_message(turn.chat(), turn.bot.user.face, content, topic.id)
    return True


@plays("editForumTopic")
def edit_topic(turn: Turn) -> bool:
    topic = _named_topic(turn)
    name = turn.call.get("name") or topic.name
    checks.topic_name_fits(name)
    if name == topic.name and "icon_custom_emoji_id" not in turn.call:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = name
    return _remark(turn, topic, {"forum_topic_edited": {"name": name}})


@plays("closeForumTopic")
def close_topic(turn: Turn) -> bool:
    topic = _named_topic(turn)
    if topic.closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = True
    return _remark(turn, topic, {"forum_topic_closed": {}})


@plays("reopenForumTopic")
def reopen_topic(turn: Turn) -> bool:
    topic = _named_topic(turn)
    if not topic.closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = False
    return _remark(turn, topic, {"forum_topic_reopened": {}})


@plays("deleteForumTopic")
def delete_topic(turn: Turn) -> bool:
    chat = _forum(turn, "can_delete_messages", "not enough rights to delete a topic")
    remove_topic(chat, turn.topic(chat, turn.call["message_thread_id"], "TOPIC_ID_INVALID"))
    return True


def remove_topic(chat: Chat, topic: Topic) -> None:
    """Delete a topic with all its messages; no update tells anybody."""
    topic.deleted = True
    gone = [number for number, message in chat.messages.items() if message.get("message_thread_id") == topic.id]
    for number in gone:
        del chat.messages[number]


@plays("getForumTopicIconStickers")
def icon_stickers(turn: Turn) -> list[Json]:
    return []


# -- chats and members


@plays("getChat")
def get_chat(turn: Turn) -> Json:
    return {**turn.chat().face, "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}


_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def member_face(member: Member) -> Json:
    """A ChatMember as getChatMember and chat_member updates show it."""
    face: Json = {"status": member.status, "user": member.user.face}
    if member.status == "creator":
        face["is_anonymous"] = member.anonymous
    elif member.status == "administrator":
        face |= {right: right in member.rights for right in _RIGHTS}
        face |= {"is_anonymous": member.anonymous}
    elif member.status == "kicked":
        face["until_date"] = 0
    return face


@plays("getChatMember")
def get_chat_member(turn: Turn) -> Json:
    chat = turn.chat()
    user = turn.world.users.get(turn.call["user_id"])
    if user is None:
        raise bad_request("member not found")
    return member_face(chat.members.get(user.id) or Member(user, "left"))


@plays("getChatAdministrators")
def get_administrators(turn: Turn) -> list[Json]:
    members = turn.chat().members.values()
    return [member_face(member) for member in members if member.status in ("creator", "administrator")]


@plays("getChatMemberCount")
def count_members(turn: Turn) -> int:
    return len(turn.chat().members)


@plays("leaveChat")
def leave_chat(turn: Turn) -> bool:
    turn.chat().members.pop(turn.bot.id, None)
    return True


# -- files and the bot itself


@plays("getFile")
def get_file(turn: Turn) -> Json:
    stored = turn.world.files.get(turn.call["file_id"])
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > _DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    stored.linked_at = turn.world.clock()
    path = f"documents/{stored.id}"
    return {"file_id": stored.id, "file_unique_id": f"u{stored.id}", "file_size": stored.size, "file_path": path}


@plays("getMe")
def get_me(turn: Turn) -> Json:
    return {
        **turn.bot.user.face,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


@plays("getWebhookInfo")
def webhook_info(turn: Turn) -> Json:
    room = turn.bot.mailroom
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": room.pending}
    if room.webhook is not None:
        info |= {"url": room.webhook.url, "max_connections": room.webhook.max_connections}
        if room.webhook.last_error:
            info |= {"last_error_message": room.webhook.last_error, "last_error_date": int(room.webhook.last_error_at)}
    if room.allowed is not None:
        info["allowed_updates"] = sorted(room.allowed)
    return info


def wanted_webhook(call: Json) -> Webhook | None:
    """The webhook that setWebhook asks for, None for an empty url. HTTPS, but for this very machine."""
    url = urlsplit(call.get("url", ""))
    if not url.netloc:
        return None
    if url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.get("secret_token", "")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = call.get("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    return Webhook(call["url"], secret, connections)


_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_NAMED_LIMITS = {"setmyname": ("name", 64), "setmydescription": ("description", 512),
                 "setmyshortdescription": ("short_description", 120)}  # fmt: skip


def setting_of(method: str, turn: Turn) -> Any:
    """The get/set/delete family about the bot itself: kept per language and scope, or None for other methods."""
    found = re.fullmatch(r"(get|set|delete)(my(?:commands|name|description|shortdescription)|chatmenubutton)", method)
    if found is None:
        return None
    verb, what = found.groups()
    key = f"{what} {turn.call.get('language_code', '')} {turn.call.get('scope') or turn.call.get('chat_id') or ''}"
    if verb == "get":
        return turn.bot.settings.get(key, _default(what))
    _setting_fits(method, turn.call)
    ignored = ("language_code", "scope", "chat_id")
    given = {name: value for name, value in turn.call.items() if name not in ignored}
    turn.bot.settings[key] = given.get("commands", given.get("menu_button", given)) if verb == "set" else _default(what)
    return True


def _default(what: str) -> Any:
    names = {"myname": "name", "mydescription": "description", "myshortdescription": "short_description"}
    if what == "mycommands":
        return []
    return {"type": "commands"} if what == "chatmenubutton" else {names[what]: ""}


def _setting_fits(method: str, call: Json) -> None:
    commands = call.get("commands", [])
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    name, limit = _NAMED_LIMITS.get(method, ("", 0))
    if name and len(call.get(name, "")) > limit:
        raise bad_request(f"{name} is too long")
