"""Offering a colleague: an honest "I can not do this alone", with a yes and a no."""

from dataclasses import replace

from bot.domain.incoming import Action
from bot.domain.situation import Pending
from bot.reply.talk import Rows, SkillResult, Talk


def human_buttons(talk: Talk) -> Rows:
    """Yes brings a human at once; no goes on with the bot."""
    return ((talk.button("button_human", Action.HUMAN), talk.button("button_no_human", Action.CONFIRM, "no")),)


def with_human_offer(talk: Talk, result: SkillResult) -> SkillResult:
    """The result, followed by the question whether a colleague should come."""
    pending = Pending("human_offer", "confirm", options=("yes", "no"))
    return replace(result, buttons=human_buttons(talk), pending=pending)


def offer_human(talk: Talk, key: str, **values: object) -> SkillResult:
    """Say a text that ends in the offer of a colleague."""
    return with_human_offer(talk, talk.result(key, solved=False, **values))


def unknown(talk: Talk) -> SkillResult:
    """Say honestly that the answer is not known, and offer a colleague."""
    return offer_human(talk, "unknown")
