"""From a decision to what is said: text, buttons, cards and effects. Pure, and every situation has an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from markupsafe import Markup

from bot.domain.answer import Answer, Button, OutgoingMessage, Suggestion
from bot.domain.decision import Ask, Decision, Escalate, Offer, Reply, Silence, Tone
from bot.domain.incoming import Action
from bot.domain.situation import Situation
from bot.domain.tact import case_open
from bot.domain.views import AddressForm, CustomerView, RequestKind
from bot.domain.voice import unheard_in
from bot.reply.settings import ShopFacts
from bot.reply.skills import SKILLS
from bot.reply.skills.offers import offer_human
from bot.reply.skills.privacy import level_buttons, level_meanings
from bot.reply.skills.products import advice, asks_to_compare, sure
from bot.reply.split import split_text
from bot.reply.talk import SkillResult, Talk, common_values, paragraphs
from bot.reply.templates import Texts
from nlp.types import Intent, Language, Mood

_APOLOGY = "sorry"  # the keys of texts that apologise begin with it
_MOODS_TO_ASK_IN = frozenset({Mood.NEUTRAL, Mood.CURIOUS, Mood.HAPPY, Mood.GRATEFUL})
# Nobody with a problem on their hands is asked about suggestions.
_TROUBLES = frozenset(
    {
        *(Intent.DELIVERY_PROBLEM, Intent.PAYMENT_PROBLEM, Intent.ACCOUNT_PROBLEM, Intent.COMPLAINT),
        *(Intent.RETURN_REFUND, Intent.CANCEL_ORDER, Intent.CHANGE_ORDER, Intent.WARRANTY_REPAIR, Intent.PRIVACY),
    }
)
# Forms that a question may open, and the skill that asks their first question.
_FORM_SKILLS = {"link": "find_order", "address": "address", "forget": "forget"} | {
    kind.value: kind.value for kind in RequestKind
}


@dataclass(frozen=True, slots=True)
class Composer:
    """Says decisions in the shop's texts; `zone` is where the shop's days begin."""

    texts: Texts
    shop: ShopFacts
    zone: tzinfo

    def compose(self, situation: Situation, decision: Decision, suggestions: Sequence[Suggestion] = ()) -> Answer:
        """The answer to a turn. A policy that names a text or skill that is gone gets the honest "I don't know"."""
        if isinstance(decision, Silence):
            return Answer()
        talk = Talk(situation, self.texts, self.shop, self.zone, decision.tone, tuple(suggestions))
        match decision:
            case Escalate():
                return _answer(_escalated(talk, decision), Markup(""))
            case Offer():
                answer = _offered(talk, decision)
            case Ask():
                answer = _answer(_asked(talk, decision), *_lead(talk, decision.lead))
            case _:
                answer = _replied(talk, decision)
        return _with_unheard(talk, answer)

    def tell(self, key: str, language: Language, address: AddressForm, **values: str) -> OutgoingMessage:
        """One of the desk's own texts, such as human_joined, outside any turn. Raises KeyError for an unknown key."""
        if "kind" in values:
            values["kind"] = self.tell(f"kind_{values['kind']}", language, address).text
        common = common_values(self.shop, CustomerView("", address=address), open_hours=True)
        return OutgoingMessage(str(self.texts.say(key, language, Tone.WARM, 0, common | values)))


def _skill(talk: Talk, name: str) -> SkillResult:
    return SKILLS.get(name, SKILLS["unknown"])(talk)


def _text(talk: Talk, key: str) -> SkillResult:
    """A text that a policy names; texts that need a skill's values can not be said alone."""
    return talk.result(key) if talk.texts.stands_alone(key) else _skill(talk, "unknown")


def _lead(talk: Talk, key: str) -> tuple[Markup, bool]:
    """The words before the answer and whether they apologise; nobody is apologised to twice."""
    apology = key.startswith(_APOLOGY)
    if not talk.texts.stands_alone(key) or (apology and talk.situation.tried.apologised):
        return Markup(""), False
    return talk.say(key), apology


def _escalated(talk: Talk, decision: Escalate) -> SkillResult:
    key = decision.text if talk.texts.stands_alone(decision.text) else "escalated_human"
    told = talk.result(key)
    facts = _skill(replace(talk, handover=True), decision.skill) if decision.skill else None
    if facts is None or not facts.solved:
        return told
    return SkillResult(key, paragraphs((told.text, facts.text)), solved=True, about=facts.about)


