"""What a page sends, stored and read back."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bot.domain.incoming import Action, Attachment, AttachmentKind, Incoming, Press, Sender
from bot.web.translate import incoming_from, message, update_of

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
LAN = Sender("demo-1", "Lan", "vi")


@pytest.mark.parametrize(
    "incoming",
    [
        message("demo", LAN, AT, text="Đơn của mình đâu?"),
        message("demo", LAN, AT, press=Press(Action.CHOOSE, "refund")),
        message("demo", LAN, AT, attachments=(Attachment(AttachmentKind.CONTACT, phone="+84901234567"),)),
        message("demo", LAN, AT, attachments=(Attachment(AttachmentKind.STICKER, "web-sticker", "😡"),)),
        message("demo", LAN, AT, text="/language vi"),
    ],
)
def test_through_the_inbox_and_back(incoming: Incoming) -> None:
    update = update_of(incoming)
    assert incoming_from(json.loads(json.dumps(update.payload))) == incoming
    assert (update.bot, update.channel, update.conversation, update.id) == (
        "web",
        "web",
        "web:demo-1",
        incoming.messages[0],
    )


def test_every_message_has_its_own_id() -> None:
    assert len({message("demo", LAN, AT, text="x").messages[0] for _ in range(100)}) == 100


def test_a_broken_payload_is_refused() -> None:
    with pytest.raises(ValidationError):
        incoming_from({"brand": "demo"})
