"""The two lessons of the encoder: Vietnamese aligned with English, then all heads together."""

import copy
import random
from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from rich.progress import track
from tokenizers import Tokenizer
from torch import Tensor, nn

from nlp.heads import SEVERAL
from nlp.training.lessons import Batch, Curriculum, PairBatch, batches, pair_batches
from nlp.training.model import Encoder
from nlp.training.recipe import Recipe


def device() -> torch.device:
    """A GPU when there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half() -> torch.autocast:
    """Matrix products in bfloat16: half the time on the machines that have it, and no worse weights."""
    return torch.autocast(device().type, torch.bfloat16)


_EVERY = 4  # steps: the average of every fourth is as good and costs a quarter


class Average:
    """A moving average of the weights: steadier than the last step's, and free."""

    def __init__(self, encoder: Encoder, keep: float) -> None:
        self.encoder = copy.deepcopy(encoder).eval()
        self._keep = keep
        self.steps = 0

    @torch.no_grad()
    def update(self, encoder: Encoder) -> None:
        """Take one more step into the average; early steps count less and less."""
        self.steps += 1
        if self.steps % _EVERY:
            return
        taken = self.steps // _EVERY
        keep = min(self._keep**_EVERY, (1 + taken) / (10 + taken))
        for mine, now in zip(self.encoder.parameters(), encoder.parameters(), strict=True):
            mine.lerp_(now, 1 - keep)


def loss_of(scores: dict[str, Tensor], batch: Batch, weights: dict[str, float], smoothing: float) -> Tensor:
    """The weighted sum over the heads that the batch knows targets for, each averaged over its rows."""
    total = torch.zeros((), device=batch.ids.device)
    for head, (targets, rows) in batch.targets.items():
        found = scores[head].float()[rows]
        if head in SEVERAL:
            loss = nn.functional.binary_cross_entropy_with_logits(found, targets, reduction="none").sum(1).mean()
        else:
            loss = nn.functional.cross_entropy(found, targets, label_smoothing=smoothing)
        total = total + weights[head] * loss * len(rows) / len(batch.ids)
    return total


def on_device(batch: Batch) -> Batch:
    """The batch where the weights are."""
    where = device()
    targets = {head: (values.to(where), rows.to(where)) for head, (values, rows) in batch.targets.items()}
    return Batch(batch.ids.to(where), batch.mask.to(where), targets)


def optimiser(encoder: Encoder, recipe: Recipe, *, rate: float, embedding_rate: float) -> torch.optim.AdamW:
    """AdamW with a rate of its own for the embeddings and the heads."""
    embeddings = encoder.bert.embeddings.word_embeddings.weight
    heads = list(encoder.heads.parameters())
    own = {id(embeddings), *map(id, heads)}
    body = [weight for weight in encoder.parameters() if id(weight) not in own]
    groups: list[dict[str, Any]] = [
        {"params": body, "lr": rate, "weight_decay": recipe.decay},
        {"params": [embeddings], "lr": embedding_rate, "weight_decay": 0.0},
        {"params": heads, "lr": recipe.head_rate, "weight_decay": recipe.decay},
    ]
    return torch.optim.AdamW(groups, fused=True)


def ramp(recipe: Recipe, steps: int) -> Callable[[int], float]:
    """The rate's course over all steps: up during the warm-up, then down in a line."""
    warm = max(1, int(recipe.warmup * steps))
    return lambda step: min((step + 1) / warm, max(0.02, (steps - step) / max(1, steps - warm)))


def distance(one: Tensor, other: Tensor) -> Tensor:
    """How far texts are from their translations: one less the cosine, and which translation is whose in the batch."""
    one, other = nn.functional.normalize(one.float(), dim=1), nn.functional.normalize(other.float(), dim=1)
    own = torch.arange(len(one), device=one.device)
    return (1 - (one * other).sum(1)).mean() + 0.2 * nn.functional.cross_entropy(one @ other.T / 0.05, own)


