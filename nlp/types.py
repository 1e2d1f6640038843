"""What a reading of one message is. Imports nothing heavy: the domain builds on these names."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Language(StrEnum):
    """The languages Thấu answers in, and `other` for everything else."""

    EN = "en"
    VI = "vi"
    OTHER = "other"


class Mood(StrEnum):
    """The one dominant mood of a message, judged alone, as a support team lead would."""

    ANGRY = "angry"
    FRUSTRATED = "frustrated"
    DISAPPOINTED = "disappointed"
    ANXIOUS = "anxious"
    CONFUSED = "confused"
    NEUTRAL = "neutral"
    CURIOUS = "curious"
    HAPPY = "happy"
    GRATEFUL = "grateful"


class Intent(StrEnum):
    """What the customer wants from the shop with this message; exactly one."""

    TRACK_ORDER = "track_order"
    DELIVERY_PROBLEM = "delivery_problem"
    RETURN_REFUND = "return_refund"
    CANCEL_ORDER = "cancel_order"
    CHANGE_ORDER = "change_order"
    PAYMENT_PROBLEM = "payment_problem"
    PRODUCT_QUESTION = "product_question"
    RECOMMENDATION = "recommendation"
    PRICE_PROMO = "price_promo"
    STOCK = "stock"
    WARRANTY_REPAIR = "warranty_repair"
    ACCOUNT_PROBLEM = "account_problem"
    HUMAN_AGENT = "human_agent"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    GREETING = "greeting"
    PRIVACY = "privacy"
    OTHER = "other"


class Emotion(StrEnum):
    """GoEmotions' 27 emotions and neutral (Demszky et al. 2020)."""

    ADMIRATION = "admiration"
    AMUSEMENT = "amusement"
    ANGER = "anger"
    ANNOYANCE = "annoyance"
    APPROVAL = "approval"
    CARING = "caring"
    CONFUSION = "confusion"
    CURIOSITY = "curiosity"
    DESIRE = "desire"
    DISAPPOINTMENT = "disappointment"
    DISAPPROVAL = "disapproval"
    DISGUST = "disgust"
    EMBARRASSMENT = "embarrassment"
    EXCITEMENT = "excitement"
    FEAR = "fear"
    GRATITUDE = "gratitude"
    GRIEF = "grief"
    JOY = "joy"
    LOVE = "love"
    NERVOUSNESS = "nervousness"
    OPTIMISM = "optimism"
    PRIDE = "pride"
    REALIZATION = "realization"
    RELIEF = "relief"
    REMORSE = "remorse"
    SADNESS = "sadness"
    SURPRISE = "surprise"
    NEUTRAL = "neutral"


class Alarm(StrEnum):
    """A reason to bring a human at once, whatever the mood. `self_harm` and `injury` come with `danger`."""

    DANGER = "danger"
    SELF_HARM = "self_harm"
    INJURY = "injury"
    LEGAL_THREAT = "legal_threat"
    FRAUD = "fraud"
    HUMAN_WISH = "human_wish"


class Source(StrEnum):
    """Which kind of reader made a reading; `lexicon` is the labelled fallback."""

    ENCODER = "encoder"
    TRANSFORMER = "transformer"
    LEXICON = "lexicon"


class Unheard(StrEnum):
    """Why a voice message that was listened to has no words."""

    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    UNREACHABLE = "unreachable"  # the channel did not hand the file over
    BROKEN = "broken"  # no sound in a form that is known
    SILENT = "silent"  # nothing was said, or nothing that makes words
    TIMEOUT = "timeout"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was heard in one message.

    `mood_scores` and `intent_scores` hold every label and sum to 1; `emotion_scores` holds every
    label, each in 0..1 on its own. `intensity`, `confidence` and `escalate_score` are in 0..1.
    """

    language: Language
    mood: Mood
    mood_scores: Mapping[Mood, float]
    emotions: tuple[Emotion, ...]
    emotion_scores: Mapping[Emotion, float]
    intent: Intent
    intent_scores: Mapping[Intent, float]
    intensity: float
    escalate: bool
    escalate_score: float
    alarms: frozenset[Alarm]
    confidence: float
    unsure: bool
    source: Source


class Reader(Protocol):
    """Anything that turns text into a reading: the lexicon, the shipped encoder, any checkpoint."""

    def read(self, text: str) -> Reading:
        """Read one message. Takes any string, the empty one included, and never raises for its content."""
        ...
