"""Having to say it again: the same question in nearly the same words, or words that say so."""

import re

from nlp.text import clean, normalise, tokens
from nlp.types import Language

_ALIKE = 0.65  # shared words of all words
_WITHIN = 3  # words of a question that stands whole in the other
_LEAST = 2  # words that make a question
_POLITE = re.compile(
    "^(?:a|ah|ak|ad|admin|shop|sop|ban|em|anh|chi|minh|toi|tui|oi|nhe|nha|nhi|vay|the|da|vang|alo|xin|chao|cho|hoi|voi|"
    "giup|ma|thi|la|roi|hi|hello|hey|please|so|and|but|an|i|me|my|you|can|could)$"
)
_PARTICULAR = re.compile(r"\d|^(?:[smlx]|x+l)$")  # a code, an amount, a size: what two questions differ by

_TIMES_VI = r"(?:\d+|hai|ba|bon|tu|nam|sau|may|nhieu|bao[ ]nhieu|vai|chuc|tram)"
_TIMES_EN = r"(?:\d+|two|three|four|five|several|many|multiple|countless|a[ ]hundred)"
_NTH_EN = r"(?:second|third|fourth|fifth|tenth|\d+(?:nd|rd|th))"
_ASK_VI = r"(?:hoi|noi|nhac|nhan[ ]tin|khieu[ ]nai|phan[ ]anh|trinh[ ]bay|giai[ ]thich)"
_WHOM_VI = r"(?:[ ](?:cho|shop|ad|admin|ban|em|anh|chi|may|cac|roi|la|di|lai|hoai)){0,3}"
_ASKED_EN = r"(?:asked|said|told|wrote|written|explained|mentioned)"
_ASK_EN = rf"(?:{_ASKED_EN}|ask|asking|say|saying|tell|telling|write|writing|explain|explaining|repeat|repeating)"
# Whoever counts how often they asked is out of patience, whatever was answered here.
_COUNTED = re.compile(
    rf"""\b(?:
    {_ASK_VI}{_WHOM_VI}[ ](?:lan[ ](?:thu[ ])?{_TIMES_VI}|{_TIMES_VI}[ ]lan) |
    lan[ ](?:thu[ ])?{_TIMES_VI}[ ](?:\w+[ ])?{_ASK_VI} |
    {_ASK_EN}(?:[ ]\w+){{0,4}}[ ]{_TIMES_EN}[ ]times |
    {_NTH_EN}[ ]time(?:[ ]\w+){{0,2}}[ ]{_ASK_EN} |
    how[ ]many[ ]times[ ](?:do|must|should|have)[ ](?:i|we)
    )\b""",
    re.VERBOSE,
)
# These may be mere politeness ("as I said, size M"), so they count only after words that were of no help.
_SAID_BEFORE = re.compile(
    rf"""\b(?:
    (?:da|vua|moi)[ ]noi[ ](?:roi|la|o[ ]tren) | noi[ ]roi[ ]ma | nhu[ ](?:\w+[ ])?(?:da|vua)[ ]noi |
    hoi[ ](?:lai|hoai|mai) | nhac[ ]lai | noi[ ]lai | nua[ ](?:ha|hay[ ]sao|vay[ ]troi) | lai[ ]nua |
    (?:as|like)[ ]i[ ](?:already[ ]|just[ ])?{_ASKED_EN} | i(?:[ ]have|[ ]?ve)?[ ]already[ ]{_ASKED_EN} |
    i[ ](?:just[ ])?{_ASKED_EN}(?:[ ]\w+){{0,3}}[ ](?:already|before) |
    ask(?:ed|ing)?[ ](?:you[ ])?again | i[ ]repeat | repeat(?:ing)?[ ]myself | for[ ]the[ ]{_NTH_EN}[ ]time
    )\b""",
    re.VERBOSE,
)
_AGAIN = re.compile(r"\bagain\s*[?!]|^\W*again\W*$", re.IGNORECASE)


def same_question(text: str, before: str, language: Language) -> bool:
    """Whether two messages ask the same, however they are typed: diacritics, shorthand and politeness left out."""
    ours, theirs = (frozenset(_telling(words, language)) for words in (text, before))
    if min(len(ours), len(theirs)) < _LEAST:
        return False
    if all(any(map(_PARTICULAR.search, own)) for own in (ours - theirs, theirs - ours)):
        return False
    whole = min(len(ours), len(theirs)) >= _WITHIN and (ours <= theirs or theirs <= ours)
    return whole or len(ours & theirs) >= _ALIKE * len(ours | theirs)


def says_it_again(text: str, language: Language, *, unheeded: bool) -> bool:
    """Whether the words say that this was said or asked before; `unheeded`: something before it was of no help."""
    folded = " ".join(_folded(text, language))
    if _COUNTED.search(folded):
        return True
    return unheeded and bool(_SAID_BEFORE.search(folded) or _AGAIN.search(clean(text)))


def _telling(text: str, language: Language) -> list[str]:
    return [word for word in _folded(text, language) if not _POLITE.match(word)]


def _folded(text: str, language: Language) -> list[str]:
    found = tokens(normalise(text), teencode=language is not Language.EN)
    return [word for word in found.folded if word[0].isalnum()]
