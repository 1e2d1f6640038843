"""Pictures of a model: which moods it confuses, how far its confidence can be trusted, and how its training went."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure  # with its own Agg canvas: needs no display and no global state

from nlp.evaluation import Evaluation, Own
from nlp.evaluation.public import Labelled
from nlp.heads import MOODS
from nlp.scoring import Ints, calibration_error, f1_each, macro_f1

PICTURES = Path("docs/model")
_BINS = 10


def draw(evaluation: Evaluation, folder: Path = PICTURES) -> list[Path]:
    """Draw what an evaluation shows as PNG files in `folder`; their paths. Emotions need GoEmotions' test set."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {
        f"mood-confusion-{name}.png": confusion(evaluation.own, name)
        for name in ("en", "vi", "vi_no_diacritics")
        if name in evaluation.own.slices
    }
    pictures["mood-reliability.png"] = reliability(evaluation.own)
    if "goemotions" in evaluation.public:
        pictures["emotions-f1.png"] = emotions(evaluation.public["goemotions"])
    return [_saved(picture, folder / name.replace("_", "-")) for name, picture in pictures.items()]


def draw_losses(align: Sequence[float], fit: Sequence[float], folder: Path = PICTURES) -> Path:
    """Draw the course of a training: the mean loss of each epoch of both lessons."""
    folder.mkdir(parents=True, exist_ok=True)
    picture = Figure(figsize=(9, 3.6), layout="constrained")
    left, right = picture.subplots(1, 2)
    _course(left, align, "Aligning Vietnamese with English", "distance to the translation")
    _course(right, fit, "Learning all heads", "weighted loss over the heads")
    return _saved(picture, folder / "training-losses.png")


def confusion(own: Own, name: str) -> Figure:
    """Meant against heard moods of one slice, shares of each row's messages."""
    rows = own.slices[name]
    table = np.zeros((len(MOODS), len(MOODS)), dtype=np.int64)
    np.add.at(table, (own.meant.mood[rows], own.heard.mood[rows]), 1)
    picture = Figure(figsize=(7.5, 6.6), layout="constrained")
    axes = picture.subplots()
    shares = table / np.maximum(table.sum(1, keepdims=True), 1)
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(table):
        if count:
            shade = "white" if shares[row, column] > 0.55 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=shade, fontsize=9)
    axes.set_xticks(range(len(MOODS)), MOODS, rotation=40, ha="right")
    axes.set_yticks(range(len(MOODS)), [f"{mood} ({total})" for mood, total in zip(MOODS, table.sum(1), strict=True)])
    f1 = macro_f1(own.meant.mood[rows], own.heard.mood[rows], len(MOODS))
    axes.set_title(f"Mood, held-back messages: {name.replace('_', ' ')} (n = {len(rows)}, macro-F1 {f1:.3f})")
    axes.set_xlabel("heard by the model")
    axes.set_ylabel("meant (messages)")
    picture.colorbar(image, ax=axes, label="share of the row", shrink=0.8)
    return picture


def reliability(own: Own) -> Figure:
    """How often the mood is right where the model is so and so sure, per language."""
    picture = Figure(figsize=(9, 4.4), layout="constrained")
    names = [name for name in ("en", "vi") if name in own.slices]
    for axes, name in zip(picture.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        _reliability(axes, own, own.slices[name], name)
    return picture


def _reliability(axes: Axes, own: Own, rows: Ints, name: str) -> None:
    confidence, right = own.heard.confidence[rows], (own.meant.mood == own.heard.mood)[rows]
    places = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    used = np.unique(places)
    middles = np.array([confidence[places == place].mean() for place in used])
    shares = np.array([right[places == place].mean() for place in used])
    axes.bar(
        (used + 0.5) / _BINS,
        shares,
        width=0.9 / _BINS,
        color="#9ecae1",
        edgecolor="#3182bd",
        label="share that is right",
    )
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--", label="perfectly calibrated")
    axes.plot(middles, shares, "o-", color="#08519c", label="the same, at the mean confidence")
    for place in used:
        axes.text((place + 0.5) / _BINS, 0.015, str(int((places == place).sum())), ha="center", fontsize=8)
    axes.set(xlim=(0, 1), ylim=(0, 1.08), xlabel="confidence in the mood", ylabel="share that is right")
    axes.set_title(f"{name}: n = {len(rows)}, calibration error {calibration_error(confidence, right):.3f}")
    axes.legend(loc="upper left", fontsize=8)


def emotions(judgement: Labelled) -> Figure:
    """F1 of each of GoEmotions' labels, with how many test rows carry it."""
    each, support = f1_each(judgement.truth, judgement.found), judgement.truth.sum(0)
    order = np.argsort(support)
    picture = Figure(figsize=(8, 8.5), layout="constrained")
    axes = picture.subplots()
    axes.barh([f"{judgement.labels[place]} ({support[place]})" for place in order], each[order], color="#6baed6")
    mean = float(each.mean())
    axes.axvline(mean, color="#08519c", linestyle="--", zorder=0, label=f"macro-F1 {mean:.3f}")
    for row, value in enumerate(each[order]):
        axes.text(value + 0.008, row, f"{value:.2f}", va="center", fontsize=8)
    axes.set(xlim=(0, 1), xlabel="F1 on GoEmotions' test split", ylabel="emotion (test rows)")
    axes.set_title(f"Emotions, n = {len(judgement.truth)}")
    axes.margins(y=0.01)
    axes.legend(loc="lower right")
    return picture


def _course(axes: Axes, losses: Sequence[float], title: str, unit: str) -> None:
    axes.plot(range(1, len(losses) + 1), losses, "o-", color="#08519c")
    axes.set(title=f"{title} (n = {len(losses)} epochs)", xlabel="epoch", ylabel=unit)
    axes.set_xticks(range(1, len(losses) + 1))
    axes.set_ylim(bottom=0)


def _saved(picture: Figure, path: Path) -> Path:
    picture.savefig(path, dpi=110)
    return path
