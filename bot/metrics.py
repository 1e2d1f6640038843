"""What the process counts about itself, for Prometheus. Labels never hold anything personal."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from bot.intake.counting import Counted
from nlp.reader import Fallback


class Metrics:
    """The counters of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._intake = Counter("thau_intake", "What happened at the doors.", ["what"], registry=self.registry)
        self._turns = Counter(
            "thau_turns", "Turns decided, by kind and policy.", ["kind", "policy"], registry=self.registry
        )
        self._readings = Counter(
            "thau_readings", "Readings, by the reader that made them.", ["source"], registry=self.registry
        )
        self._fallbacks = Counter(
            "thau_reading_fallbacks", "Readings the lexicon had to take over.", ["reason"], registry=self.registry
        )
        for reason in Fallback:
            self._fallbacks.labels(reason.value)  # shown as 0 until it happens
        self._voices = Counter(
            "thau_voice_messages", "Voice messages listened to, by how it ended.", ["outcome"], registry=self.registry
        )
        self.policy_version = Gauge("thau_policy_version", "The policy version in force.", registry=self.registry)

    def count(self, what: Counted) -> None:
        """Something happened at a door."""
        self._intake.labels(what.value).inc()

    def turn(self, kind: str, policy: str, source: str) -> None:
        """A turn was decided, from a reading of `source`."""
        self._turns.labels(kind, policy).inc()
        self._readings.labels(source).inc()

    def fallback(self, reason: Fallback) -> None:
        """The lexicon read in a model's place."""
        self._fallbacks.labels(reason.value).inc()

    def voice(self, outcome: str) -> None:
        """A voice message was heard, or why not."""
        self._voices.labels(outcome).inc()
