"""Every dialogue of tests/conversations, through the real wiring on a real database, with either reader."""

from pathlib import Path

import pytest

from tests.conversations.script import Dialogue, dialogues, play
from tests.doubles.house import open_house, shipped_config

# What the shipped model still hears otherwise than the lexicon, mostly by its intent. Whoever mends one takes it out.
NOT_YET = frozenset({
    "damage to an order is about giving it back, not about where it is",
    "asked for at level off, bestsellers are shown; unasked nothing is",
    "grief gets one kind sentence",
    "who is asked for a phone number can say thanks, no, or look for something",
    "the knowledge base, asked in its own words, comes first",
    "twice without an answer, then a human is called",
    "taste is no complaint",
    "forms of address, from quý khách to what the customer says",
    "friends are spoken to without dạ and ạ",
    "a thing that is in no order is not taken for another",
    "a question and its follow-ups, without diacritics",
    "the knowledge base answers in both languages",
    "the sides of a comparison, and which of them is better",
    "asked what happened, who answers by voice is heard by a human",
})  # fmt: skip


@pytest.mark.parametrize("dialogue", dialogues(), ids=lambda dialogue: dialogue.title)
async def test_dialogue(dialogue: Dialogue, tmp_path: Path, house_template: Path) -> None:
    async with open_house(tmp_path, house_template, dialogue.hour) as house:
        await play(house, dialogue)


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("dialogue", dialogues(), ids=lambda dialogue: dialogue.title)
async def test_dialogue_read_by_the_shipped_model(
    dialogue: Dialogue, tmp_path: Path, house_template: Path, request: pytest.FixtureRequest
) -> None:
    if dialogue.title in NOT_YET:
        request.applymarker(pytest.mark.xfail(strict=True, reason="the shipped model hears it otherwise"))
    config = shipped_config()
    config = config.model_copy(update={"nlp": config.nlp.model_copy(update={"reader": "encoder"})})
    async with open_house(tmp_path, house_template, dialogue.hour, config) as house:
        await play(house, dialogue)
