"""Rows, reading and shop window as the one frozen Situation that a decision may use."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.consent import PersonalisationLevel
from bot.domain.incoming import Action, Incoming
from bot.domain.journey import StageThresholds, stage_of
from bot.domain.situation import Situation
from bot.domain.views import (
    AddressForm,
    CustomerView,
    FaqHit,
    LineView,
    Need,
    OrderStatus,
    OrderView,
    ProductView,
    RequestKind,
    RequestView,
)
from bot.facts.candidates import candidates_of, offered_to
from bot.facts.cases import case_view
from bot.facts.happenings import happenings_of
from bot.facts.memory import Memory
from bot.facts.talk import (
    RECENT,
    earlier_in,
    last_language,
    pending_of,
    present,
    session_of,
    shown_of,
    spoke,
    staff_at,
    talked_order,
    tells_language,
    tried_in,
)
from bot.facts.window import Window
from bot.personal.need import gift_words, need_of
from bot.personal.segments import SegmentRules, segments_of
from bot.policy.felt import felt, line_of
from bot.reply.search import LEAST
from bot.reply.settings import Hours
from bot.reply.wording import compares, picked
from nlp.types import Intent, Language, Reading
from storage.tables import Order, OrderLine, Request, RequestEvent
from storage.turns import Heard

SEARCHED = 400  # characters of a message that the catalogue is searched with
CLEARLY = 0.4  # the score from which a message names its product or topic itself
GIFTS = 8  # ideas for a person, before the price is looked at
NEARLY = 0.6  # of the better score: product and knowledge base may both be meant
_SOMETHING_ELSE = re.compile(r"\b(?:khac|other|else|different|another)\b")
Hits = Sequence[ProductView] | Sequence[FaqHit]
_ABOUT_PRODUCTS = frozenset({Intent.PRODUCT_QUESTION, Intent.STOCK, Intent.PRICE_PROMO, Intent.RECOMMENDATION})


@dataclass(frozen=True, slots=True)
class Facts:
    """Builds situations for one brand; `window` gives the shop window in force."""

    window: Callable[[], Window]
    thresholds: StageThresholds
    segments: SegmentRules
    hours: Hours
    zone: ZoneInfo
    languages: tuple[Language, ...]
    default_language: Language

    def situation(self, incoming: Incoming, reading: Reading, memory: Memory, now: datetime) -> Situation:
        """Everything the decision about this message may use."""
        window = self.window()
        session = session_of(memory.turns, now)
        language = self.language(incoming, reading, memory, now)
        orders = tuple(_order(order, lines, window, language) for order, lines in memory.orders)
        customer = self._customer(incoming, memory, orders, now)
        happenings = happenings_of(memory, customer.level, now)
        searched = incoming.text[:SEARCHED]
        local = now.astimezone(self.zone)
        spoken = bool(incoming.text.strip()) and incoming.press is None and incoming.command is None
        earlier = earlier_in(_unedited(session, incoming), staff_at(memory.turns))
        feels = felt(reading, searched, earlier) if spoken else None
        faq = window.faq.search(searched, language) if spoken else ()
        products = self._products(searched, reading, session, language, faq) if spoken else ()
        products = products or _pressed(incoming, window, language)
        return Situation(
            now=now,
            language=language,
            incoming=incoming,
            reading=reading,
            customer=customer,
            stage=stage_of(happenings, now, self.thresholds),
            mood=line_of((*earlier, present(reading, feels)) if spoken or not earlier else earlier),
            local_hour=local.hour,
            open_hours=self.hours.is_open(local),
            orders=orders,
            happenings=happenings,
            requests=tuple(_request(request, events) for request, events in memory.requests),
            products=products,
            faq=faq if _nearly(faq, products) else (),
            candidates=candidates_of(memory, window, customer.level, language),
            offered=offered_to(memory),
            pending=pending_of(session, now),
            case=case_view(*memory.case) if memory.case is not None else None,
            tried=tried_in(session, reading.intent, _helped_at(memory)),
            found_order=_order(*memory.found, window, language) if memory.found else None,
            lookup_refused=memory.lookup_refused,
            mydata=memory.mydata,
            need=need_of(searched) if spoken else Need(),
            talked_order=talked_order(session, [order.code for order in orders]),
            felt=feels,
        )

    def _products(
        self, text: str, reading: Reading, session: Sequence[Heard], language: Language, known: tuple[FaqHit, ...]
    ) -> tuple[ProductView, ...]:
        """What the words speak of; "còn size M không?" alone speaks of the product named a moment ago."""
        shelf = self.window().shelf
        if meant := self._meant(text, session, language):
            return meant
        if reading.intent is Intent.RECOMMENDATION:
            return self._advised(text, session, language)
        found = shelf.search(text, language)
        found = found if _nearly(found, known) else ()
        best, topic = (hits[0].score if hits else 0.0 for hits in (found, known))
        clear = best >= CLEARLY or topic >= (CLEARLY if reading.intent is Intent.STOCK else LEAST)
        if clear or reading.intent not in _ABOUT_PRODUCTS:
            return found
        said = (text, *(heard.text[:SEARCHED] for heard in session[:RECENT] if spoke(heard)))
        called = (
            shelf.named(words, language) or (shelf.search(words, language) if words != text else ()) for words in said
        )
        return next(filter(None, called), found)

    def _meant(self, text: str, session: Sequence[Heard], language: Language) -> tuple[ProductView, ...]:
        """What the words point at without doubt: the sides of a comparison, or some of what was shown last."""
        shelf = self.window().shelf
        if compares(text) and (sides := shelf.compared(text, language)):
            return sides
        shown = [product for sku in shown_of(session) if (product := shelf.product(sku, language))]
        return tuple(replace(shown[place], score=1.0) for place in picked(text, len(shown)))

    def _advised(self, text: str, session: Sequence[Heard], language: Language) -> tuple[ProductView, ...]:
        """What advice is asked about: a thing in the words, a person to give to, or the thing spoken of just now."""
        shelf, need = self.window().shelf, need_of(text)
        found = [one for one in shelf.search(need.words, language, GIFTS) if need.affords(one.price)]
        if found and found[0].score >= CLEARLY:
            return tuple(one for one in found if one.score >= NEARLY * found[0].score)
        if need.gift:
            return shelf.search(gift_words(text), language, GIFTS)
        before = () if _SOMETHING_ELSE.search(need.words) else session[:RECENT]
        said = (need.words, *(heard.text[:SEARCHED] for heard in before if spoke(heard)))
        return next(filter(None, (shelf.named(words, language) for words in said)), ())

    def language(self, incoming: Incoming, reading: Reading, memory: Memory, now: datetime) -> Language:
        """The customer's choice, else what they write, else what they wrote, their file's, their app's, the shop's."""
        file = memory.customer
        noted = [Language(file.language)] if file and file.language else []
        wanted = noted if file and file.language_chosen else []
        if incoming.press is None and incoming.command is None and tells_language(incoming.text):
            wanted = [*wanted, reading.language]
        if incoming.menu_language:
            wanted = [*wanted, Language(incoming.menu_language)]
        before = last_language(session_of(memory.turns, now))
        wanted = [*wanted, *([before] if before else []), *noted]
        app = incoming.sender.language_code[:2]
        wanted += [Language(app)] if app in set(Language) else []
        return next((one for one in wanted if one in self.languages), self.default_language)

    def _customer(
        self, incoming: Incoming, memory: Memory, orders: tuple[OrderView, ...], now: datetime
    ) -> CustomerView:
        row = memory.customer
        if row is None:
            return CustomerView(id="", name=incoming.sender.name)
        level = PersonalisationLevel(row.level)
        return CustomerView(
            id=row.id,
            name=row.name or incoming.sender.name,
            known=bool(row.phone or memory.orders),
            address=AddressForm(row.address) if row.address else AddressForm.QUY_KHACH,
            level=level,
            suggestions_stopped=row.suggestions_stopped,
            asked_level=memory.asked_level or level is not PersonalisationLevel.OFF,
            segments=segments_of(orders, level, now, self.segments),
            language_chosen=row.language_chosen,
            improve_allowed=row.improve_allowed,
        )


def _unedited(session: Sequence[Heard], incoming: Incoming) -> Sequence[Heard]:
    """The turns without the one whose words are being corrected: nobody repeats themselves by that."""
    return [heard for heard in session if incoming.edits not in heard.messages] if incoming.edits else session


def _nearly(hits: Hits, others: Hits) -> bool:
    """Whether `hits` fit the words nearly as well as `others`; if not, the words mean the others."""
    return not others or (bool(hits) and hits[0].score >= NEARLY * others[0].score)


def _pressed(incoming: Incoming, window: Window, language: Language) -> tuple[ProductView, ...]:
    """The product whose details a button asks for, also when it is no candidate any more."""
    press = incoming.press
    if press is None or press.action is not Action.DETAILS:
        return ()
    product = window.shelf.product(press.value, language)
    return (product,) if product else ()


def _helped_at(memory: Memory) -> datetime | None:
    """When a human closed the newest case, if one did."""
    events = memory.case[1] if memory.case is not None else ()
    return next((event.at for event in reversed(events) if event.kind == "closed"), None)


def _order(order: Order, lines: Sequence[OrderLine], window: Window, language: Language) -> OrderView:
    def name(sku: str) -> str:
        product = window.shelf.product(sku, language)
        return product.name if product else sku

    return OrderView(
        code=order.code,
        status=OrderStatus(order.status),
        placed_at=order.placed_at,
        status_at=order.status_at,
        total=order.total,
        paid=order.paid,
        lines=tuple(LineView(line.sku, name(line.sku), line.quantity, line.unit_price) for line in lines),
        carrier=order.carrier,
        tracking=order.tracking,
        expected_at=order.expected_at,
        delivered_at=order.delivered_at,
    )


def _request(request: Request, events: Sequence[RequestEvent]) -> RequestView:
    status = events[-1].kind if events else "open"
    return RequestView(request.number, RequestKind(request.kind), request.order_code, status, request.created_at)
