"""Which language a message is in: English, Vietnamese in any spelling, or something else."""

import re

from nlp.text import fold, word_sets, words
from nlp.types import Language

# Letters and tones that Vietnamese has and the other languages of Latin script do not use (ă and đ are rare elsewhere).
_VIETNAMESE = re.compile("[ăđơưằắẳẵặầấẩẫậềếểễệồốổỗộờớởỡợừứửữựảạẻẽẹỉĩịỏọủũụỷỹỵ]")
_FOREIGN_MARK = re.compile("[äëïöüßñçåøæœœîûÿłśżźńřšžěğşı¿¡]")
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|th|tr|ch|kh|ph|gh|gi|qu|[bcdghklmnprstvx])?"
    r"(?:oai|oay|uay|uoi|uyen|uyet|uye|uya|ieu|yeu|uou|iê|ia|ie|ye|ua|uo|uu|uy|ue|ui|oa|oe|oi|ai|ay|ao|au|eo|eu|iu|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_LATIN_END = 0x24F
_PROOF = 0.4  # of the words


def language_of(text: str, default: Language = Language.VI) -> tuple[Language, float]:
    """The language of a message and a confidence in 0..1; `default` with 0.3 or less for what tells nothing."""
    return language_of_words(words(text), default)


def language_of_words(found: list[str], default: Language = Language.VI) -> tuple[Language, float]:
    """As `language_of`, for words that `nlp.text.words` returned."""
    spoken = [word for word in found if word[0].isalpha()]
    if not spoken:
        return default, 0.1
    if sum(map(_is_other_script, spoken)) * 2 > len(spoken):
        return Language.OTHER, 0.95
    weights = _weigh(spoken)
    best = max(weights, key=weights.__getitem__)
    total = sum(weights.values())
    if weights[best] < 0.75:
        return default, 0.3
    certainty = weights[best] / total * min(1.0, 0.55 + 0.15 * weights[best])
    return best, round(certainty, 3)


def language_by_script(found: list[str]) -> Language | None:
    """What the letters alone prove, for words that `nlp.text.words` returned; None where they prove nothing."""
    spoken = [word for word in found if word[0].isalpha()]
    if sum(map(_is_other_script, spoken)) * 2 > len(spoken):
        return Language.OTHER
    # A Vietnamese name in an English sentence proves nothing.
    vietnamese = sum(bool(_VIETNAMESE.search(word)) for word in spoken)
    return Language.VI if vietnamese >= _PROOF * len(spoken) and vietnamese else None


def _weigh(spoken: list[str]) -> dict[Language, float]:
    cues = word_sets("language_words.tsv")
    weights = {Language.EN: 0.0, Language.VI: 0.0, Language.OTHER: 0.0}
    for word in spoken:
        if _VIETNAMESE.search(word):
            weights[Language.VI] += 2.0
        elif word in cues["vi"]:
            weights[Language.VI] += 1.0
        elif _FOREIGN_MARK.search(word):
            weights[Language.OTHER] += 1.5
        else:
            _weigh_bare(word, cues, weights)
    return weights


def _weigh_bare(word: str, cues: dict[str, frozenset[str]], weights: dict[Language, float]) -> None:
    """A word without telling letters: it can speak for several languages at once."""
    bare = fold(word)
    if bare in cues["en"]:
        weights[Language.EN] += 1.0
    if bare in cues["vi_bare"] or word in cues["teencode"]:
        weights[Language.VI] += 1.0
    elif bare not in cues["en"] and _SYLLABLE.fullmatch(bare):
        weights[Language.VI] += 0.3
    elif bare not in cues["en"] and word not in cues["other"] and word.isascii() and len(bare) > 3:
        weights[Language.EN] += 0.25  # a longer word that can not be a Vietnamese syllable
    if word in cues["other"]:
        weights[Language.OTHER] += 0.9


def is_syllable(word: str) -> bool:
    """Whether a lower-case word without diacritics could be a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(word) is not None


def _is_other_script(word: str) -> bool:
    letter = ord(word[0])
    return letter > _LATIN_END and not 0x1E00 <= letter < 0x1F00 and word[0].isalpha()
