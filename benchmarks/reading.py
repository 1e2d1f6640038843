"""Area reading: how well the shipped model reads, and what it costs. THAU_DATA names the folder of the public sets."""

import os
from pathlib import Path

from benchmarks import reading_costs
from benchmarks.figures import Figure, Measure, NotMeasured, Values, at_least, at_most
from benchmarks.notes import note
from nlp.corpus import of_split
from nlp.encoder import load_encoder
from nlp.errors import ModelError
from nlp.evaluation import ENCODER, evaluate
from nlp.evaluation.report import Report
from nlp.lexicon import LexiconReader
from nlp.reading import EncoderReader

# By where and what of the evaluation's report.
QUALITY: dict[tuple[str, str], Figure] = {
    ("goemotions", "macro_f1"): at_least("reading.goemotions_macro_f1", 0.52, "macro-F1, 28 labels, int8"),
    ("brighter_en", "macro_f1"): at_least("reading.brighter_en_macro_f1", 0.72, "macro-F1"),
    ("en", "mood_macro_f1"): at_least("reading.mood_en", 0.80, "macro-F1"),
    ("vi", "mood_macro_f1"): at_least("reading.mood_vi", 0.75, "macro-F1"),
    ("vi_no_diacritics", "mood_macro_f1"): at_least("reading.mood_vi_no_diacritics", 0.70, "macro-F1"),
    ("vi_teencode", "mood_macro_f1"): at_least("reading.mood_vi_teencode", 0.68, "macro-F1"),
    ("en", "escalate_recall"): at_least("reading.escalate_en", 0.90, "recall as served"),
    ("vi", "escalate_recall"): at_least("reading.escalate_vi", 0.85, "recall as served"),
    ("vi_no_diacritics", "escalate_recall"): at_least("reading.escalate_vi_no_diacritics", 0.82, "recall as served"),
    ("vi_teencode", "escalate_recall"): at_least("reading.escalate_vi_teencode", 0.80, "recall as served"),
    # The other half of the same aim: what that recall costs people who report a problem calmly.
    **{
        (where, "escalate_false_alarms"): at_most(
            f"reading.escalate_false_alarms_{where}", 0.03, "of calm problem reports"
        )
        for where in ("en", "vi", "vi_no_diacritics", "vi_teencode")
    },
    **{
        ("all", f"{alarm}_recall"): at_least(f"reading.alarms_{alarm}", 0.98, "recall")
        for alarm in ("human_wish", "danger", "fraud")
    },
    ("en", "intent_macro_f1"): at_least("reading.intent_en", 0.85, "macro-F1"),
    ("vi", "intent_macro_f1"): at_least("reading.intent_vi", 0.80, "macro-F1"),
    ("all", "mood_calibration_error"): at_most("reading.mood_calibration_error", 0.05, "expected calibration error"),
}


def measure_quality(full: bool) -> Values:
    """Every figure of the held-back messages, and of the public sets that are there; intervals as remarks."""
    report = _report()
    return {figure.name: _value(report, *place, figure) for place, figure in QUALITY.items()}


def _report() -> Report:
    named = os.environ.get("THAU_DATA")
    try:
        encoder, manifest = load_encoder()
    except ModelError as fault:
        raise NotMeasured(str(fault)) from fault
    reader = EncoderReader(encoder, manifest, LexiconReader())
    data = Path(named) if named else None
    return evaluate(reader, encoder.logits, manifest.thresholds, of_split("test"), data).report


def _value(report: Report, where: str, what: str, figure: Figure) -> float | str:
    found = report.find(ENCODER, where, what)
    if found is None:
        return report.missing.get(where, "the test split has no such messages")
    note(f"{figure.name}: {found.figure} on {found.rows} rows")
    return found.figure.value


MEASURES = (
    Measure(tuple(QUALITY.values()), measure_quality),
    Measure((reading_costs.FILE,), reading_costs.measure_file),
    Measure((reading_costs.MEMORY,), reading_costs.measure_memory),
    Measure((reading_costs.SPEED,), reading_costs.measure_speed),
    Measure((reading_costs.INT8_LOSS,), reading_costs.measure_int8_loss),
)
