"""The `intake` section of config.yaml: the burst window, the lanes, retries and the channels' limits."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Seconds = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BurstSettings(_Section):
    """How long to wait for the rest of what a customer is typing; all zero answers each message at once."""

    shortest: Seconds = 1.0  # of silence, after a finished sentence
    longest: Seconds = 6.0  # of silence, after a fragment
    in_all: Seconds = 15.0  # after the first message, however the customer goes on
    messages: Count = 20  # in one turn; an album is never torn

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.shortest <= self.longest <= self.in_all:
            raise ValueError("must be shortest <= longest <= in_all")
        return self


class BackoffSettings(_Section):
    """Exponential waiting between attempts: `first`, twice that, … up to `cap` seconds."""

    first: Annotated[float, Field(gt=0)] = 1.0
    cap: Annotated[float, Field(gt=0)] = 60.0

    def after(self, attempts: int) -> float:
        """Seconds to wait after so many failed attempts (1 or more)."""
        return min(self.cap, self.first * 2.0 ** min(attempts - 1, 30))


class RateSettings(_Section):
    """At most `count` messages in any `seconds`."""

    count: Count
    seconds: Annotated[float, Field(gt=0)]


class LimitSettings(_Section):
    """What one channel allows. The defaults of `telegram` are the Bot FAQ's."""

    chat: RateSettings | None = None
    group: RateSettings | None = None  # on top of `chat`, for lanes that are groups
    overall: RateSettings | None = None  # per bot


def _telegram() -> dict[str, LimitSettings]:
    return {
        "telegram": LimitSettings(
            chat=RateSettings(count=3, seconds=3),  # 1 a second; a short burst is tolerated
            group=RateSettings(count=20, seconds=60),
            overall=RateSettings(count=30, seconds=1),
        )
    }


class OutboxSettings(_Section):
    """How messages leave."""

    limits: dict[str, LimitSettings] = Field(default_factory=_telegram)  # by channel; a channel not named has none
    at_once: Count = 64  # deliveries under way at the same time
    attempts: Count = 30  # at a message that the other side fails to take: some two hours
    give_up_after: Annotated[float, Field(gt=0)] = 86_400  # seconds since it was written
    backoff: BackoffSettings = BackoffSettings(first=2, cap=300)


class IntakeSettings(_Section):
    """Everything between a door and the agent, and between the agent and a channel."""

    burst: BurstSettings = BurstSettings()
    lanes: Count = 32
    lane_bound: Count = 200  # updates waiting in one lane; then the door is told to come back
    turns_at_once: Count = 16
    attempts: Count = 5  # at an update or a turn that raises
    backoff: BackoffSettings = BackoffSettings(first=0.5, cap=30)
    patience: Seconds = 20  # how long a door waits for a database that can not take its update
    grace: Seconds = 8  # how long a stop waits for what is under way
    outbox: OutboxSettings = OutboxSettings()
