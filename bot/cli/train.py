"""`thau train`: from the raw data to a checked folder of weights."""

from pathlib import Path

from rich.console import Console

from bot.cli.evaluating import print_report
from bot.errors import SupportError

WORK = Path(".thau/training")


class TrainError(SupportError):
    """Training can not begin: something that it needs is missing. Says what, and where to get it."""


def train_weights(data: Path, out: Path, more: Path | None) -> None:
    """Train, calibrate, export, quantise and measure; a training that was broken off goes on where it stood."""
    from nlp.corpus import CorpusError

    try:
        from nlp.training.measure import measure
        from nlp.training.pictures import PICTURES
        from nlp.training.recipe import Recipe
        from nlp.training.sets import DataError
        from nlp.training.train import train
    except ImportError as missing:
        raise TrainError(f"training needs {missing.name}: pip install 'thau[train]'") from missing
    try:
        evaluation = measure(train(data, out, WORK, Recipe(), more), data, PICTURES)
    except (CorpusError, DataError) as fault:
        raise TrainError(str(fault)) from fault
    print_report(evaluation.report, Console())
