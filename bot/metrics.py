"""What the process counts about itself, for Prometheus. Labels never hold anything personal."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge

from bot.intake.counting import Counted


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
        self.policy_version = Gauge("thau_policy_version", "The policy version in force.", registry=self.registry)

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show a number that somebody else keeps."""
        Gauge(name, text, registry=self.registry).set_function(value)

    def count(self, what: Counted) -> None:
        """Something happened at a door."""
        self._intake.labels(what.value).inc()

    def turn(self, kind: str, policy: str, source: str) -> None:
        """A turn was decided, from a reading of `source`."""
        self._turns.labels(kind, policy).inc()
        self._readings.labels(source).inc()
