"""Fixtures for every room."""

from hypothesis import settings

from tests.doubles.fixtures import house, house_template

# A busy machine is no fault of the code: examples are bounded in number, not in time.
settings.register_profile("thau", deadline=None)
settings.load_profile("thau")

__all__ = ["house", "house_template"]
