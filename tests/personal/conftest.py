import pytest

from bot.personal.settings import PersonalSettings
from tests.policy.books import section


@pytest.fixture(scope="session")
def settings() -> PersonalSettings:
    """The shipped `personal:` section."""
    return PersonalSettings.model_validate(section("personal"))
