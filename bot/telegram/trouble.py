"""What an operator reads when Telegram does not play along: one line, said once, with what to try."""

import logging

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

log = logging.getLogger(__name__)


def explain(error: AiogramError) -> str:
    """The error and what to try, in one line without tokens or message texts."""
    match error:
        case TelegramUnauthorizedError() | TelegramNotFound():
            return "Telegram refuses the bot's token: check TELEGRAM_BOT_TOKEN; BotFather shows the right one."
        case TelegramConflictError() if "webhook" in error.message:
            return "A webhook is active for this bot, so polling is refused."
        case TelegramConflictError():
            return "Another program polls with this bot's token: stop it, or give this one a bot of its own."
        case TelegramRetryAfter():
            return f"Telegram asks to wait {error.retry_after} s: the bot sends or asks too much."
        case TelegramServerError() | ClientDecodeError():
            return "Telegram answers with errors of its own; as a rule this passes."
        case TelegramNetworkError():
            return (
                f"Telegram is unreachable ({reason(error)}): check the network. Where Telegram is blocked, set "
                "TELEGRAM_PROXY (socks5://host:port), or TELEGRAM_API_URL to a Bot API server that can be reached."
            )
        case _:
            return f"Telegram refuses: {reason(error)}"


def reason(error: AiogramError) -> str:
    """The error in a few words that are safe to store and to log."""
    if isinstance(error, TelegramRetryAfter):  # its message names the chat
        return f"asked to wait {error.retry_after} s"
    if isinstance(error, TelegramAPIError):
        return error.message.partition("\n")[0][:200]
    return type(error).__name__


class Announcer:
    """Says a line once, until it changes or the trouble is over."""

    def __init__(self) -> None:
        self._said = ""

    def trouble(self, line: str) -> None:
        """Log `line` unless it was the last thing said."""
        if line != self._said:
            log.error(line)
        self._said = line

    def over(self) -> None:
        """Log that things work again, if they did not."""
        if self._said:
            log.warning("Telegram works again.")
        self._said = ""
