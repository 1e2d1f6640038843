"""The recipe of the shipped weights: every number that shapes them, in one place."""

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. Lengths in word pieces, rates per step, shares as fractions of all steps."""

    seed: int = 20261122
    longest: int = 160
    batch: int = 48
    align_batch: int = 32
    align_epochs: int = 4
    align_rate: float = 1e-4
    align_embedding_rate: float = 2e-3
    epochs: int = 4
    finish: float = 0.5  # of the rates, falling to nothing in each of the last epochs
    finish_public: tuple[float, ...] = (1.0, 0.35)  # of GoEmotions' rows, in each of the last epochs
    rate: float = 1.5e-4
    embedding_rate: float = 2.5e-4
    head_rate: float = 5e-4
    warmup: float = 0.06
    decay: float = 0.01
    dropout: float = 0.1
    smoothing: float = 0.05
    average: float = 0.998  # of the weights' moving average, which is what ships
    corpus_repeats: int = 3
    brighter_repeats: int = 2
    weights: dict[str, float] = field(
        default_factory=lambda: {
            "emotions": 0.4,
            "mood": 1.0,
            "escalate": 0.7,
            "alarms": 0.6,
            "intent": 1.0,
            "language": 0.2,
            "brighter": 0.4,
        }
    )
    # In the last epochs the finer heads count more, and what is rare comes more often.
    finish_weights: dict[str, float] = field(default_factory=lambda: {"emotions": 1.0, "brighter": 0.8})
    rare: int = 600  # rows of an emotion: fewer is rare
    rare_repeats: int = 2

    def as_dict(self) -> dict[str, object]:
        """The recipe as it stands in the manifest and decides whether a checkpoint may be resumed."""
        return asdict(self)

    def alignment(self) -> dict[str, object]:
        """The part that shapes the first lesson, and decides whether a kept one will do."""
        shared = ("seed", "longest", "warmup", "decay", "dropout", "head_rate")
        return {name: value for name, value in asdict(self).items() if name.startswith("align") or name in shared}

    @property
    def all_epochs(self) -> int:
        """The epochs of the second lesson, the last ones included."""
        return self.epochs + len(self.finish_public)
