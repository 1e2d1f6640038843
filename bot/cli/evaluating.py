"""`thau evaluate`: how good a model is, in figures with their 95 % intervals, beside the lexicon and VADER."""

import json
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from bot.errors import SupportError
from nlp.corpus import CorpusError, of_split
from nlp.encoder import WEIGHTS, load_encoder
from nlp.errors import ModelError
from nlp.evaluation import ENCODER, LEXICON, VADER, Evaluation, evaluate
from nlp.evaluation.public import SETS
from nlp.evaluation.report import Measured, Report
from nlp.lexicon import LexiconReader
from nlp.reading import EncoderReader

# Of the finer slices (registers) the terminal shows these; --json holds all.
_SHORT = ("mood_macro_f1", "mood_accuracy", "intent_macro_f1", "escalate_recall", "escalate_false_alarms")
_WHOLE = ("all", "en", "vi", "vi_no_diacritics", "vi_teencode")


def evaluate_reading(data: Path | None, model: Path | None, out: Path | None, pictures: Path | None) -> None:
    """Measure the model of a folder (without one: the shipped), print the figures, write JSON and draw as asked."""
    try:
        encoder, manifest = load_encoder(model or WEIGHTS)
        reader = EncoderReader(encoder, manifest, LexiconReader())
        evaluation = evaluate(reader, encoder.logits, manifest.thresholds, of_split("test"), data)
    except (ModelError, CorpusError) as fault:
        raise SupportError(str(fault)) from fault
    console = Console()
    console.print(f"model {manifest.version} in {model or 'nlp/weights'}", highlight=False)
    print_report(evaluation.report, console)
    if out:
        _write(evaluation.report, out)
    if pictures:
        _draw(evaluation, pictures, console)


def print_report(report: Report, console: Console) -> None:
    """Every set and slice as a table of its own; what could not be measured last."""
    for where in dict.fromkeys(one.where for one in report.measured):
        console.print(_table(report, where))
    for name, why in report.missing.items():
        console.print(
            f"{name}: not measured: {why}", style="bold yellow", markup=False, highlight=False, soft_wrap=True
        )


def _table(report: Report, where: str) -> Table:
    found = [one for one in report.measured if one.where == where]
    if where not in _WHOLE and where not in SETS:
        found = [one for one in found if one.what in _SHORT]
    readers = [who for who in (ENCODER, LEXICON, VADER) if any(one.who == who for one in found)]
    table = Table(
        "figure",
        *readers,
        "rows",
        title=where,
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    for what in dict.fromkeys(one.what for one in found):
        row = {one.who: one for one in found if one.what == what}
        table.add_row(what, *(_cell(row.get(who)) for who in readers), str(next(iter(row.values())).rows))
    return table


def _cell(one: Measured | None) -> str:
    """Such as "0.812 .78–.84": narrow, so that three readers fit into 80 columns."""
    if one is None:
        return ""
    low, high = (
        f"{edge:.2f}".removeprefix("0") if edge < 0.995 else "1.0" for edge in (one.figure.low, one.figure.high)
    )
    return f"{one.figure.value:.3f} {low}–{high}"


def _write(report: Report, out: Path) -> None:
    try:
        out.write_text(json.dumps(report.as_dict(), indent=1) + "\n", "utf-8")
    except OSError as fault:
        raise SupportError(f"{out}: {fault.strerror}") from fault


def _draw(evaluation: Evaluation, folder: Path, console: Console) -> None:
    try:
        from nlp.training.pictures import draw
    except ModuleNotFoundError as fault:
        raise SupportError(f"pictures need {fault.name}: pip install 'thau[train]'") from fault
    for path in draw(evaluation, folder):
        console.print(f"drawn: {path}", highlight=False, soft_wrap=True)
