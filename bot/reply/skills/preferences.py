"""How the customer wants to be spoken to: language and form of address."""

from dataclasses import replace

from bot.domain.answer import Button
from bot.domain.effects import SetAddress, SetLanguage
from bot.domain.incoming import Action
from bot.domain.situation import Pending
from bot.domain.views import AddressForm
from bot.reply.talk import SkillResult, Talk
from bot.reply.wording import plain
from nlp.types import Language

# Each language under its own name, whatever language is spoken now.
_NAMES = ((Language.VI, "Tiếng Việt 🇻🇳"), (Language.EN, "English 🇬🇧"))


def language(talk: Talk) -> SkillResult:
    """Let the customer choose the language; take it at once when they named it."""
    argument = talk.situation.incoming.argument
    if argument in [code for code, _ in _NAMES]:
        return set_language(talk, argument)
    buttons = (tuple(Button(name, Action.LANGUAGE, code.value) for code, name in _NAMES),)
    return replace(talk.result("language_ask"), buttons=buttons)


def set_language(talk: Talk, value: str) -> SkillResult:
    """Change the language at once; the answer and the menu are in the new one already."""
    if value not in [code for code, _ in _NAMES]:
        return talk.result("stale_button")
    chosen = Language(value)
    new = talk.speaking(chosen)
    result = new.result("language_set", solved=True)
    return replace(result, effects=(SetLanguage(chosen),), menu=talk.texts.menu_labels(chosen))


def address(talk: Talk) -> SkillResult:
    """Ask what to call the customer in Vietnamese; take it at once when they said it."""
    form = address_in(talk.situation.incoming.argument)
    if form:
        return set_address(talk, form.value)
    forms = list(AddressForm)
    rows = [tuple(Button(form.value, Action.ADDRESS, form.value) for form in forms[i : i + 3]) for i in range(1, 10, 3)]
    buttons = (*rows, (Button(AddressForm.QUY_KHACH.value, Action.ADDRESS, AddressForm.QUY_KHACH.value),))
    pending = Pending("address", "address", options=tuple(form.value for form in forms))
    return replace(talk.result("address_ask"), buttons=buttons, pending=pending)


def set_address(talk: Talk, value: str) -> SkillResult:
    """Use a form of address from this sentence on."""
    if value not in list(AddressForm):
        return talk.result("stale_button")
    form = AddressForm(value)
    return replace(talk.calling(form).result("address_set", solved=True), effects=(SetAddress(form),))


def address_in(text: str) -> AddressForm | None:
    """The form of address that a short answer names ("gọi chị nhé"); words with their marks come first."""
    words = text.lower().replace(",", " ").split()
    exact = [form for form in AddressForm if form.value in words or form.value == text.lower().strip()]
    if exact:
        return exact[0]
    folded = plain(text).split()
    if "quy khach" in " ".join(folded):
        return AddressForm.QUY_KHACH
    return next((form for form in AddressForm if plain(form.value) in folded), None)
