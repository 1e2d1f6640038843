from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.journey import StageThresholds
from bot.domain.views import AddressForm
from bot.personal.settings import REASONS, PersonalSettings
from nlp.types import Language
from tests.policy.books import section


def changed(*path: str, to: Any) -> dict[str, Any]:
    values: dict[str, Any] = deepcopy(section("personal"))
    place = values
    for key in path[:-1]:
        place = place[key]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return values


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (["why", "bestseller"], None, "give exactly bestseller, bought_before"),
        (["why", "bestseller", "vi"], None, "why.bestseller: give vi and en"),
        (["why", "bestseller", "en"], "{price}!", "only {you}, {name} and {other} fit in"),
        (["why", "bestseller", "en"], "{name.__class__}", "only {you}, {name} and {other} fit in"),
        (["why", "bestseller", "en"], "{name", "expected '}'"),
        (["stages", "recent_day"], 3, "recent_day"),
        (["limits", "quiet_from"], 25, "less than or equal to 24"),
        (["segments", "rich"], 1, "Extra inputs"),
    ],
)
def test_refused(path: list[str], value: Any, said: str) -> None:
    with pytest.raises(ValidationError) as error:
        PersonalSettings.model_validate(changed(*path, to=value))
    assert said in str(error.value)


def test_shipped_thresholds_are_the_defaults(settings: PersonalSettings) -> None:
    assert settings.stages == StageThresholds()


def test_every_reason_reads_well_in_every_form_of_address(settings: PersonalSettings) -> None:
    for reason in REASONS:
        for address in AddressForm:
            said = settings.say_why(reason, Language.VI, address, "iPhone", "Trà")
            assert "{" not in said
            assert "iPhone" in said
            assert said[0].isupper() or said.startswith("iPhone")


def test_another_language_reads_english(settings: PersonalSettings) -> None:
    said = [settings.say_why("bestseller", language, AddressForm.ANH, "X") for language in Language]
    assert said[0] == said[2] != said[1]
