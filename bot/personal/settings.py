"""The section `personal:` of config.yaml: journey, segments, the gate's limits, and how a reason is said."""

from string import Formatter
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.domain.journey import StageThresholds
from bot.domain.views import AddressForm
from bot.personal.segments import SegmentRules
from nlp.types import Language

Hour = Annotated[int, Field(ge=0, le=24)]
REASONS = ("bestseller", "bought_before", "bought_together", "you_asked")
_FIELDS = {"you", "name", "other"}


class GateLimits(BaseModel):
    """How often and when something may be offered that nobody asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quiet_from: Hour = 22  # local hour; equal to quiet_until: no quiet hours
    quiet_until: Hour = 7
    showings: int = Field(default=3, ge=0)  # at most so many, over
    window_hours: int = Field(default=24, ge=1)
    minutes_apart: int = Field(default=15, ge=0)
    just_bought_days: int = Field(default=14, ge=0)  # a product is not offered again so soon after it was bought
    shown_days: int = Field(default=7, ge=0)  # nor after it was shown
    own_count: int = Field(default=2, ge=1)  # bought so often, a product may be offered as "bought before"


class PersonalSettings(BaseModel):
    """`why` holds one sentence per reason and language; {you}, {name} and {other} stand for address and products."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stages: StageThresholds = StageThresholds()
    segments: SegmentRules = SegmentRules()
    limits: GateLimits = GateLimits()
    why: dict[str, dict[Language, str]]

    @model_validator(mode="after")
    def _every_reason_is_worded(self) -> "PersonalSettings":
        if set(self.why) != set(REASONS):
            raise ValueError(f"why: give exactly {', '.join(REASONS)}")
        for reason, wordings in self.why.items():
            if not {Language.VI, Language.EN} <= set(wordings):
                raise ValueError(f"why.{reason}: give vi and en")
            for language, sentence in wordings.items():
                if not {name for _, name, _, _ in Formatter().parse(sentence) if name is not None} <= _FIELDS:
                    raise ValueError(f"why.{reason}.{language}: only {{you}}, {{name}} and {{other}} fit in")
        return self

    def say_why(self, reason: str, language: Language, address: AddressForm, name: str, other: str = "") -> str:
        """The sentence that "Why this?" shows, as plain text."""
        wordings = self.why[reason]
        sentence = wordings.get(language, wordings[Language.EN])
        said = sentence.format(you=address.value, name=name, other=other)
        return said[:1].upper() + said[1:] if sentence.startswith("{you}") else said
