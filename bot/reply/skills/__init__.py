"""Skills: small pure functions that answer from what the situation knows."""

from collections.abc import Callable, Mapping

from bot.domain.views import RequestKind
from bot.reply.skills import offers, orders, preferences, presses, privacy, products, smalltalk, suggested
from bot.reply.skills.forms import begin
from bot.reply.talk import SkillResult, Talk

Skill = Callable[[Talk], SkillResult]


def _request(kind: RequestKind) -> Skill:
    return lambda talk: begin(talk, kind)


# The names that policies and the engine use.
SKILLS: Mapping[str, Skill] = {
    "press": presses.press,
    "command": presses.command,
    "form": presses.form,
    "order_status": orders.order_status,
    "find_order": orders.find_order,
    "return_window": orders.return_window,
    "request_status": orders.request_status,
    "product_facts": products.product_facts,
    "compare": products.compare,
    "price_stock": products.price_stock,
    "details": products.details,
    "recommend": products.recommend,
    "why": suggested.why,
    "not_interested": suggested.not_interested,
    "faq": smalltalk.faq,
    "greeting": smalltalk.greeting,
    "thanks": smalltalk.thanks,
    "start": smalltalk.start,
    "help": smalltalk.help_,
    "human": smalltalk.human,
    "unreadable": smalltalk.unreadable,
    "unknown": offers.unknown,
    "privacy": privacy.privacy,
    "mydata": privacy.mydata,
    "forget": privacy.forget,
    "stop": privacy.stop,
    "language": preferences.language,
    "address": preferences.address,
    **{kind.value: _request(kind) for kind in RequestKind},
}