def _asked(talk: Talk, decision: Ask) -> SkillResult:
    if decision.form == "human_offer" and talk.texts.stands_alone(decision.text):
        return offer_human(talk, decision.text)
    asked = _text(talk, decision.text)
    if decision.form not in _FORM_SKILLS:
        return asked
    first = _skill(talk, _FORM_SKILLS[decision.form])
    return replace(first, key=asked.key, text=paragraphs((asked.text, first.text)))


def _offered(talk: Talk, decision: Offer) -> Answer:
    lead, apologised = _lead(talk, decision.lead)
    if decision.suggest.asked and (not talk.suggestions or (sure(talk) and asks_to_compare(talk))):
        return _answer(advice(talk), lead, apologised)
    if talk.suggestions:
        result = replace(_text(talk, decision.text), solved=True)
        return _with_cards(talk, _answer(result, lead, apologised))
    if lead:
        return _answer(SkillResult(decision.lead, lead), Markup(""), apologised)
    return _answer(talk.result("offer_none"), lead)


def _replied(talk: Talk, decision: Reply) -> Answer:
    result = _skill(talk, decision.skill) if decision.skill else _text(talk, decision.text)
    lead, apologised = _lead(talk, decision.lead)
    # While a question waits for its answer, nothing else is put before the customer.
    if talk.suggestions and result.pending is None:
        if decision.skill != "recommend":
            result = replace(result, text=paragraphs((result.text, talk.say("suggest_intro"))))
        return _with_cards(talk, _answer(result, lead, apologised))
    return _with_level_question(talk, result, _answer(result, lead, apologised))


def _answer(result: SkillResult, lead: Markup, apologised: bool = False) -> Answer:
    pieces = split_text(str(paragraphs((lead, result.text))))
    messages = [OutgoingMessage(piece) for piece in pieces]
    messages[-1] = replace(
        messages[-1],
        buttons=result.buttons,
        ask_phone=result.ask_phone,
        menu=result.menu,
        document=result.document,
        document_text=result.document_text,
    )
    return Answer(
        messages=tuple(messages),
        effects=result.effects,
        pending=result.pending,
        text_key=result.key,
        apologised=apologised or result.key.startswith(_APOLOGY),
        solved=result.solved,
        asked_level=result.asked_level,
        about=result.about,
    )


def _with_unheard(talk: Talk, answer: Answer) -> Answer:
    """Written words were answered; whoever also spoke, and was not heard, is told so, unless a human will listen."""
    situation = talk.situation
    written = bool(situation.incoming.text.strip())
    if not (written and answer.messages and unheard_in(situation.incoming)) or case_open(situation):
        return answer
    return replace(answer, messages=(OutgoingMessage(str(talk.say("voice_beside"))), *answer.messages))


def _with_cards(talk: Talk, answer: Answer) -> Answer:
    cards = tuple(_card(talk, suggestion) for suggestion in talk.suggestions)
    about = answer.about or tuple(suggestion.sku for suggestion in talk.suggestions)
    return replace(answer, messages=(*answer.messages, *cards), suggestions=talk.suggestions, about=about)


def _card(talk: Talk, suggestion: Suggestion) -> OutgoingMessage:
    buttons = (
        talk.button("button_details", Action.DETAILS, suggestion.sku),
        talk.button("button_why", Action.WHY, suggestion.sku),
        talk.button("button_not_interested", Action.NOT_INTERESTED, suggestion.sku),
    )
    text = talk.say("card", product=suggestion.name, price=talk.money(suggestion.price))
    return OutgoingMessage(str(text), buttons=_rows(buttons))


def _rows(buttons: tuple[Button, ...]) -> tuple[tuple[Button, ...], ...]:
    """Two buttons beside each other fit a phone, three do not."""
    return (buttons[:2], buttons[2:])


def _with_level_question(talk: Talk, result: SkillResult, answer: Answer) -> Answer:
    """Ask a known customer, once and only in a good moment, how much the shop may remember."""
    situation, customer = talk.situation, talk.situation.customer
    said_words = situation.incoming.press is None and situation.incoming.command is None
    calm = not result.effects and situation.reading.intent not in _TROUBLES
    met = situation.tried.answers > 0 and customer.known  # nobody's first answer is a question about data
    good_moment = result.solved and result.pending is None and said_words and not case_open(situation) and calm
    if not (met and good_moment) or customer.asked_level or situation.feeling not in _MOODS_TO_ASK_IN:
        return answer
    question = OutgoingMessage(str(talk.say("level_question", **level_meanings(talk))), buttons=level_buttons(talk))
    return replace(answer, messages=(*answer.messages, question), asked_level=True)
