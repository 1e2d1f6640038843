"""What an error of the Bot API means for a post: later, never, or nobody knows. Pure."""

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.errors import Ambiguous, DeliveryError, Refused, RetryLater
from bot.telegram.session import GatewayError, never_left
from bot.telegram.trouble import reason

BACKOFF = 0.0  # the sender's own rhythm
OPERATOR_SECONDS = 60.0  # until somebody may have done something
_NO_RIGHTS = ("not enough rights", "chat not found", "CHAT_ADMIN_REQUIRED", "have no rights")


def outcome_of(error: AiogramError, *, repeatable: bool, to_staff: bool) -> DeliveryError:
    """The error for the sender. `repeatable`: doing it twice changes nothing. `to_staff`: it goes to the staff group,
    where somebody can let the bot back in, and a card must wait for that."""
    match error:
        case TelegramRetryAfter():
            return RetryLater(reason(error), error.retry_after)
        case TelegramUnauthorizedError() | TelegramNotFound() | TelegramConflictError():
            return RetryLater(reason(error), OPERATOR_SECONDS)
        case TelegramForbiddenError() if to_staff:
            return RetryLater(reason(error), OPERATOR_SECONDS)
        case TelegramBadRequest() if to_staff and any(sign in error.message for sign in _NO_RIGHTS):
            return RetryLater(reason(error), OPERATOR_SECONDS)
        case TelegramEntityTooLarge():
            return Refused(reason(error))
        case _ if _unknown(error) and not repeatable:
            return Ambiguous(f"sent or not, nobody knows: {reason(error)}")
        case TelegramServerError() | TelegramNetworkError() | ClientDecodeError():
            return RetryLater(reason(error), BACKOFF)
        case _:
            return Refused(reason(error))


def _unknown(error: AiogramError) -> bool:
    """Whether Telegram may have carried the call out. Its own 5xx says that it did not; a gateway can not know."""
    if isinstance(error, TelegramNetworkError):
        return not never_left(error)
    return isinstance(error, GatewayError | ClientDecodeError)
