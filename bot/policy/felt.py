"""The mood of a message as the conversation before it makes it felt: repeating oneself, doubt, a short word.

Only ever towards the worse: words that read negative, and thanks that read clearly, are felt as they read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.assent import assent
from bot.domain.situation import Felt, MoodLine, Trend
from bot.domain.tact import CROSS
from bot.policy.mood import NEGATIVE, mood_line, negative_tail
from bot.policy.repeating import same_question, says_it_again
from nlp.text import words
from nlp.types import Intent, Language, Mood, Reading

REMEMBERED = 10  # messages back that the mood of the next one may depend on
_CONTENT = frozenset({Mood.HAPPY, Mood.GRATEFUL})
_SHORT = 3  # words
_RUN = 2  # negative messages in a row
_NEAR = 1 / 3  # of the likelier mood's share: less is no rival
_SAYS_LITTLE = frozenset({Intent.OTHER, Intent.GREETING})


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier message of the conversation, and what became of it."""

    text: str
    mood: Mood  # as it was felt
    unsure: bool = False
    carried: bool = False
    helped: bool = True  # False: nobody answered, or the answer did not help

    @property
    def passing(self) -> bool:
        """Whether it says nothing of the mood: a short word, or a reading that is unsure and not negative."""
        return self.carried or (self.unsure and self.mood not in NEGATIVE)


def line_of(earlier: Sequence[Earlier]) -> MoodLine:
    """The mood line of messages, oldest first, the present one last."""
    return mood_line(
        [one.mood for one in earlier],
        passing={place for place, one in enumerate(earlier) if one.passing},
        carried={place for place, one in enumerate(earlier) if one.carried},
    )


def felt(reading: Reading, text: str, earlier: Sequence[Earlier]) -> Felt | None:
    """What `text` is felt as after the messages `earlier` (oldest first), and why; None: as it reads.

    Never milder than the reading, and angry only where the reading itself has it among its two likeliest moods.
    """
    clear = not reading.unsure
    if reading.mood in NEGATIVE or (clear and reading.mood in _CONTENT):
        return None
    lately = earlier[-REMEMBERED:]
    why = _repeats(text, lately, reading.language)
    if why:
        return Felt(Mood.FRUSTRATED, why)
    return (None if clear else _leaning(reading, lately)) or _still(reading, text, lately)


def _repeats(text: str, lately: Sequence[Earlier], language: Language) -> str:
    """Why these words are a repetition that should not have been needed, or the empty string."""
    unhelped = [one for one in lately if not one.helped]
    if any(same_question(text, one.text, language) for one in unhelped):
        return "asks the same again: it was not answered before, or the answer did not help"
    if says_it_again(text, language, unheeded=bool(unhelped)):
        return "says that it was said or asked before"
    return ""


def _leaning(reading: Reading, lately: Sequence[Earlier]) -> Felt | None:
    """In doubt, and after worse and worse words, the negative one of the two likeliest moods."""
    passing = {place for place, one in enumerate(lately) if one.passing}
    run = negative_tail([one.mood for one in lately], passing)
    falling = line_of(lately).trend is Trend.FALLING
    shares = reading.mood_scores
    rival = max((mood for mood in Mood if mood is not reading.mood), key=lambda mood: shares.get(mood, 0.0))
    near = shares.get(rival, 0.0) >= _NEAR * shares.get(reading.mood, 0.0) > 0
    if rival not in NEGATIVE or not near or not (falling or run >= _RUN):
        return None
    before = "the mood was falling" if falling else f"the {run} messages before were negative"
    return Felt(rival, f"unsure between {reading.mood} and {rival}, and {before}")


def _still(reading: Reading, text: str, lately: Sequence[Earlier]) -> Felt | None:
    """A short word after anger is no calm: what was felt before goes on, a little milder."""
    said = words(text)
    little = assent(text) is not None or reading.intent in _SAYS_LITTLE
    short = len(said) <= _SHORT and not any(re.search(r"\d", word) for word in said)
    if reading.mood is Mood.GRATEFUL or not (lately and lately[-1].mood in CROSS and short and little):
        return None
    return Felt(Mood.FRUSTRATED, f"a short word after {lately[-1].mood} words ends nothing", carried=True)
