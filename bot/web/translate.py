"""The web's inbound side: what a page sends, as a stored payload and back."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from bot.domain.incoming import Attachment, Incoming, Press, Sender
from bot.facts.codec import from_json, to_json
from bot.intake.update import Update

CHANNEL = "web"


def address_of(external_id: str) -> str:
    """The conversation of one web customer."""
    return f"{CHANNEL}:{external_id}"


def incoming_from(payload: dict[str, Any]) -> Incoming:
    """The message inside a stored payload. Raises pydantic's ValidationError when it is none."""
    return from_json(Incoming, payload)


def update_of(incoming: Incoming) -> Update:
    """An update for the bus; the message's own id makes it once-only."""
    return Update(
        brand=incoming.brand,
        bot=CHANNEL,
        id=incoming.messages[-1],
        channel=CHANNEL,
        conversation=incoming.conversation,
        payload=to_json(incoming),
        received_at=incoming.at,
    )


def message(
    brand: str,
    sender: Sender,
    at: datetime,
    *,
    text: str = "",
    press: Press | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Incoming:
    """What a page's customer just did, with a fresh message id."""
    return Incoming(
        brand=brand,
        channel=CHANNEL,
        conversation=address_of(sender.external_id),
        sender=sender,
        at=at,
        text=text,
        attachments=attachments,
        press=press,
        messages=(f"w{uuid4().hex[:16]}",),
    )
