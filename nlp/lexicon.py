"""The labelled fallback: a reader that needs no model, only the project's own phrases and VADER."""

from nlp.alarms import alarms_of, languages_to_try
from nlp.intents import intent_scores, weigh_intents
from nlp.language import language_of_words
from nlp.moods import Weights, emotion_scores, mood_scores, settle, weigh, weigh_valence
from nlp.text import normalise, shouting, tokens, words
from nlp.types import Alarm, Emotion, Intent, Language, Mood, Reading, Source

_FELT = 0.4
# A greeting or a thank-you needs no more evidence than itself, while it is short: a long one says more than was heard.
_PLAIN = frozenset({Intent.GREETING, Intent.PRAISE})
_SHORT = 6  # words


class LexiconReader:
    """Reads by phrases. `unsure_below` is the confidence under which a reading is marked unsure."""

    def __init__(self, *, unsure_below: float = 0.5, default_language: Language = Language.VI) -> None:
        self._unsure_below = unsure_below
        self._default_language = default_language

    def read(self, text: str) -> Reading:
        """Read one message, any string; takes about half a millisecond."""
        normalised = normalise(text)
        found = words(normalised)
        language, certainty = language_of_words(found, self._default_language)
        spoken = languages_to_try(language, certainty)
        weights = Weights()
        alarms: frozenset[Alarm] = frozenset()
        evidence: dict[Intent, float] = {}
        for tried in spoken:
            read = tokens(normalised, teencode=tried is Language.VI)
            weigh(weights, read, tried)
            alarms |= alarms_of(read, tried)
            for intent, weight in weigh_intents(read, tried).items():
                evidence[intent] = max(weight, evidence.get(intent, 0.0))
        if Language.EN in spoken:
            weigh_valence(weights, normalised)
        _hear_alarms(alarms, weights, evidence)
        settle(weights, text, shouting=shouting(text), intents=evidence)
        _lean(weights, evidence, asks="?" in text)
        return self._reading(language, weights, evidence, alarms, len(found))

    def _reading(
        self, language: Language, weights: Weights, evidence: dict[Intent, float], alarms: frozenset[Alarm], length: int
    ) -> Reading:
        moods, emotions, intents = mood_scores(weights), emotion_scores(weights), intent_scores(evidence)
        mood, intent = max(moods, key=moods.__getitem__), max(intents, key=intents.__getitem__)
        felt = tuple(sorted((e for e in emotions if emotions[e] >= _FELT), key=emotions.__getitem__, reverse=True))
        confidence = _confidence(moods[mood], intents[intent], weights, evidence, length)
        return Reading(
            language=language,
            mood=mood,
            mood_scores=moods,
            emotions=felt or (Emotion.NEUTRAL,),
            emotion_scores=emotions,
            intent=intent,
            intent_scores=intents,
            intensity=min(1.0, max(weights.moods.values(), default=0.0) / 4),
            escalate=mood is Mood.ANGRY or bool(alarms),
            escalate_score=max(moods[Mood.ANGRY], 0.95 if alarms else 0.0),
            alarms=alarms,
            confidence=confidence,
            unsure=confidence < self._unsure_below,
            source=Source.LEXICON,
        )


def _hear_alarms(alarms: frozenset[Alarm], weights: Weights, evidence: dict[Intent, float]) -> None:
    """An alarm tells about mood and intent too."""
    if Alarm.HUMAN_WISH in alarms:
        evidence[Intent.HUMAN_AGENT] = evidence.get(Intent.HUMAN_AGENT, 0.0) + 3.0
    elif Intent.HUMAN_AGENT in evidence:
        evidence[Intent.HUMAN_AGENT] *= 0.25  # "I don't need a human": the words without the wish
    if Alarm.DANGER in alarms or Alarm.FRAUD in alarms:
        weights.add(Mood.ANXIOUS, 2.4)
        intent = Intent.COMPLAINT if Alarm.DANGER in alarms else Intent.PAYMENT_PROBLEM
        evidence[intent] = evidence.get(intent, 0.0) + 1.8
    if Alarm.LEGAL_THREAT in alarms:
        weights.add(Mood.ANGRY, 2.6)
        evidence[Intent.COMPLAINT] = evidence.get(Intent.COMPLAINT, 0.0) + 1.5


def _lean(weights: Weights, evidence: dict[Intent, float], *, asks: bool) -> None:
    """Mood and intent lean on each other where the words alone leave it open."""
    if asks and evidence:
        wanted = max(evidence, key=evidence.__getitem__)
        if wanted is Intent.RECOMMENDATION:
            weights.add(Mood.CURIOUS, 1.0)
        elif wanted is Intent.PRODUCT_QUESTION:
            weights.add(Mood.CURIOUS, 1.2)
    displeased = weights.worst()
    if displeased > 1.4:
        share = 0.5 if weights.moods.get(Mood.ANGRY, 0.0) == displeased else 0.3
        if max(evidence.values(), default=0.0) < 1.4:
            share = 1.0  # displeasure about nothing in particular is a complaint
        evidence[Intent.COMPLAINT] = evidence.get(Intent.COMPLAINT, 0.0) + share * displeased
        evidence.pop(Intent.PRAISE, None)
    pleased = max(weights.moods.get(Mood.HAPPY, 0.0), weights.moods.get(Mood.GRATEFUL, 0.0))
    if pleased > 1.4 and pleased > displeased:
        evidence[Intent.PRAISE] = evidence.get(Intent.PRAISE, 0.0) + 0.6 * pleased


def _confidence(mood: float, intent: float, weights: Weights, evidence: dict[Intent, float], length: int) -> float:
    """How far to trust the reading, 0..1: both heads count, and a message without any cue counts little."""
    if not evidence and not weights.moods:
        return 0.3
    if evidence.keys() <= _PLAIN and evidence:
        unexplained = evidence.keys() == {Intent.GREETING} and length > _SHORT
        return 0.4 if unexplained else max(0.6, mood)
    return (mood + intent) / 2
