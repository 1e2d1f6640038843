"""The encoder's heads: which labels each one scores, in the order of its outputs."""

from nlp.types import Alarm, Emotion, Intent, Language, Mood

EMOTIONS = tuple(Emotion)
MOODS = tuple(Mood)
INTENTS = tuple(Intent)
LANGUAGES = tuple(Language)
ALARMS = (Alarm.DANGER, Alarm.LEGAL_THREAT, Alarm.FRAUD, Alarm.HUMAN_WISH)
BRIGHTER = ("anger", "fear", "joy", "sadness", "surprise")

# Name -> labels. One label: a yes or no. In SEVERAL every label is judged on its own, in the others exactly one holds.
HEADS: dict[str, tuple[str, ...]] = {
    "emotions": EMOTIONS,
    "mood": MOODS,
    "escalate": ("escalate",),
    "alarms": ALARMS,
    "intent": INTENTS,
    "language": LANGUAGES,
    "brighter": BRIGHTER,
}
SEVERAL = frozenset({"emotions", "escalate", "alarms", "brighter"})
