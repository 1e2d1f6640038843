"""Fixtures for every room."""

from tests.doubles.fixtures import house, house_template

__all__ = ["house", "house_template"]
