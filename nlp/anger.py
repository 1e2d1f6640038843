"""Anger in the voice beside the words: it can only make a reading graver. Pure."""

from dataclasses import replace

from nlp.types import Emotion, Mood, Reading

_CALM = 0.5  # up to here a voice says nothing: classifiers of emotion are seldom sure
_TRUST = 0.8  # how much of the rest counts: the loudest voice alone still leaves room for the words


def with_voice(reading: Reading, anger: float | None) -> Reading:
    """The reading of the words, raised by the anger in the voice (0..1; None: nobody listened for it).

    The share of the angry mood, the scores of anger and escalation, intensity and confidence grow or stay; the other
    moods make room, so that all still sum to 1. A human is needed as soon as anger is the mood.
    """
    weight = _TRUST * max(0.0, ((anger or 0.0) - _CALM) / (1 - _CALM))
    if not weight:
        return reading
    angry = _either(reading.mood_scores[Mood.ANGRY], weight)
    rest = 1 - reading.mood_scores[Mood.ANGRY]
    moods = {mood: share * (1 - angry) / rest if rest else 0.0 for mood, share in reading.mood_scores.items()}
    moods[Mood.ANGRY] = angry
    furious = reading.mood is Mood.ANGRY or angry > max(share for mood, share in moods.items() if mood != Mood.ANGRY)
    confidence = (angry + reading.intent_scores[reading.intent]) / 2 if furious else 0.0
    anger_score = _either(reading.emotion_scores[Emotion.ANGER], weight)
    return replace(
        reading,
        mood=Mood.ANGRY if furious else reading.mood,
        mood_scores=moods,
        emotions=_angry_first(reading.emotions) if furious else reading.emotions,
        emotion_scores={**reading.emotion_scores, Emotion.ANGER: anger_score},
        intensity=max(reading.intensity, weight),
        escalate=reading.escalate or furious,
        escalate_score=_either(reading.escalate_score, weight),
        confidence=max(reading.confidence, confidence),
    )


def _either(words: float, voice: float) -> float:
    """Two independent pieces of evidence for the same thing (noisy-or)."""
    return 1 - (1 - words) * (1 - voice)


def _angry_first(emotions: tuple[Emotion, ...]) -> tuple[Emotion, ...]:
    kept = tuple(one for one in emotions if one not in (Emotion.ANGER, Emotion.NEUTRAL))
    return emotions if Emotion.ANGER in emotions else (Emotion.ANGER, *kept)
