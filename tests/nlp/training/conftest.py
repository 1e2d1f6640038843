"""The tiny world of a training: its corpus instead of the project's, and one thread, as small sums are fastest."""

from collections.abc import Iterator

import pytest
import torch

from tests.nlp.training.tiny import PAIRS, corpus


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def tiny_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen messages and a handful of pairs in place of the corpus."""
    for module in ("lessons", "calibrate"):
        monkeypatch.setattr(f"nlp.training.{module}.of_split", corpus)
    monkeypatch.setattr("nlp.training.lessons.other_languages", lambda: ["¿Dónde está mi pedido?"])
    monkeypatch.setattr("nlp.training.train.glossary", lambda: PAIRS[:4])
