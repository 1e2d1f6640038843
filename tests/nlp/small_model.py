"""A model folder as `thau train` writes it, but tiny: each word of its vocabulary adds its own logits."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from nlp.encoder import CALIBRATED, MANIFEST_FILE, MODEL_FILE, TOKENIZER_FILE
from nlp.heads import ALARMS, BRIGHTER, EMOTIONS, HEADS
from nlp.training.vocabulary import build_tokenizer

Says = Mapping[str, Mapping[str, float]]  # word -> "head.label" -> logit

# Without any word: neutral, other, a language nobody is sure of, and no for every yes-or-no label.
RESTS = {"mood.neutral": 1.0, "intent.other": 1.0, "escalate.escalate": -2.5}
WORDS: Says = {
    "hello": {"mood.neutral": 5.0, "intent.greeting": 8.0, "language.en": 6.0},
    "chào": {"mood.neutral": 5.0, "intent.greeting": 8.0, "language.vi": 6.0},
    "where": {"intent.track_order": 4.0, "mood.neutral": 3.0, "language.en": 6.0},
    "thanks": {"mood.grateful": 7.0, "intent.praise": 7.0, "emotions.gratitude": 9.0, "emotions.joy": 3.0},
    "furious": {"mood.angry": 9.0, "intent.complaint": 6.0, "escalate.escalate": 9.0, "emotions.anger": 9.0},
    "hurry": {"mood.anxious": 3.0, "escalate.escalate": 9.0},
    "lawsuit": {"alarms.legal_threat": 9.0},
    "calmly": {"escalate.escalate": -5.0, "mood.neutral": 5.0},
    "hmm": {"mood.confused": 1.2},
}


def make_model(folder: Path, words: Says = WORDS, *, heads: Mapping[str, tuple[str, ...]] = HEADS) -> Path:
    """Write model, tokenizer and manifest into `folder`, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    places = _places(heads)
    tokenizer = build_tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[shout]", *words, "7", "!", "?"], 16)
    table = np.zeros((tokenizer.get_vocab_size(), len(places)), dtype=np.float32)
    for word, logits in words.items():
        for label, logit in logits.items():
            table[tokenizer.token_to_id(word), places[label]] = logit
    tokenizer.save(str(folder / TOKENIZER_FILE))
    onnx.save(_graph(table, _bias(places), heads), folder / MODEL_FILE)
    write_manifest(folder)
    return folder


def write_manifest(folder: Path, **changes: Any) -> None:
    """Write a manifest that fits the files of `folder`, except for `changes`."""
    manifest = {
        "version": "2026-01-01",
        "labels": {head: list(labels) for head, labels in HEADS.items()},
        "temperature": dict.fromkeys(CALIBRATED, 1.0),
        "thresholds": {
            "emotions": dict.fromkeys(EMOTIONS, 0.5),
            "brighter": dict.fromkeys(BRIGHTER, 0.5),
            "alarms": dict.fromkeys(ALARMS, 0.5),
            "escalate": 0.8,
        },
        "sha256": {name: _sum(folder / name) for name in (MODEL_FILE, TOKENIZER_FILE)},
        "recipe": {},
        "figures": {},
    }
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest | changes), "utf-8")


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _places(heads: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    names = (f"{head}.{label}" for head, labels in heads.items() for label in labels)
    return {name: place for place, name in enumerate(names)}


def _bias(places: Mapping[str, int]) -> np.ndarray[Any, np.dtype[np.float32]]:
    several = ("emotions", "escalate", "alarms", "brighter")
    return np.array([RESTS.get(name, -4.0 * name.startswith(several)) for name in places], dtype=np.float32)


def _graph(table: Any, bias: Any, heads: Mapping[str, tuple[str, ...]]) -> onnx.ModelProto:
    """The sum of the pieces' rows of `table`, plus `bias`, cut into the heads."""
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["each"]),
        helper.make_node("Cast", ["mask"], ["there"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["there", "last"], ["wide"]),
        helper.make_node("Mul", ["each", "wide"], ["counted"]),
        helper.make_node("ReduceSum", ["counted", "middle"], ["sum"], keepdims=0),
        helper.make_node("Add", ["sum", "bias"], ["all"]),
        helper.make_node("Split", ["all", "sizes"], list(heads), axis=1),
    ]
    constants = {
        "table": table,
        "bias": bias,
        "last": np.array([2]),
        "middle": np.array([1]),
        "sizes": np.array([len(labels) for labels in heads.values()]),
    }
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "pieces"]) for name in ("ids", "mask")],
        [
            helper.make_tensor_value_info(head, TensorProto.FLOAT, ["batch", len(labels)])
            for head, labels in heads.items()
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
