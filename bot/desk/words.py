"""What the desk itself says to a customer, in the customer's language and form of address."""

from typing import Any

from bot.domain.answer import Button, OutgoingMessage
from bot.domain.incoming import Action
from bot.domain.views import AddressForm
from bot.facts.codec import to_json
from bot.facts.talk import last_language, tells_language
from bot.reply.compose import Composer
from nlp.language import language_of
from nlp.types import Language
from storage.tables import Conversation, Request
from storage.work import Work

SCORES = "12345"
UNNAMED = "Admin"  # an account's name until somebody says what customers are to read


class CustomerWords:
    """Renders the desk's texts for whoever a conversation belongs to."""

    def __init__(self, composer: Composer, default_language: Language) -> None:
        self._composer = composer
        self._default_language = default_language

    async def joined(self, work: Work, where: Conversation, staff: str) -> dict[str, Any]:
        """A colleague writes from now on: by name, or as one of the shop's team."""
        return to_json(await self._tell(work, where, "human_joined", staff="" if staff == UNNAMED else staff))

    async def passed_on(self, work: Work, where: Conversation) -> dict[str, Any]:
        """Another colleague takes over; nothing has to be told again."""
        return to_json(await self._tell(work, where, "human_passed_on"))

    async def left(self, work: Work, where: Conversation) -> dict[str, Any]:
        """The case is closed, the bot is back; nobody is asked for anything."""
        return to_json(await self._tell(work, where, "human_left"))

    async def closed(self, work: Work, where: Conversation) -> dict[str, Any]:
        """The case is closed, the bot is back; how was it? One tap."""
        message = to_json(await self._tell(work, where, "case_closed_rate"))
        stars = tuple(Button(f"{score}★", Action.RATE, score) for score in SCORES)
        return message | {"buttons": [[to_json(star) for star in stars]]}

    async def request(
        self, work: Work, where: Conversation, request: Request, status: str, note: str
    ) -> dict[str, Any]:
        """Staff accepted, did or refused what the customer asked for."""
        told = await self._tell(work, where, f"request_{status}", number=request.number, note=note, kind=request.kind)
        return to_json(told)

    async def failed(self, work: Work, where: Conversation, said: str) -> dict[str, Any]:
        """Something went wrong and `said` was not answered."""
        heard = language_of(said)[0] if tells_language(said) else None
        return to_json(await self._tell(work, where, "went_wrong", heard if heard is not Language.OTHER else None))

    async def _tell(
        self, work: Work, where: Conversation, key: str, heard: Language | None = None, **values: str
    ) -> OutgoingMessage:
        customer = await work.customers.get(where.brand, where.customer_id)
        chosen = customer.language if customer else ""
        spoken = heard or last_language(await work.turns.recent(where.id or 0))
        language = Language(chosen) if chosen else spoken or self._default_language
        address = AddressForm(customer.address) if customer and customer.address else AddressForm.QUY_KHACH
        return self._composer.tell(key, language, address, **values)
