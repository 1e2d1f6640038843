"""What config.yaml's `texts:` and `shop:` sections hold: what the agent says, and what the shop is."""

from datetime import datetime, time
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.domain.decision import Tone
from bot.domain.incoming import Command
from bot.errors import SettingsError
from bot.reply.split import check_html
from nlp.types import Language


class Section(BaseModel):
    """A frozen piece of configuration that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _by_tone(value: Any) -> Any:
    """Let a text be written as one string, a list of variants, or variants per tone."""
    tones = value if isinstance(value, dict) else {Tone.WARM: value}
    return {tone: [said] if isinstance(said, str) else said for tone, said in tones.items()}


def _has_warm(value: dict[Tone, tuple[str, ...]]) -> dict[Tone, tuple[str, ...]]:
    if Tone.WARM not in value:
        raise ValueError("a text needs at least the tone 'warm'")
    return value


Variants = Annotated[tuple[str, ...], Field(min_length=1)]
Tones = Annotated[dict[Tone, Variants], BeforeValidator(_by_tone), AfterValidator(_has_warm)]


class BothLanguages(Section):
    """A short string in each language."""

    vi: str
    en: str

    def of(self, language: Language) -> str:
        """The words in `language`; English where it is neither of the two."""
        return self.vi if language is Language.VI else self.en


class Text(Section):
    """One text in both languages; per tone one or more variants. Tones that are missing fall back to warm."""

    vi: Tones
    en: Tones


class ReplySettings(Section):
    """Section `texts:`: the menu keyboard's rows, and every text by key."""

    menu: tuple[tuple[Command, ...], ...]
    say: dict[str, Text]


class FaqEntry(Section):
    """One entry of the knowledge base. `also` holds other words people ask it with, both languages mixed."""

    question: BothLanguages
    answer: BothLanguages
    also: str = ""


class Hours(Section):
    """When humans answer, in the brand's time zone. `days` are 0 (Monday) to 6 (Sunday)."""

    opens: time
    closes: time
    days: frozenset[Annotated[int, Field(ge=0, le=6)]] = frozenset(range(7))

    @model_validator(mode="after")
    def _in_order(self) -> "Hours":
        if self.opens >= self.closes:
            raise ValueError("opens must be before closes")
        return self

    def is_open(self, local: datetime) -> bool:
        """Whether humans answer at this local time."""
        return local.weekday() in self.days and self.opens <= local.time().replace(tzinfo=None) < self.closes


class Emergency(Section):
    """The numbers to call in danger, Vietnam's by default; `listening` for those in despair, where there is one."""

    police: str = "113"
    fire: str = "114"
    ambulance: str = "115"
    listening: str = ""


class ShopFacts(Section):
    """Section `shop:`: what customers may be told about the shop, and its rules."""

    name: str
    hotline: str
    hours: Hours
    currency: str = "₫"
    return_window_days: int = Field(ge=0, le=365)
    emergency: Emergency = Emergency()
    faq: dict[str, FaqEntry]

    @model_validator(mode="after")
    def _answers_are_html(self) -> "ShopFacts":
        for key, entry in self.faq.items():
            for language, answer in (("vi", entry.answer.vi), ("en", entry.answer.en)):
                try:
                    check_html(answer)
                except SettingsError as error:
                    raise ValueError(f"faq.{key}.answer.{language}: {error}") from error
        return self
