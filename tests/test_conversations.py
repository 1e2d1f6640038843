"""Every dialogue of tests/conversations, through the real wiring on a real database, with either reader."""

from pathlib import Path

import pytest

from tests.conversations.script import Dialogue, dialogues, play
from tests.doubles.house import open_house, shipped_config


@pytest.mark.parametrize("dialogue", dialogues(), ids=lambda dialogue: dialogue.title)
async def test_dialogue(dialogue: Dialogue, tmp_path: Path, house_template: Path) -> None:
    async with open_house(tmp_path, house_template, dialogue.hour) as house:
        await play(house, dialogue)


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("dialogue", dialogues(), ids=lambda dialogue: dialogue.title)
async def test_dialogue_read_by_the_shipped_model(dialogue: Dialogue, tmp_path: Path, house_template: Path) -> None:
    config = shipped_config()
    config = config.model_copy(update={"nlp": config.nlp.model_copy(update={"reader": "encoder"})})
    async with open_house(tmp_path, house_template, dialogue.hour, config) as house:
        await play(house, dialogue)
