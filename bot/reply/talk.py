"""What a skill has at hand to speak in one turn, and what it hands back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from markupsafe import Markup

from bot.domain.answer import Button, Suggestion
from bot.domain.decision import Tone
from bot.domain.effects import Effect
from bot.domain.incoming import Action
from bot.domain.situation import Pending, Situation
from bot.domain.views import AddressForm, CustomerView, LineView, OrderView
from bot.reply.address import address_words
from bot.reply.figures import day, money
from bot.reply.settings import ShopFacts
from bot.reply.templates import Texts
from bot.reply.tone import turn_of
from nlp.types import Language

Rows = tuple[tuple[Button, ...], ...]
_LABEL_LIMIT = 48  # what a phone shows of a full-width button


@dataclass(frozen=True, slots=True)
class SkillResult:
    """What a skill says and changes. `key` is the text it said; `solved` when the answer came from data."""

    key: str
    text: Markup
    buttons: Rows = ()
    pending: Pending | None = None
    effects: tuple[Effect, ...] = ()
    ask_phone: str = ""
    menu: tuple[tuple[str, ...], ...] = ()
    document: str = ""
    document_text: str = ""
    solved: bool = False
    asked_level: bool = False
    about: tuple[str, ...] = ()  # skus and order codes, in the order told


@dataclass(frozen=True, slots=True)
class Talk:
    """One turn's situation, the shop's facts and its texts, in the language, tone and address of this customer."""

    situation: Situation
    texts: Texts
    shop: ShopFacts
    zone: tzinfo
    tone: Tone = Tone.WARM
    suggestions: tuple[Suggestion, ...] = ()
    handover: bool = False  # a human is being called with this answer: facts only, no questions

    @property
    def language(self) -> Language:
        return Language.VI if self.situation.language is Language.VI else Language.EN

    def speaking(self, language: Language) -> "Talk":
        """The same turn, told in another language."""
        return replace(self, situation=replace(self.situation, language=language))

    def calling(self, address: AddressForm) -> "Talk":
        """The same turn, with another form of address."""
        customer = replace(self.situation.customer, address=address)
        return replace(self, situation=replace(self.situation, customer=customer))

    def say(self, key: str, **values: object) -> Markup:
        """A text with its values, as HTML."""
        said = self.situation.tried.texts.count(key)
        turn = turn_of(self.situation.incoming.conversation, key, said)
        return self.texts.say(key, self.language, self.tone, turn, self._common() | values)

    def label(self, key: str, **values: object) -> str:
        """A text as the plain label of a button."""
        return shortened(self.say(key, **values).unescape())

    def result(self, key: str, *, solved: bool = False, **values: object) -> SkillResult:
        """A result that just says a text."""
        return SkillResult(key, self.say(key, **values), solved=solved)

    def button(self, key: str, action: Action, value: str = "") -> Button:
        """A button labelled with a text."""
        return Button(self.label(key), action, value)

    def money(self, amount: int) -> str:
        return money(amount, self.language, self.shop.currency)

    def day(self, at: datetime) -> str:
        return day(at, self.situation.now, self.zone, self.language)

    def items(self, order: OrderView) -> str:
        """The first things in an order, in a few words."""
        names = [_line(line) for line in order.lines[:2]]
        more = len(order.lines) - len(names)
        return ", ".join(names) + (f" +{more}" if more > 0 else "")

    def order_label(self, order: OrderView) -> str:
        """An order as the label of a button."""
        return shortened(" · ".join(filter(None, (order.code, self.items(order), self.money(order.total)))))

    def _common(self) -> dict[str, object]:
        return common_values(self.shop, self.situation.customer, open_hours=self.situation.open_hours)


def common_values(shop: ShopFacts, customer: CustomerView, *, open_hours: bool) -> dict[str, object]:
    """The values every text may use."""
    return {
        **address_words(customer),
        "name": customer.name,
        "shop": shop.name,
        "hotline": shop.hotline,
        "opens": f"{shop.hours.opens:%H:%M}",
        "closes": f"{shop.hours.closes:%H:%M}",
        "open": open_hours,
        "police": shop.emergency.police,
        "fire": shop.emergency.fire,
        "ambulance": shop.emergency.ambulance,
        "listening": shop.emergency.listening,
    }


def _line(line: LineView) -> str:
    return f"{line.name} ×{line.quantity}" if line.quantity > 1 else line.name


def shortened(label: str, limit: int = _LABEL_LIMIT) -> str:
    """A label that fits a button, in one line."""
    one_line = " ".join(label.split())
    return one_line if len(one_line) <= limit else one_line[: limit - 1].rstrip() + "…"


def paragraphs(parts: Iterable[Markup], gap: str = "\n\n") -> Markup:
    """Texts one below the other, empty ones left out."""
    return Markup(gap).join(part for part in parts if part)
