"""The shipped model on ONNX Runtime: one small encoder, one message at a time, one thread a call; no torch."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tokenizers import Tokenizer

from nlp.errors import ModelError
from nlp.heads import ALARMS, BRIGHTER, EMOTIONS, HEADS
from nlp.prepare import SHOUT, prepare

WEIGHTS = Path(__file__).parent / "weights"
MODEL_FILE, TOKENIZER_FILE, MANIFEST_FILE = "encoder.onnx", "tokenizer.json", "manifest.json"
CALIBRATED = ("mood", "intent", "language", "escalate", "alarms")  # the heads that have a temperature

Logits = dict[str, NDArray[np.float64]]
Share = Annotated[float, Field(ge=0, le=1)]

_AGAIN = "take the whole folder from the release again, or train anew"


class Thresholds(BaseModel):
    """The probability from which on a label counts, set on the dev split."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    emotions: dict[str, Share]
    brighter: dict[str, Share]
    alarms: dict[str, Share]
    escalate: Share


class Manifest(BaseModel):
    """What lies beside the weights: labels, calibration, checksums, and how they were made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    labels: dict[str, tuple[str, ...]]
    temperature: dict[str, Annotated[float, Field(gt=0)]]
    thresholds: Thresholds
    sha256: dict[str, str]
    recipe: dict[str, object]
    figures: dict[str, object]


class Encoder:
    """Texts in, logits per head out. Many threads may read with the same one."""

    def __init__(self, model: Path, tokenizer: Tokenizer, *, threads: int = 1) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer = tokenizer
        self._outputs = [output.name for output in self._session.get_outputs()]
        self.shapes = {output.name: output.shape[-1] for output in self._session.get_outputs()}
        vocabulary = tokenizer.get_vocab()
        self._words = frozenset(place for piece, place in vocabulary.items() if _is_word(piece))
        self._parts = frozenset(place for piece, place in vocabulary.items() if piece.startswith("##"))

    def pieces(self, text: str) -> list[int]:
        """The word pieces of a message as it was typed."""
        return list(self._tokenizer.encode(prepare(text)).ids)

    def logits(self, text: str) -> Logits:
        """The logits of one message: head -> `[labels]`."""
        return self.logits_of(self.pieces(text))

    def logits_of(self, pieces: list[int]) -> Logits:
        """As `logits`, for pieces cut before."""
        ids = np.array([pieces], dtype=np.int64)
        found = self._session.run(self._outputs, {"ids": ids, "mask": np.ones_like(ids)})
        return {name: np.asarray(row[0], dtype=np.float64) for name, row in zip(self._outputs, found, strict=True)}

    def knows(self, pieces: list[int]) -> bool:
        """Whether the pieces hold any whole word: not only numbers, marks, and what the vocabulary lacks."""
        following = [*pieces[1:], 0]
        return any(
            piece in self._words and after not in self._parts for piece, after in zip(pieces, following, strict=True)
        )


def softmax(logits: NDArray[np.float64], temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities that sum to 1 over the last axis."""
    scaled = logits / temperature
    grown = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = grown / grown.sum(axis=-1, keepdims=True)
    return shares


def sigmoid(logits: NDArray[np.float64], temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities of labels that are judged each on its own."""
    shares: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logits / temperature, -40, 40)))
    return shares


def load_encoder(folder: Path = WEIGHTS, *, threads: int = 1) -> tuple[Encoder, Manifest]:
    """The model of a folder, checked: checksums, labels, shapes, a first reading. Raises ModelError."""
    manifest = _manifest(folder / MANIFEST_FILE)
    _check_manifest(folder / MANIFEST_FILE, manifest)
    for name in (MODEL_FILE, TOKENIZER_FILE):
        _check_sum(folder / name, manifest.sha256.get(name, ""))
    try:
        encoder = Encoder(folder / MODEL_FILE, Tokenizer.from_file(str(folder / TOKENIZER_FILE)), threads=threads)
    except Exception as fault:  # both libraries raise types of their own, and plain Exception
        raise ModelError(f"{folder}: the model does not load ({_said(fault)}); {_AGAIN}") from fault
    _check_heads(folder / MODEL_FILE, encoder)
    return encoder, manifest


def _manifest(path: Path) -> Manifest:
    try:
        return Manifest.model_validate(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing; `thau train` writes it, a whole checkout has it") from None
    except (OSError, ValueError, ValidationError) as fault:
        raise ModelError(f"{path} is no manifest of a model ({_said(fault)}); {_AGAIN}") from fault


def _check_manifest(path: Path, manifest: Manifest) -> None:
    """The labels that this version reads, and a temperature and threshold for each that needs one."""
    for head, labels in HEADS.items():
        _same(f"{path}: the labels of head {head}", manifest.labels.get(head, ()), labels)
    named = {
        "temperatures": (manifest.temperature, CALIBRATED),
        "thresholds of emotions": (manifest.thresholds.emotions, EMOTIONS),
        "thresholds of alarms": (manifest.thresholds.alarms, ALARMS),
        "thresholds of brighter": (manifest.thresholds.brighter, BRIGHTER),
    }
    for what, (found, expected) in named.items():
        _same(f"{path}: the {what}", sorted(found), sorted(expected))


def _same(what: str, found: Iterable[str], expected: Iterable[str]) -> None:
    shown, wanted = (", ".join(map(str, labels)) or "none" for labels in (found, expected))
    if shown != wanted:
        raise ModelError(f"{what} are {shown}, but this version of Thấu reads {wanted}; train anew")


def _check_sum(path: Path, expected: str) -> None:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as fault:
        raise ModelError(f"{path} can not be read ({fault.strerror}); {_AGAIN}") from None
    if found != expected:
        raise ModelError(
            f"{path} is not the file that its manifest names: sha256 {found[:12]}… found, "
            f"{expected[:12] or 'none'}… expected; {_AGAIN}"
        )


def _check_heads(path: Path, encoder: Encoder) -> None:
    for name, labels in HEADS.items():
        if encoder.shapes.get(name) != len(labels):
            found = encoder.shapes.get(name, "no")
            raise ModelError(f"{path}: head {name} gives {found} figures, {len(labels)} are expected; {_AGAIN}")
    try:
        first = encoder.logits("Shop ơi, where is my order?")
    except Exception as fault:  # ONNX Runtime raises types of its own
        raise ModelError(f"{path}: the model does not read ({_said(fault)}); {_AGAIN}") from fault
    if not all(np.isfinite(scores).all() for scores in first.values()):
        raise ModelError(f"{path}: the model gives figures that are no numbers; {_AGAIN}")


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {' '.join(str(fault).split())[:200]}"


def _is_word(piece: str) -> bool:
    return piece != SHOUT and not piece.startswith(("[", "##")) and any(map(str.isalpha, piece))
