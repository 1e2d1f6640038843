"""Any Hugging Face sequence-classification checkpoint as a reader: the only importer of torch at run time."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from threading import Lock
from typing import Any

from nlp.errors import ModelError
from nlp.text import clean
from nlp.types import Mood, Reader, Reading, Source

LONGEST = 256  # word pieces of a message that are read
BATCH = 32

Scores = dict[Mood, float]


class TransformerReader:
    """The mood from a checkpoint, everything else from `rest`.

    Messages that wait while others are read go together in the next batch: for torch that is half the work.
    """

    def __init__(self, model: str, labels: Mapping[str, Mood], rest: Reader, *, unsure_below: float = 0.5) -> None:
        self._classifier = _Classifier(model, labels)
        self._rest = rest
        self._unsure_below = unsure_below
        self._waiting: list[tuple[str, Future[Scores]]] = []
        self._list, self._turn = Lock(), Lock()

    def read(self, text: str) -> Reading:
        """Read one message, any string."""
        rest = self._rest.read(text)
        moods = self._moods(text)
        mood = max(moods, key=moods.__getitem__)
        confidence = (moods[mood] + rest.intent_scores[rest.intent]) / 2
        return replace(
            rest,
            mood=mood,
            mood_scores=moods,
            escalate=rest.escalate or mood is Mood.ANGRY,
            escalate_score=max(rest.escalate_score, moods[Mood.ANGRY]),
            confidence=confidence,
            unsure=confidence < self._unsure_below,
            source=Source.TRANSFORMER,
        )

    def _moods(self, text: str) -> Scores:
        mine: Future[Scores] = Future()
        with self._list:
            self._waiting.append((text, mine))
        with self._turn:
            while not mine.done():  # else it was part of a batch before
                self._read_waiting()
        return mine.result()

    def _read_waiting(self) -> None:
        with self._list:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
        try:
            for (_, scores), found in zip(batch, self._classifier.moods([text for text, _ in batch]), strict=True):
                scores.set_result(found)
        except Exception as fault:
            for _, scores in batch:
                scores.set_exception(fault)


class _Classifier:
    """A checkpoint with its tokenizer, on a GPU when there is one."""

    def __init__(self, model: str, labels: Mapping[str, Mood]) -> None:
        self._torch, transformers = _libraries()
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(model)
            loaded, info = transformers.AutoModelForSequenceClassification.from_pretrained(
                model, output_loading_info=True
            )
        except Exception as fault:  # from a missing folder to a file that is no checkpoint: each raises its own
            raise ModelError(
                f"nlp.model: {model!r} is no sequence-classification checkpoint, neither in a folder nor on the hub "
                f"({_said(fault)})"
            ) from fault
        if info["missing_keys"]:
            untrained = ", ".join(sorted(info["missing_keys"])[:3])
            raise ModelError(f"nlp.model: {model!r} was not trained to classify: it has no {untrained}")
        self._moods = _moods_of(loaded.config.id2label, labels, model)
        self._several = loaded.config.problem_type == "multi_label_classification"
        places = getattr(loaded.config, "max_position_embeddings", LONGEST)
        self._longest = min(LONGEST, self._tokenizer.model_max_length, places - 2)  # RoBERTa counts from 2
        self._device = "cuda" if self._torch.cuda.is_available() else "cpu"
        self._model = loaded.to(self._device).eval()
        try:
            self.moods(["shop ok", "hello, where is my order?"])
        except Exception as fault:
            raise ModelError(f"nlp.model: {model!r} does not read ({_said(fault)})") from fault

    def moods(self, texts: list[str]) -> list[Scores]:
        """The mood scores of each text: every mood, with a sum of 1."""
        torch = self._torch
        pieces = self._tokenizer(
            [clean(text) for text in texts],
            padding=True,
            truncation=True,
            max_length=self._longest,
            return_tensors="pt",
        ).to(self._device)
        with torch.inference_mode():
            logits = self._model(**pieces).logits.double()
            shares = torch.sigmoid(logits) if self._several else torch.softmax(logits, dim=-1)
        shares = shares / shares.sum(-1, keepdim=True)
        if not torch.isfinite(shares).all():
            raise ValueError("the checkpoint gives figures that are no numbers")
        return [self._named(row) for row in shares.cpu().tolist()]

    def _named(self, shares: Iterable[float]) -> Scores:
        scores = dict.fromkeys(Mood, 0.0)
        for mood, share in zip(self._moods, shares, strict=True):
            scores[mood] += share
        return scores


def _libraries() -> tuple[Any, Any]:
    try:
        import torch
        import transformers
    except ImportError as fault:
        raise ModelError(f"nlp.model needs {fault.name}, which is not installed: pip install 'thau[train]'") from None
    return torch, transformers


def _moods_of(own: Mapping[int, str], labels: Mapping[str, Mood], model: str) -> list[Mood]:
    """The mood of each of the checkpoint's labels, in its order. Raises ModelError naming what does not fit."""
    listed = [own[place] for place in sorted(own)]
    unknown, missing = sorted(labels.keys() - set(listed)), [label for label in listed if label not in labels]
    wrong = [f"does not map {', '.join(missing)}"] if missing else []
    wrong += [f"names {', '.join(unknown)}, which it does not have"] if unknown else []
    if wrong:
        raise ModelError(
            f"nlp.labels {' and '.join(wrong)}: the labels of {model!r} are {', '.join(listed)}; "
            f"each needs one of {', '.join(Mood)}"
        )
    if len(listed) < 2:
        raise ModelError(f"nlp.model: {model!r} has one label; a reader of moods needs at least two")
    return [labels[label] for label in listed]


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {' '.join(str(fault).split())[:200]}"
