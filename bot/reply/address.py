"""Vietnamese forms of address: what the customer is called, what the shop calls itself beside it, and how politely."""

from collections.abc import Mapping

from bot.domain.views import AddressForm, CustomerView

_ME: Mapping[AddressForm, str] = {
    AddressForm.QUY_KHACH: "shop",
    AddressForm.ANH: "em",
    AddressForm.CHI: "em",
    AddressForm.EM: "shop",
    AddressForm.BAN: "mình",
    AddressForm.CO: "cháu",
    AddressForm.CHU: "cháu",
    AddressForm.BAC: "cháu",
    AddressForm.ONG: "cháu",
    AddressForm.BA: "cháu",
}
_EQUALS = frozenset({AddressForm.EM, AddressForm.BAN})  # no `dạ` and `ạ` to people of the same age or younger


def capital(text: str) -> str:
    """The text with its first letter upper case, for the start of a sentence."""
    return text[:1].upper() + text[1:]


def address_words(customer: CustomerView) -> dict[str, str]:
    """The words every Vietnamese text may use: you, me, their sentence-start forms, `da` before and `a` after."""
    form = customer.address
    me, polite = _ME[form], form not in _EQUALS
    return {
        "you": form.value,
        "me": me,
        "You": capital(form.value),
        "Me": capital(me),
        "da": "Dạ, " if polite else "",
        "a": " ạ" if polite else "",
    }
