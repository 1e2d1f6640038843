"""The words around the work: greeting, thanks, help, the shop's FAQ, and what can not be read."""

from dataclasses import replace

from markupsafe import Markup

from bot.domain.incoming import Incoming
from bot.domain.voice import unheard_in
from bot.reply.skills.forms import carry_on
from bot.reply.skills.offers import human_buttons, offer_human, unknown
from bot.reply.skills.steps import IMAGES
from bot.reply.talk import SkillResult, Talk
from nlp.types import Unheard


def start(talk: Talk) -> SkillResult:
    """Welcome somebody and show the menu."""
    return _with_menu(talk, talk.result("start", solved=True))


def help_(talk: Talk) -> SkillResult:
    """Say what the bot can do and show the menu."""
    return _with_menu(talk, talk.result("help", solved=True))


def _with_menu(talk: Talk, result: SkillResult) -> SkillResult:
    return replace(result, menu=talk.texts.menu_labels(talk.language))


def greeting(talk: Talk) -> SkillResult:
    """Greet once; afterwards just ask what is needed."""
    return talk.result("greeting_again" if talk.situation.tried.greeted else "greeting")


def thanks(talk: Talk) -> SkillResult:
    """Answer a thank-you."""
    return talk.result("thanks")


def human(talk: Talk) -> SkillResult:
    """Offer a colleague; the engine is who really brings one."""
    return offer_human(talk, "human_offer")


def faq(talk: Talk) -> SkillResult:
    """The best answer of the shop's knowledge base, or an honest "I don't know"."""
    if not talk.situation.faq:
        return unknown(talk)
    hit = talk.situation.faq[0]
    # Answers of the knowledge base are the shop's own HTML, checked at start.
    return SkillResult("faq", talk.say("faq_answer", question=hit.question, answer=Markup(hit.answer)), solved=True)


def unreadable(talk: Talk) -> SkillResult:
    """Voice, photos and files are not understood: say so and offer a colleague; a running form stays open."""
    pending = talk.situation.pending
    kinds = {one.kind for one in talk.situation.incoming.attachments}
    if pending and pending.asks == "photo" and kinds & IMAGES:
        return carry_on(talk, pending)
    key = _unheard(talk.situation.incoming) or ("unreadable_photo" if kinds & IMAGES else "unreadable")
    if pending is None:
        return offer_human(talk, key)
    return replace(talk.result(key), buttons=(human_buttons(talk)[0][:1],), pending=pending)


def _unheard(incoming: Incoming) -> str:
    """The text for what was spoken and not heard: nobody listens here, it was too long, or it was unclear."""
    voices = unheard_in(incoming)
    if not voices:
        return ""
    whys = {one.unheard for one in voices}
    if whys == {None}:
        return "unreadable_voice"
    return "voice_too_long" if whys <= {Unheard.TOO_LONG, Unheard.TOO_LARGE} else "voice_unclear"
