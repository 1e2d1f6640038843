"""Fixtures that several rooms' tests share; imported by name in their conftest.py."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.doubles.house import House, make_template, open_house


@pytest.fixture(scope="session")
def house_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo shop, to be copied: one load for the whole run."""
    path = tmp_path_factory.mktemp("shop") / "template.sqlite"
    asyncio.run(make_template(path))
    return path


@pytest.fixture
async def house(tmp_path: Path, house_template: Path) -> AsyncIterator[House]:
    """The whole house, serving the demo shop at 10 in the morning."""
    async with open_house(tmp_path, house_template) as opened:
        yield opened
