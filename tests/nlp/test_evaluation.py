"""The figures of a reader whose every mistake is known."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlp.corpus import Example
from nlp.encoder import Thresholds
from nlp.evaluation import ENCODER, LEXICON, VADER, Evaluation, evaluate, messages
from nlp.evaluation.public import SETS, grouped, judged
from nlp.heads import ALARMS, BRIGHTER, EMOTIONS
from nlp.lexicon import LexiconReader
from nlp.training.sets import Lesson, goemotions
from nlp.types import Alarm, Emotion, Intent, Language, Mood, Reading

THRESHOLDS = Thresholds(
    emotions=dict.fromkeys(EMOTIONS, 0.5),
    brighter=dict.fromkeys(BRIGHTER, 0.5),
    alarms=dict.fromkeys(ALARMS, 0.5),
    escalate=0.5,
)


def example(text: str, mood: Mood, *alarms: Alarm, language: Language = Language.EN, **more: object) -> Example:
    values: dict[str, object] = {"intent": Intent.DELIVERY_PROBLEM, "register": "plain"} | more
    return Example(
        id=text,
        scenario="s",
        split="test",
        language=language,
        text=text,
        english="",
        mood=mood,
        alarms=frozenset(alarms),
        emotions=frozenset({Emotion.NEUTRAL}),
        **values,  # type: ignore[arg-type]
    )


CALM, LOUD, ASKING = "the box is dented", "the box is dented you thieves", "get me a person"
VIETNAMESE = "hộp bị móp"
EXAMPLES = [
    example(CALM, Mood.NEUTRAL),
    example(LOUD, Mood.ANGRY),
    example(ASKING, Mood.NEUTRAL, Alarm.HUMAN_WISH, intent=Intent.HUMAN_AGENT),
    example(VIETNAMESE, Mood.NEUTRAL, language=Language.VI, register="teencode"),
]


class Scripted:
    """Hears each text as it is told to; what it is not told about is a calm delivery problem in English."""

    def __init__(self, **heard: dict[str, object]) -> None:
        self._heard = heard
        rest = LexiconReader().read("")
        self._rest = replace(
            rest, mood=Mood.NEUTRAL, intent=Intent.DELIVERY_PROBLEM, language=Language.EN, unsure=False
        )

    def read(self, text: str) -> Reading:
        reading = replace(self._rest, **self._heard.get(text, {}))  # type: ignore[arg-type]
        return replace(reading, mood_scores={mood: 0.9 if mood is reading.mood else 0.0125 for mood in Mood})


HEARD: dict[str, dict[str, object]] = {
    LOUD: {"mood": Mood.ANGRY, "escalate": True, "escalate_score": 0.9},
    ASKING: {"alarms": frozenset({Alarm.HUMAN_WISH}), "escalate": True, "intent": Intent.OTHER, "unsure": True},
    "hop bi mop": {
        "mood": Mood.ANGRY,
        "escalate": True,
        "alarms": frozenset({Alarm.FRAUD}),
        "language": Language.OTHER,
    },
}


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate(Scripted(**HEARD), lambda text: {}, THRESHOLDS, EXAMPLES, None)


@pytest.mark.parametrize(
    ("where", "what", "value", "rows"),
    [
        ("en", "mood_accuracy", 1.0, 3),
        ("en", "intent_accuracy", 2 / 3, 3),
        ("en", "escalate_recall", 1.0, 2),
        ("en", "escalate_false_alarms", 0.0, 1),
        ("en", "human_wish_recall", 1.0, 1),
        ("en", "human_wish_false", 0.0, 2),
        ("en", "unsure", 1 / 3, 3),
        ("en", "mood_accuracy_sure", 1.0, 2),
        ("en", "mood_accuracy_unsure", 1.0, 1),
        ("en", "mood_calibration_error", 0.1, 3),
        ("en", "calm_called_negative", 0.0, 1),
        ("en", "polarity_macro_f1", 1.0, 3),
        ("en", "angry_auc", 1.0, 3),
        ("vi", "mood_accuracy", 1.0, 1),
        ("vi", "language_accuracy", 0.0, 1),
        ("vi_no_diacritics", "mood_accuracy", 0.0, 1),
        ("vi_no_diacritics", "mood_macro_f1", 0.0, 1),
        ("vi_no_diacritics", "escalate_false_alarms", 1.0, 1),
        ("vi_no_diacritics", "fraud_false", 1.0, 1),
        ("vi_no_diacritics", "calm_called_negative", 1.0, 1),
        ("all", "mood_accuracy", 1.0, 4),
    ],
)
def test_a_figure_says_what_the_reader_heard(
    evaluation: Evaluation, where: str, what: str, value: float, rows: int
) -> None:
    found = evaluation.report.find(ENCODER, where, what)
    assert found is not None
    assert found.figure.value == pytest.approx(value)
    assert found.figure.low - 1e-9 <= found.figure.value <= found.figure.high + 1e-9
    assert found.rows == rows


def test_a_figure_over_no_rows_is_left_out(evaluation: Evaluation) -> None:
    assert evaluation.report.find(ENCODER, "en", "danger_recall") is None
    assert evaluation.report.find(ENCODER, "vi", "escalate_recall") is None
    assert evaluation.report.find(ENCODER, "vi", "angry_auc") is None


def test_the_lexicon_and_vader_stand_beside_on_the_same_rows(evaluation: Evaluation) -> None:
    for who in (LEXICON, VADER):
        found = evaluation.report.find(who, "en", "polarity_macro_f1")
        assert found is not None
        assert found.rows == 3
    assert evaluation.report.find(VADER, "en", "mood_macro_f1") is None


def test_without_data_it_says_what_is_missing_and_where_to_get_it(evaluation: Evaluation) -> None:
    assert evaluation.report.missing.keys() == SETS.keys()
    assert all("https://" in why for why in evaluation.report.missing.values())
    assert not evaluation.public


def test_the_report_is_json(evaluation: Evaluation) -> None:
    written = json.loads(json.dumps(evaluation.report.as_dict()))
    assert written[ENCODER]["en"]["intent_accuracy"]["value"] == 0.6667
    assert written[ENCODER]["en"]["intent_accuracy"]["rows"] == 3
    assert set(written["not_measured"]) == set(SETS)


def test_small_registers_have_no_slice_of_their_own_but_large_ones_have() -> None:
    many = [example(f"row {number}", Mood.HAPPY, register="casual") for number in range(30)]
    parts = messages.slices(messages.every_spelling([*EXAMPLES, *many]))
    assert len(parts["en_casual"]) == 30
    assert "en_plain" not in parts
    assert "vi_teencode" not in parts


def test_recall_at_three_percent_takes_its_threshold_from_the_calm_rows() -> None:
    calm = [example(f"calm {number}", Mood.NEUTRAL) for number in range(40)]
    urgent = [example(f"loud {number}", Mood.ANGRY) for number in range(20)]
    scores = {f"calm {number}": number / 100 for number in range(40)} | {
        f"loud {n}": 0.305 + n / 100 for n in range(20)
    }
    reader = Scripted(**{text: {"escalate_score": score} for text, score in scores.items()})
    rows = messages.every_spelling([*calm, *urgent])
    heard, meant = messages.heard_by(reader, [row.text for row in rows]), messages.meant_by(rows)
    named = {what: (over, figure) for what, over, figure in messages.figures(meant, heard, np.arange(60))}
    over, figure = named["escalate_recall_at_3"]
    # One of 40 may be a false alarm: the threshold lies above 0.38, which loud 0 to 7 do not reach.
    assert figure(over) == 12 / 20
    assert len(over) == 60


# ---- the public sets ----


def write_public(data: Path) -> Path:
    """Two tiny public sets as published."""
    (data / "goemotions").mkdir(parents=True)
    for name, rows in {"train": ["Seen before\t0"], "test": ["seen before\t2", "so kind\t15", "hm\t27"]}.items():
        (data / "goemotions" / f"{name}.tsv").write_text("\n".join(f"{row}\tid" for row in rows) + "\n")
    (data / "goemotions" / "ekman_mapping.json").write_text('{"anger": ["anger", "annoyance"], "joy": ["gratitude"]}')
    (data / "goemotions" / "sentiment_mapping.json").write_text('{"negative": ["anger"], "positive": ["gratitude"]}')
    (data / "brighter_en" / "track_a").mkdir(parents=True)
    header = "id,text,anger,fear,joy,sadness,surprise\n"
    (data / "brighter_en/track_a/train.csv").write_text(f"{header}1,old,1,0,0,0,0\n")
    (data / "brighter_en/track_a/test_gold_from_track_b.csv").write_text(
        f"{header}1,so kind,0,0,1,0,0\n2,hm,1,0,0,0,0\n"
    )
    return data


def score(text: str) -> dict[str, np.ndarray]:
    """Hears annoyance in what was seen before, gratitude and joy in kindness, nothing in the rest."""
    emotions = np.full(len(EMOTIONS), -5.0)
    emotions[EMOTIONS.index(Emotion.ANNOYANCE)] = 5.0 if "seen" in text else -5.0
    emotions[EMOTIONS.index(Emotion.GRATITUDE)] = 5.0 if "kind" in text else -5.0
    return {"emotions": emotions, "brighter": np.array([-5.0, -5.0, 5.0 if "kind" in text else -5.0, -5.0, -5.0])}


def test_public_sets_are_judged_by_the_thresholds_and_in_their_groups(tmp_path: Path) -> None:
    report = evaluate(Scripted(), score, THRESHOLDS, EXAMPLES[:2], write_public(tmp_path)).report
    assert not report.missing
    expected = {
        ("goemotions", "macro_f1"): (1 / 3, 3),  # of anger, gratitude and neutral only gratitude is heard
        ("goemotions", "micro_f1"): (2 * 1 / (3 + 2), 3),
        ("goemotions", "macro_f1_without_repeats"): (1 / 2, 2),
        ("goemotions", "ekman_macro_f1"): (2 / 3, 3),  # annoyance is anger there
        ("goemotions", "sentiment_macro_f1"): (1 / 3, 3),
        ("goemotions", "f1_gratitude"): (1.0, 3),
        ("brighter_en", "macro_f1"): (1 / 2, 2),
    }
    for (where, what), (value, rows) in expected.items():
        found = report.find(ENCODER, where, what)
        assert found is not None
        assert (found.figure.value, found.rows) == (pytest.approx(value), rows), (where, what)


def test_a_missing_mapping_is_named(tmp_path: Path) -> None:
    data = write_public(tmp_path)
    (data / "goemotions" / "ekman_mapping.json").unlink()
    report = evaluate(Scripted(), score, THRESHOLDS, EXAMPLES[:1], data).report
    assert "ekman_mapping.json is missing; get it from https://" in report.missing["goemotions"]
    assert report.find(ENCODER, "brighter_en", "macro_f1")


def test_a_label_counts_from_its_own_threshold_on() -> None:
    shy = THRESHOLDS.model_copy(update={"brighter": dict.fromkeys(BRIGHTER, 0.999)})
    lessons = [Lesson("so kind", {"brighter": (0.0, 0.0, 1.0, 0.0, 0.0)})]
    assert judged(lessons, "brighter", score, THRESHOLDS, set()).found.sum() == 1
    assert judged(lessons, "brighter", score, shy, set()).found.sum() == 0


def test_a_group_holds_where_one_of_its_labels_does() -> None:
    table = np.array([[True, False, False], [False, True, False], [False, False, False]])
    assert grouped(table, ("a", "b", "c"), {"first": ["a", "b"], "last": ["c"]}).tolist() == [
        [True, False],
        [True, False],
        [False, False],
    ]


def test_goemotions_reads_what_the_test_wrote(tmp_path: Path) -> None:
    assert [lesson.text for lesson in goemotions(write_public(tmp_path), "test")] == ["seen before", "so kind", "hm"]