_REMIND = 0.3  # of the batches, so that English stays where it was


def align(
    encoder: Encoder, pairs: list[tuple[str, str]], tokenizer: Tokenizer, recipe: Recipe, *, known: int
) -> list[float]:
    """Teach Vietnamese to mean what its translation meant to the base (Reimers & Gurevych 2020); losses per epoch.

    The first `known` pieces are the base's own: their embeddings stay as they are.
    """
    teacher = copy.deepcopy(encoder).eval()
    encoder.train()
    there = torch.arange(encoder.bert.config.vocab_size, device=device()) >= known
    held = encoder.bert.embeddings.word_embeddings.weight.register_hook(  # type: ignore[no-untyped-call]
        lambda slope: slope * there.unsqueeze(1)
    )
    steps = recipe.align_epochs * -(-len(pairs) // recipe.align_batch)
    learner = optimiser(encoder, recipe, rate=recipe.align_rate, embedding_rate=recipe.align_embedding_rate)
    pace = torch.optim.lr_scheduler.LambdaLR(learner, ramp(recipe, steps))
    course = []
    for epoch in range(recipe.align_epochs):
        dice = random.Random(recipe.seed + epoch)
        losses = []
        for batch in track(
            pair_batches(pairs, tokenizer, recipe.align_batch, dice), f"Aligning {epoch + 1}/{recipe.align_epochs}"
        ):
            vi, en = on_device(batch.vi), on_device(batch.en)
            with half():
                with torch.no_grad():
                    meant = teacher.embed(en.ids, en.mask)
                loss = distance(encoder.embed(vi.ids, vi.mask), meant)
                if dice.random() < _REMIND:
                    loss = loss + distance(encoder.embed(en.ids, en.mask), meant)
            step(encoder, learner, pace, loss)
            losses.append(float(loss.detach()))
        course.append(sum(losses) / len(losses))
    held.remove()
    return course


def step(encoder: Encoder, learner: torch.optim.Optimizer, pace: Any, loss: Tensor) -> None:
    """One step down the loss."""
    learner.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
    learner.step()
    pace.step()


def pair_loss(encoder: Encoder, pair: PairBatch, weights: dict[str, float]) -> Tensor:
    """Vietnamese hears the emotions that its translation is heard with, and stays close to it."""
    vi, en = on_device(pair.vi), on_device(pair.en)
    with torch.no_grad():
        meant = encoder.embed(en.ids, en.mask)
        heard = {head: torch.sigmoid(encoder.heads[head](meant).float()) for head in ("emotions", "brighter")}
    pooled = encoder.embed(vi.ids, vi.mask)
    loss = 0.5 * distance(pooled, meant)
    for head, target in heard.items():
        found = encoder.heads[head](encoder.dropout(pooled)).float()
        loss = (
            loss
            + weights[head]
            * nn.functional.binary_cross_entropy_with_logits(found, target, reduction="none").sum(1).mean()
        )
    return loss


def keep(state: dict[str, Any], path: Path) -> None:
    """Write a checkpoint whole or not at all: a run broken off while writing must not spoil the next."""
    fresh = path.with_suffix(".part")
    torch.save(state, fresh)
    fresh.replace(path)


class Fitting:
    """The second lesson, epoch by epoch, so that it can be broken off and taken up again."""

    def __init__(self, encoder: Encoder, curriculum: Curriculum, tokenizer: Tokenizer, recipe: Recipe) -> None:
        self.encoder, self._curriculum, self._tokenizer, self._recipe = encoder, curriculum, tokenizer, recipe
        self.average = Average(encoder, recipe.average)
        self.ripe = copy.deepcopy(encoder).eval()
        self._learner = optimiser(encoder, recipe, rate=recipe.rate, embedding_rate=recipe.embedding_rate)
        self._starts = self._first_steps()
        self._pace = torch.optim.lr_scheduler.LambdaLR(self._learner, self._course_of_rates())
        self.done = 0
        self.course: list[float] = []

    def _first_steps(self) -> list[int]:
        """The step with which each epoch begins, and the one after the last."""
        each = len(self._plan(0))
        starts = [epoch * each for epoch in range(self._recipe.epochs + 1)]
        for epoch in range(self._recipe.epochs, self._recipe.all_epochs):
            starts.append(starts[-1] + len(self._plan(epoch)))
        return starts

    def _course_of_rates(self) -> Callable[[int], float]:
        """Up and down over the epochs, and once more from part of the way in each of the last ones."""
        ends = self._starts[self._recipe.epochs :]
        main = ramp(self._recipe, ends[0])
        finish = [ramp(self._recipe, end - start) for start, end in pairwise(ends)]

        def rate(step: int) -> float:
            part = min(bisect_right(ends, step), len(finish))
            return main(step) if part == 0 else self._recipe.finish * finish[part - 1](step - ends[part - 1])

        return rate

    def _weights(self) -> dict[str, float]:
        return self._recipe.weights | (self._recipe.finish_weights if self.done >= self._recipe.epochs else {})

    def _plan(self, epoch: int) -> list[Batch | PairBatch]:
        dice = random.Random(self._recipe.seed + epoch)
        listed: list[Batch | PairBatch] = [
            *batches(self._curriculum.epoch(epoch), self._tokenizer, self._recipe.batch, dice),
            *pair_batches(self._curriculum.pairs, self._tokenizer, self._recipe.batch, dice),
        ]
        dice.shuffle(listed)
        return listed

    def epoch(self) -> float:
        """One epoch; the mean loss."""
        self.encoder.train()
        torch.manual_seed(self._recipe.seed + self.done)
        losses = []
        weights, epochs = self._weights(), self._recipe.all_epochs
        for batch in track(self._plan(self.done), f"Fitting {self.done + 1}/{epochs}"):
            with half():
                if isinstance(batch, PairBatch):
                    loss = pair_loss(self.encoder, batch, weights)
                else:
                    there = on_device(batch)
                    loss = loss_of(self.encoder(there.ids, there.mask), there, weights, self._recipe.smoothing)
            step(self.encoder, self._learner, self._pace, loss)
            self.average.update(self.encoder)
            losses.append(float(loss.detach()))
        self.done += 1
        self._ripen()
        self.course.append(sum(losses) / len(losses))
        return self.course[-1]

    @torch.no_grad()
    def _ripen(self) -> None:
        """What ships is the mean of the averages after the main epochs and each later one (Wortsman et al. 2022)."""
        taken = self.done - self._recipe.epochs + 1
        if taken < 1:
            return
        for mine, now in zip(self.ripe.parameters(), self.average.encoder.parameters(), strict=True):
            mine.lerp_(now, 1 / taken)

    def save(self, path: Path) -> None:
        """Keep everything that the next epoch needs."""
        state = {
            "recipe": self._recipe.as_dict(),
            "encoder": self.encoder.state_dict(),
            "average": self.average.encoder.state_dict(),
            "ripe": self.ripe.state_dict(),
            "learner": self._learner.state_dict(),
            "done": self.done,
            "course": self.course,
        }
        keep(state, path)

    def resume(self, path: Path) -> bool:
        """Take up a checkpoint of the same recipe; False where there is none."""
        if not path.is_file():
            return False
        state = torch.load(path, map_location=device(), weights_only=True)
        if state["recipe"] != self._recipe.as_dict():
            return False
        self.encoder.load_state_dict(state["encoder"])
        self.average.encoder.load_state_dict(state["average"])
        self.ripe.load_state_dict(state["ripe"])
        self._learner.load_state_dict(state["learner"])
        self.done, self.course = state["done"], state["course"]
        # By the epochs done, not by the steps taken: an example more or less moves no rate.
        self.average.steps = self._pace.last_epoch = self._starts[self.done]
        return True
