"""The command list that Telegram shows when somebody types a slash, per language."""

from collections.abc import Mapping, Sequence

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllChatAdministrators, BotCommandScopeAllPrivateChats

from bot.domain.incoming import Command
from nlp.types import Language

# The order of the list. /cancel is understood but not listed: it only makes sense inside a question.
_SHOWN: Mapping[Language, Mapping[Command, str]] = {
    Language.EN: {
        Command.HELP: "What I can do",
        Command.HUMAN: "Talk to a colleague",
        Command.LANGUAGE: "Tiếng Việt / English",
        Command.ADDRESS: "How I should address you",
        Command.PRIVACY: "What I may use to suggest things",
        Command.MYDATA: "Everything stored about you",
        Command.FORGET: "Delete your data",
        Command.STOP: "No more suggestions",
    },
    Language.VI: {
        Command.HELP: "Tôi giúp được những gì",
        Command.HUMAN: "Gặp nhân viên",
        Command.LANGUAGE: "Tiếng Việt / English",
        Command.ADDRESS: "Chọn cách xưng hô",
        Command.PRIVACY: "Quyền riêng tư",
        Command.MYDATA: "Xem dữ liệu đang lưu về mình",
        Command.FORGET: "Xóa dữ liệu của mình",
        Command.STOP: "Ngừng gợi ý sản phẩm",
    },
}
_STAFF = [BotCommand(command="link", description="Make this the staff group: /link CODE")]


async def publish_commands(bot: Bot, languages: Sequence[Language], default: Language) -> None:
    """Show the commands in private chats, each language its own list, `default` for everybody else."""
    scope = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands(_listed(default), scope=scope)
    for language in languages:
        await bot.set_my_commands(_listed(language), scope=scope, language_code=language.value)
    await bot.set_my_commands(_STAFF, scope=BotCommandScopeAllChatAdministrators())


def _listed(language: Language) -> list[BotCommand]:
    return [BotCommand(command=command.value, description=words) for command, words in _SHOWN[language].items()]
