"""What the shipped model costs: bytes, memory, time against torch, and what int8 loses against fp32."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer

from benchmarks.figures import NotMeasured, Values, at_least, at_most
from benchmarks.notes import note
from benchmarks.place import ROOT
from nlp.encoder import MODEL_FILE, TOKENIZER_FILE, WEIGHTS, Encoder, load_encoder
from nlp.errors import ModelError
from nlp.evaluation.heads import head_f1
from nlp.heads import HEADS
from nlp.training.sets import DataError

FILE = at_most("reading.model_file", 26, "MB")
MEMORY = at_most("reading.peak_rss", 300, "MB")
SPEED = at_least("reading.speed_to_torch_fp32", 4, "of torch fp32 eager's speed, one thread, p50")
INT8_LOSS = at_most("reading.int8_loss", 0.01, "macro-F1 lost against fp32, worst head")

FP32 = ROOT / ".thau" / "training" / "encoder-fp32.onnx"  # `thau train` leaves it there


def measure_file(full: bool) -> Values:
    """The weights as they are shipped."""
    if not (WEIGHTS / MODEL_FILE).is_file():
        raise NotMeasured(f"{WEIGHTS / MODEL_FILE} is missing")
    return {FILE.name: (WEIGHTS / MODEL_FILE).stat().st_size / 1e6}


def measure_memory(full: bool) -> Values:
    """The peak of a fresh process that loads the reader and reads 200 messages."""
    return {MEMORY.name: _child("benchmarks.reading_memory")["peak_mb"]}


def measure_speed(full: bool) -> Values:
    """Medians of whole messages, text to logits, in turn: the shipped model, and one of the same shape in torch."""
    if find_spec("torch") is None:
        raise NotMeasured("torch is not installed here: pip install 'thau[train]'")
    took = _child("benchmarks.reading_speed", "full" if full else "")
    note(f"one message of at most 64 pieces, p50: {took['encoder_ms']:.2f} ms, torch fp32 {took['torch_ms']:.2f} ms")
    return {SPEED.name: took["torch_ms"] / took["encoder_ms"]}


def _child(module: str, *arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotMeasured(
            f"{module} ended ({done.returncode}): {(done.stderr.strip().splitlines() or ['no word'])[-1]}"
        )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure_int8_loss(full: bool) -> Values:
    """Macro-F1 of each head with both files, same calibration, same rows: the worst difference."""
    data = os.environ.get("THAU_DATA")
    if not FP32.is_file():
        raise NotMeasured(f"{FP32.relative_to(ROOT)} is missing; `thau train` leaves it")
    if not data:
        raise NotMeasured("THAU_DATA names no folder of the public test sets")
    try:
        shipped, manifest = load_encoder()
        exact = Encoder(FP32, Tokenizer.from_file(str(WEIGHTS / TOKENIZER_FILE)))
        small, large = (head_f1(encoder, manifest, Path(data)) for encoder in (shipped, exact))
    except (ModelError, DataError) as fault:
        raise NotMeasured(str(fault)) from fault
    lost = {head: large[head] - small[head] for head in HEADS}
    note("int8 against fp32: " + ", ".join(f"{head} {small[head]:.4f} / {large[head]:.4f}" for head in HEADS))
    return {INT8_LOSS.name: max(lost.values())}
