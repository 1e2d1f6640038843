"""Each head by itself, at the manifest's calibration: what two files of the same weights can be compared by."""

from pathlib import Path

import numpy as np

from nlp.corpus import of_split
from nlp.encoder import Encoder, Logits, Manifest, sigmoid
from nlp.evaluation.messages import Meant, every_spelling, meant_by
from nlp.evaluation.public import SETS, judged
from nlp.heads import ALARMS, HEADS
from nlp.scoring import macro_f1, macro_f1_several


def head_f1(encoder: Encoder, manifest: Manifest, data: Path) -> dict[str, float]:
    """Head -> macro-F1 on the held-back messages in every spelling; emotions and brighter on their public tests."""
    messages = every_spelling(of_split("test"))
    logits = [encoder.logits(message.text) for message in messages]
    figures = own_head_f1(logits, meant_by(messages), manifest)
    for source in SETS.values():
        lessons = source.load(data, "test")
        found = judged(lessons, source.head, encoder.logits, manifest.thresholds, set())
        figures[source.head] = macro_f1_several(found.truth, found.found)
    return figures


def own_head_f1(logits: list[Logits], meant: Meant, manifest: Manifest) -> dict[str, float]:
    """As `head_f1`, of the heads that the corpus judges; for escalate the mean F1 of yes and no."""
    scores = {head: np.stack([row[head] for row in logits]) for head in HEADS}
    truth = {"mood": meant.mood, "intent": meant.intent, "language": meant.language}
    figures = {head: macro_f1(truth[head], scores[head].argmax(1), len(HEADS[head])) for head in truth}
    urgent = sigmoid(scores["escalate"], manifest.temperature["escalate"])[:, 0] >= manifest.thresholds.escalate
    figures["escalate"] = macro_f1(meant.escalate.astype(np.int64), urgent.astype(np.int64), 2)
    least = np.array([manifest.thresholds.alarms[alarm] for alarm in ALARMS])
    raised = sigmoid(scores["alarms"], manifest.temperature["alarms"]) >= least
    figures["alarms"] = macro_f1_several(meant.alarms, raised)
    return figures
