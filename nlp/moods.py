"""Mood and emotions from cues: the lexicons, emoji, capitals, repetition, and for English VADER's valence."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from math import exp

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from nlp.phrases import Found, PhraseBook, phrases, rows
from nlp.text import Tokens, word_sets
from nlp.types import Emotion, Intent, Language, Mood

_NEUTRAL_BIAS = 1.5
_SHARPNESS = 1.25
_MOST = 6.0
_BAD = (Mood.ANGRY, Mood.FRUSTRATED, Mood.DISAPPOINTED)
# Thanks and joy beside any other intent are courtesy.
_LIGHT = frozenset({Intent.PRAISE, Intent.GREETING, Intent.OTHER, Intent.COMPLAINT})
_LATIN = re.compile(r"[A-Za-z]{2}")
_LOUD = re.compile(r"[!]{2,}|[?!]*\?!|!\?")


@dataclass(frozen=True, slots=True)
class Cue:
    """What a row of data/*_lexicon.tsv says of its phrases; `role` is a mood, mock, failure or -."""

    role: str
    strength: float
    emotions: tuple[Emotion, ...]
    solid: bool


@dataclass(slots=True)
class Weights:
    """The evidence heard so far."""

    moods: dict[Mood, float] = field(default_factory=dict)
    emotions: dict[Emotion, float] = field(default_factory=dict)
    mock: bool = False
    failure: bool = False
    contrast: bool = False

    def add(self, mood: Mood, weight: float) -> None:
        """More evidence for one mood; each further piece counts a third: repeating a word is no shouting."""
        had = self.moods.get(mood, 0.0)
        self.moods[mood] = min(_MOST, max(had, weight) + 0.35 * min(had, weight))

    def feel(self, emotions: Iterable[Emotion], weight: float) -> None:
        """More evidence for emotions."""
        for emotion in emotions:
            self.emotions[emotion] = self.emotions.get(emotion, 0.0) + weight

    def worst(self) -> float:
        """The strongest displeasure."""
        return max(self.moods.get(mood, 0.0) for mood in _BAD)


@cache
def _book(language: Language) -> PhraseBook[Cue]:
    listed, classes = rows(f"{language}_lexicon.tsv")
    return PhraseBook(
        (
            (phrase, Cue(role, float(strength), tuple(map(Emotion, emotions.split(","))), "*" not in phrase))
            for role, strength, _, emotions, cell in listed
            for phrase in phrases(cell)
        ),
        classes,
    )


@cache
def vader() -> SentimentIntensityAnalyzer:
    """VADER without the words that only tell facts or are polite in a shop."""
    analyzer = SentimentIntensityAnalyzer()
    calm = word_sets("calm_words.tsv")["calm"]
    for word in calm & analyzer.lexicon.keys():
        del analyzer.lexicon[word]
    return analyzer


def weigh(weights: Weights, tokens: Tokens, language: Language) -> None:
    """Add what one language's lexicon hears in the words."""
    turn = next(
        (place for place, word in enumerate(tokens.exact) if place > 2 and word in _words("contrast", language)), 0
    )
    weights.contrast |= turn > 0
    for found in _longest(list(_book(language).find(tokens)), len(tokens.exact)):
        _weigh_cue(weights, found, tokens, language, turn)


def _weigh_cue(weights: Weights, found: Found[Cue], tokens: Tokens, language: Language, turn: int) -> None:
    cue = found.value
    weights.mock |= cue.role == "mock"
    weights.failure |= cue.role == "failure"
    factor = _modifier(found, tokens, language) * (0.45 if found.end <= turn and found.start > 0 else 1.0)
    negated = _negated(found, tokens, language)
    if not negated:
        weights.feel(cue.emotions, 1.2 * factor)
    if not cue.strength or cue.role in ("mock", "failure"):
        return
    mood = Mood(cue.role)
    if negated:
        if mood in (Mood.HAPPY, Mood.GRATEFUL):
            weights.add(Mood.DISAPPOINTED, 0.7 * cue.strength * factor)
        return
    if mood in (Mood.HAPPY, Mood.FRUSTRATED, Mood.DISAPPOINTED) and _asked(found, tokens, language):
        factor *= 0.3
    weights.add(mood, cue.strength * factor)


def _longest(found: list[Found[Cue]], words: int) -> Iterator[Found[Cue]]:
    """Leave out what lies within a longer phrase: "not bad" holds no "bad"."""
    covered = [0] * words  # per word, where the longest phrase over it ends
    found.sort(key=_length, reverse=True)
    for _, equals in groupby(found, key=_length):
        kept = [place for place in equals if covered[place.start] < place.end]
        yield from kept
        for place in kept:
            if place.value.solid:
                covered[place.start : place.end] = [max(place.end, end) for end in covered[place.start : place.end]]


def _length(place: Found[Cue]) -> int:
    return place.end - place.start


def _modifier(found: Found[Cue], tokens: Tokens, language: Language) -> float:
    near = (*tokens.exact[max(0, found.start - 1) : found.start], *tokens.exact[found.end : found.end + 2])
    if any(word in _words("stronger", language) for word in near):
        return 1.2
    return 0.7 if tokens.exact[found.start - 1] in _words("weaker", language) else 1.0


def _negated(found: Found[Cue], tokens: Tokens, language: Language) -> bool:
    for before in range(found.start - 1, max(0, found.start - 4), -1):
        if before + 1 in tokens.breaks or tokens.exact[before] in ".?":
            return False
        if not _words("denies", language).isdisjoint((tokens.folded[before], tokens.exact[before])):
            return True
    return False


def _words(role: str, language: Language) -> frozenset[str]:
    return word_sets("words.tsv")[f"{language}.{role}"]


def _asked(found: Found[Cue], tokens: Tokens, language: Language) -> bool:
    """Whether the cue stands in a yes-or-no question: "is it good?", "có đẹp không"."""
    if language is Language.VI:
        return any(word in _words("asks", language) for word in tokens.exact[found.end : found.end + 3])
    begin = next((place for place in range(found.start, 0, -1) if tokens.exact[place - 1] in (".", "?")), 0)
    end = next((place for place in range(found.end, len(tokens.exact)) if tokens.exact[place] in (".", "?")), begin)
    return tokens.exact[end] == "?" and tokens.exact[begin] in _words("asks", language)


def weigh_valence(weights: Weights, normalised: str) -> None:
    """Add VADER's valence of an English message; mild valence says nothing."""
    if not _LATIN.search(normalised):
        return
    compound: float = vader().polarity_scores(normalised[:1000])["compound"]
    if compound > 0.35:
        weights.add(Mood.HAPPY, 1.5 * compound)
    elif compound < -0.35:
        known = max(_BAD, key=lambda mood: weights.moods.get(mood, 0.0))
        if weights.worst() == 0:
            known = Mood.DISAPPOINTED if compound > -0.7 else Mood.FRUSTRATED
        if weights.moods.get(Mood.ANXIOUS, 0.0) < 1:
            weights.add(known, 1.6 * -compound)


def settle(weights: Weights, text: str, *, shouting: bool, intents: Mapping[Intent, float]) -> None:
    """What only the whole message tells: contempt in nice words, shouting, and thanks that are mere courtesy."""
    concrete = max((weight for intent, weight in intents.items() if intent not in _LIGHT), default=0.0)
    if weights.mock and weights.failure and not weights.contrast:
        weights.add(Mood.ANGRY, 3.2)
        for nice in (Mood.HAPPY, Mood.GRATEFUL):
            weights.moods[nice] = 0.3 * weights.moods.get(nice, 0.0)
    loud = len(_LOUD.findall(text))
    if weights.worst() >= 1.2 or weights.failure:
        if shouting:
            weights.add(Mood.ANGRY, 3.0)
        if loud:
            weights.add(Mood.ANGRY if weights.moods.get(Mood.ANGRY, 0.0) > 1 else Mood.FRUSTRATED, 0.9)
    elif shouting and loud and not weights.moods.get(Mood.HAPPY):
        weights.add(Mood.ANGRY, 1.8)
    elif loud and weights.moods.get(Mood.HAPPY):
        weights.add(Mood.HAPPY, 0.8)
    if concrete < 2.4 and weights.moods.get(Mood.GRATEFUL, 0.0) > 2:
        weights.moods[Mood.HAPPY] = 0.8 * weights.moods.get(Mood.HAPPY, 0.0)
    if concrete >= 2.4:
        weights.moods[Mood.GRATEFUL] = 0.4 * weights.moods.get(Mood.GRATEFUL, 0.0)
        weights.moods[Mood.HAPPY] = 0.75 * weights.moods.get(Mood.HAPPY, 0.0)


def mood_scores(weights: Weights) -> dict[Mood, float]:
    """Every mood with its share of 1."""
    bias = {Mood.NEUTRAL: _NEUTRAL_BIAS}
    raised = {mood: exp(_SHARPNESS * (weights.moods.get(mood, 0.0) + bias.get(mood, 0.0))) for mood in Mood}
    total = sum(raised.values())
    return {mood: raised[mood] / total for mood in Mood}


def emotion_scores(weights: Weights) -> dict[Emotion, float]:
    """Every emotion with its own score in 0..1; neutral is what the others leave."""
    scores = {emotion: 1 - exp(-weights.emotions.get(emotion, 0.0)) for emotion in Emotion}
    scores[Emotion.NEUTRAL] = 0.0
    scores[Emotion.NEUTRAL] = 1 - max(scores.values())
    return scores
