"""The public data sets, as published, turned into lessons; each folder's NOTICE says where it is from."""

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

from nlp.heads import BRIGHTER, EMOTIONS
from nlp.types import Intent, Language


class DataError(Exception):
    """A data set is missing or not as published: says which file was looked for."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One text and what is to be heard in it: head -> the label's place, or a 0/1 for each label."""

    text: str
    targets: dict[str, int | tuple[float, ...]] = field(default_factory=dict)


# Bitext's intents that mean the same as one of ours; the others are left out.
_BITEXT = {
    "cancel_order": Intent.CANCEL_ORDER,
    "change_order": Intent.CHANGE_ORDER,
    "change_shipping_address": Intent.CHANGE_ORDER,
    "complaint": Intent.COMPLAINT,
    "contact_human_agent": Intent.HUMAN_AGENT,
    "check_refund_policy": Intent.RETURN_REFUND,
    "get_refund": Intent.RETURN_REFUND,
    "track_refund": Intent.RETURN_REFUND,
    "track_order": Intent.TRACK_ORDER,
    "payment_issue": Intent.PAYMENT_PROBLEM,
    "recover_password": Intent.ACCOUNT_PROBLEM,
    "registration_problems": Intent.ACCOUNT_PROBLEM,
}
_BITEXT_EACH = 120  # rows of an intent: template text teaches little, and quickly
_OUT_OF_SCOPE = 500


def goemotions(data: Path, split: str) -> list[Lesson]:
    """GoEmotions (Demszky et al. 2020), `split` train, dev or test: 28 labels, any number of them."""
    lessons = []
    for row in _table(data / "goemotions" / f"{split}.tsv", "\t"):
        held = {int(place) for place in row[1].split(",")}
        lessons.append(Lesson(row[0], {"emotions": tuple(float(i in held) for i in range(len(EMOTIONS)))}))
    return lessons


def brighter(data: Path, split: str) -> list[Lesson]:
    """BRIGHTER English, track A (Muhammad et al. 2025): five emotions; the test gold is track B's, above zero."""
    name = "test_gold_from_track_b" if split == "test" else split
    header, *rows = _table(data / "brighter_en" / "track_a" / f"{name}.csv", ",", quoted=True)
    places = [header.index(label) for label in BRIGHTER]
    text = header.index("text")
    return [Lesson(row[text], {"brighter": tuple(float(row[place]) for place in places)}) for row in rows]


def subtitle_pairs(data: Path) -> list[tuple[str, str]]:
    """XED's aligned subtitle lines (Öhman et al. 2020): Vietnamese, English."""
    return [(row[5], row[4]) for row in _table(data / "xed" / "pairs-en-vi.txt", "\t") if len(row) > 5]


def support_intents(data: Path) -> list[Lesson]:
    """A few of Bitext's support questions for each intent we share, and CLINC150's out-of-scope ones as `other`."""
    taken: dict[str, list[str]] = {name: [] for name in _BITEXT}
    _, *rows = _table(data / "bitext" / "bitext_20k_utterances.csv", ",", quoted=True)
    for _, text, _, name in rows:
        if name in taken and text not in taken[name]:
            taken[name].append(text)
    places = {intent: place for place, intent in enumerate(Intent)}
    english = list(Language).index(Language.EN)
    lessons = [
        Lesson(text, {"intent": places[_BITEXT[name]], "language": english})
        for name, texts in taken.items()
        for text in texts[:: max(1, len(texts) // _BITEXT_EACH)][:_BITEXT_EACH]
    ]
    scope = json.loads(_existing(data / "clinc150" / "data_full.json").read_text("utf-8"))
    beyond = [*scope["oos_train"], *scope["oos_test"]][:_OUT_OF_SCOPE]
    return lessons + [Lesson(text, {"intent": places[Intent.OTHER], "language": english}) for text, _ in beyond]


def _table(path: Path, delimiter: str, *, quoted: bool = False) -> list[list[str]]:
    with _existing(path).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE))


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise DataError(f"{path} is missing; the model card says where to get each data set")
    return path
