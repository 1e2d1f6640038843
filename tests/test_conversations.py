"""Every dialogue of tests/conversations, through the real wiring on a real database."""

from pathlib import Path

import pytest

from tests.conversations.script import Dialogue, dialogues, play
from tests.doubles.house import open_house


@pytest.mark.parametrize("dialogue", dialogues(), ids=lambda dialogue: dialogue.title)
async def test_dialogue(dialogue: Dialogue, tmp_path: Path, house_template: Path) -> None:
    async with open_house(tmp_path, house_template, dialogue.hour) as house:
        await play(house, dialogue)
