"""From weights in torch to the files that are served, and back through the door that checks them."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from tokenizers import Tokenizer

from nlp.encoder import MODEL_FILE, TOKENIZER_FILE, load_encoder
from nlp.encoder import Encoder as Served
from nlp.heads import HEADS
from nlp.prepare import prepare
from nlp.training.model import Encoder
from nlp.training.ship import write
from nlp.training.vocabulary import build_tokenizer
from tests.nlp.small_model import write_manifest
from tests.nlp.training.tiny import PAIRS, make_encoder, pieces_of

TEXTS = ["", "hello", "Shop ơi, đơn của em đâu rồi?", "where is my order " * 5]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Encoder, Tokenizer, dict[str, str]]:
    """A folder with both files, what they were made of, and the checksums; the fp32 file lies above it."""
    folder = tmp_path_factory.mktemp("shipped")
    pieces, _ = pieces_of(folder, [prepare(text) for pair in PAIRS for text in pair])
    encoder, tokenizer = make_encoder(pieces), build_tokenizer(pieces, 24)
    with torch.no_grad():
        for weight in encoder.heads.parameters():
            weight.mul_(8)  # figures of the size that trained ones have
    sums = write(encoder, tokenizer, folder / "weights", folder / "fp32.onnx")
    return folder / "weights", encoder, tokenizer, sums


def _meant(encoder: Encoder, ids: list[list[int]]) -> dict[str, np.ndarray]:
    given = torch.tensor(ids)
    with torch.no_grad():
        return {head: scores.numpy() for head, scores in encoder.eval()(given, (given != 0).long()).items()}


def _wide_floats(model: Path) -> list[str]:
    """The matrices of a model that are kept as floats, positions (32 x 32) aside."""
    kept = onnx.load(model).graph.initializer
    return [one.name for one in kept if one.data_type == onnx.TensorProto.FLOAT and np.prod(one.dims) > 32 * 32]


def test_onnx_says_what_torch_says_at_every_length(shipped: tuple[Path, Encoder, Tokenizer, dict[str, str]]) -> None:
    folder, encoder, tokenizer, _ = shipped
    served = Served(folder.parent / "fp32.onnx", tokenizer)
    lengths = set()
    for text in TEXTS:
        pieces = served.pieces(text)
        lengths.add(len(pieces))
        found, meant = served.logits_of(pieces), _meant(encoder, [pieces])
        assert found.keys() == HEADS.keys()
        for head in HEADS:
            assert np.abs(found[head] - meant[head][0]).max() < 1e-4
    assert len(lengths) == len(TEXTS)


def test_onnx_reads_many_texts_at_once_and_masks_their_padding(
    shipped: tuple[Path, Encoder, Tokenizer, dict[str, str]],
) -> None:
    folder, encoder, tokenizer, _ = shipped
    rows = [tokenizer.encode(prepare(text)).ids for text in TEXTS]
    ids = np.array([row + [0] * (24 - len(row)) for row in rows], dtype=np.int64)
    session = ort.InferenceSession(str(folder.parent / "fp32.onnx"), providers=["CPUExecutionProvider"])
    found = session.run(list(HEADS), {"ids": ids, "mask": (ids != 0).astype(np.int64)})
    for row, pieces in enumerate(rows):
        alone = _meant(encoder, [pieces])
        for head, scores in zip(HEADS, found, strict=True):
            assert np.abs(scores[row] - alone[head][0]).max() < 1e-4


def test_int8_loads_through_the_front_door_and_says_nearly_the_same(
    shipped: tuple[Path, Encoder, Tokenizer, dict[str, str]],
) -> None:
    folder, encoder, _, sums = shipped
    write_manifest(folder)
    served, manifest = load_encoder(folder)
    assert manifest.sha256 == sums
    assert sums.keys() == {MODEL_FILE, TOKENIZER_FILE}
    assert _wide_floats(folder.parent / "fp32.onnx")
    assert _wide_floats(folder / MODEL_FILE) == []
    for text in TEXTS:
        found, meant = served.logits(text), _meant(encoder, [served.pieces(text)])
        for head in HEADS:
            assert found[head].shape == meant[head][0].shape
            assert np.abs(found[head] - meant[head][0]).max() < 0.15 * np.abs(meant[head][0]).max() + 0.1
    assert json.loads((folder / TOKENIZER_FILE).read_text("utf-8"))["truncation"]["max_length"] == 24
