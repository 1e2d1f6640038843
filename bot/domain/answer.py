"""What goes out: messages with their buttons, suggestions, and what is asked next. Values only."""

from dataclasses import dataclass

from bot.domain.effects import Effect
from bot.domain.incoming import Action
from bot.domain.situation import Pending


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message."""

    label: str
    action: Action
    value: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to the customer: HTML in Telegram's subset, already escaped and at most 4096 characters.

    `ask_phone` shows the one-tap phone sharing keyboard; `menu` (re)shows the localised menu keyboard.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    ask_phone: str = ""  # the label of the sharing button
    menu: tuple[tuple[str, ...], ...] = ()
    document: str = ""  # file name, with `document_text` as its content: /mydata's JSON
    document_text: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A product offered, with the true main reason in the customer's language."""

    sku: str
    name: str
    price: int
    reason: str  # a reason key: bestseller, bought_before, bought_together, you_asked
    why: str  # the sentence "Why this?" shows


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out and what changes. No messages: the bot stays silent.

    `request_number` in a text is written as the placeholder REQUEST_NUMBER: the number exists only after the insert.
    """

    messages: tuple[OutgoingMessage, ...] = ()
    effects: tuple[Effect, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    pending: Pending | None = None
    text_key: str = ""  # the text that was said, for "never twice"
    apologised: bool = False
    solved: bool = False  # the answer came from data; an unsure or "I don't know" answer is not solved
    asked_level: bool = False  # this answer showed the personalisation levels to choose from
    about: tuple[str, ...] = ()  # skus and order codes it spoke of, in order: "the second one" means one of them


REQUEST_NUMBER = "\x00request\x00"
