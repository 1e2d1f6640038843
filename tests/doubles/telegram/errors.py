"""How the fake Bot API says no."""

from typing import Any


class ApiError(Exception):
    """An answer with `ok: false`: HTTP status, Telegram's description, and parameters such as `retry_after`."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(why: str) -> ApiError:
    """Telegram's answer to a request that can not be carried out."""
    return ApiError(400, f"Bad Request: {why}")


def forbidden(why: str) -> ApiError:
    """Telegram's answer when somebody does not want the bot there."""
    return ApiError(403, f"Forbidden: {why}")
