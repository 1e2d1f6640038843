"""The shop's own system: requests are posted to it, signed, until it says that it has them."""

import hashlib
import hmac
import json
import time

import aiohttp

from bot.errors import Refused, RetryLater
from bot.intake.outbox import Post

SIGNATURE_HEADER = "X-Thau-Signature"
ID_HEADER = "X-Thau-Delivery"
PATIENCE = aiohttp.ClientTimeout(total=10)
WRONG = range(400, 500)
LATER = (408, 425, 429)


class ShopChannel:
    """Posts JSON to the shop's webhook. The delivery id is the same at every try, so the shop can drop repeats."""

    name = "shop"

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._secret = secret

    async def deliver(self, post: Post) -> tuple[str, ...]:
        """Returns after a 2xx. Raises RetryLater when the shop can not be reached, Refused when it says no."""
        body = json.dumps(post.payload, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            ID_HEADER: str(post.id),
            SIGNATURE_HEADER: signature(self._secret, int(time.time()), body),
        }
        try:
            async with (
                aiohttp.ClientSession(timeout=PATIENCE) as session,
                session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RetryLater(f"the shop's webhook can not be reached: {type(error).__name__}", 0) from error
        if status in WRONG and status not in LATER:
            raise Refused(f"the shop's webhook answered {status}")
        if status >= 300:
            raise RetryLater(f"the shop's webhook answered {status}", 0)
        return (str(status),)


def signature(secret: str, at: int, body: bytes) -> str:
    """`t=<unix time>,v1=<hex HMAC-SHA256 of "<t>.<body>">`: the shop checks it and refuses old times."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"
