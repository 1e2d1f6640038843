"""What a customer allows: one level and what it permits, and what is asked for by itself."""

from enum import StrEnum


class PersonalisationLevel(StrEnum):
    """Chosen by the customer, in force at once; newcomers are `off`."""

    OFF = "off"
    BASIC = "basic"
    FULL = "full"


class Purpose(StrEnum):
    """What a piece of personal data would be used for."""

    ANSWERING = "answering"  # the open conversation, its mood, and the customer's own requested orders
    OWN_HISTORY = "own_history"  # own purchases and views shape suggestions
    MOOD_HISTORY = "mood_history"  # moods of closed conversations
    COLLABORATIVE = "collaborative"  # what other customers bought
    PROACTIVE = "proactive"  # messages nobody asked for
    EXPERIMENTS = "experiments"
    IMPROVE = "improve"  # corrected messages, masked, teach the reader


# No level includes these: each is allowed or refused in its own words.
_BY_ITSELF = frozenset({Purpose.IMPROVE})
_PERMITS: dict[PersonalisationLevel, frozenset[Purpose]] = {
    PersonalisationLevel.OFF: frozenset({Purpose.ANSWERING}),
    PersonalisationLevel.BASIC: frozenset({Purpose.ANSWERING, Purpose.OWN_HISTORY}),
    PersonalisationLevel.FULL: frozenset(Purpose) - _BY_ITSELF,
}


def allowed(level: PersonalisationLevel, purpose: Purpose) -> bool:
    """Whether a customer at `level` lets the shop use their data for `purpose`, without a word about it alone."""
    return purpose in _PERMITS[level]
