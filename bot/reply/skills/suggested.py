"""What customers do with a suggestion: ask why, wave it off."""

from bot.domain.effects import Dismiss
from bot.reply.talk import SkillResult, Talk, paragraphs


def why(talk: Talk) -> SkillResult:
    """The true reason for which a product was suggested, in the words found then."""
    sku = _sku(talk)
    shown = [one for one in talk.situation.offered if one.why and (not sku or one.sku == sku)]
    if not shown:
        return talk.result("stale_button" if sku else "recommend_need")
    newest = max(one.at for one in shown)
    reasons = dict.fromkeys(one.why for one in shown if one.at == newest)
    return SkillResult("why", paragraphs([talk.say("why", why=reason) for reason in reasons]), solved=True)


def not_interested(talk: Talk) -> SkillResult:
    """Remember that this product is not wanted."""
    sku = _sku(talk)
    if not sku:
        return talk.result("stale_button")
    return SkillResult("not_interested", talk.say("not_interested"), effects=(Dismiss(sku),), solved=True)


def _sku(talk: Talk) -> str:
    press = talk.situation.incoming.press
    return press.value if press else ""
