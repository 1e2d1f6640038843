"""The two lessons on a random encoder of two layers with 32 units."""

import copy
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from nlp.heads import HEADS
from nlp.prepare import prepare
from nlp.training.fit import Average, Fitting, align, distance, loss_of, optimiser, ramp, step
from nlp.training.lessons import Batch, Curriculum, batches
from nlp.training.model import Encoder, from_base
from nlp.training.recipe import Recipe
from nlp.training.vocabulary import build_tokenizer
from tests.nlp.training.tiny import BASE_PIECES, EPOCHS, PAIRS, RECIPE, make_base, make_encoder, pieces_of, write_sets

Pieces = tuple[list[str], int]


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> Pieces:
    return pieces_of(tmp_path_factory.mktemp("base"), [prepare(text) for pair in PAIRS for text in pair])


@pytest.fixture(scope="module")
def tokenizer(pieces: Pieces) -> Tokenizer:
    return build_tokenizer(pieces[0], RECIPE.longest)


@pytest.fixture
def curriculum(tmp_path: Path, tiny_corpus: None) -> Curriculum:
    return Curriculum(write_sets(tmp_path / "data"), RECIPE)


def _embeddings(encoder: Encoder) -> Tensor:
    return encoder.bert.embeddings.word_embeddings.weight.detach().clone()


def _same(one: nn.Module, other: nn.Module) -> bool:
    mine, theirs = one.state_dict(), other.state_dict()
    return mine.keys() == theirs.keys() and all(torch.equal(mine[name], theirs[name]) for name in mine)


# ---- the encoder ----


def test_a_piece_of_the_base_keeps_its_embedding(tmp_path: Path) -> None:
    base = make_base(tmp_path / "base")
    fresh = ["order", "không", "[CLS]", "nhận", "##a"]
    encoder = from_base(base, fresh, seed=1, dropout=0.0)
    old = from_base(base, BASE_PIECES, seed=1, dropout=0.0)
    now, before = _embeddings(encoder), _embeddings(old)
    for place, piece in enumerate(fresh):
        if piece in BASE_PIECES:
            assert torch.equal(now[place], before[BASE_PIECES.index(piece)])
    strange = now[[1, 3]] - before.mean(0)
    assert strange.abs().max() < 0.1  # near the mean, but no two alike
    assert not torch.equal(now[1], now[3])
    assert _same(encoder, from_base(base, fresh, seed=1, dropout=0.0))


def test_padding_changes_nothing() -> None:
    encoder = make_encoder(BASE_PIECES).eval()
    ids = torch.tensor([[3, 20, 21, 4]])
    wide = torch.cat([ids, torch.zeros(1, 5, dtype=torch.long)], 1)
    alone, padded = encoder(ids, torch.ones_like(ids)), encoder(wide, (wide != 0).long())
    assert alone.keys() == HEADS.keys()
    for head, labels in HEADS.items():
        assert alone[head].shape == (1, len(labels))
        assert torch.allclose(alone[head], padded[head], atol=1e-5)


# ---- losses and rates ----


def test_the_loss_counts_known_rows_by_the_weights_of_their_heads() -> None:
    ids = torch.ones(4, 2, dtype=torch.long)
    targets = {
        "mood": (torch.tensor([1]), torch.tensor([2])),
        "escalate": (torch.tensor([[1.0], [0.0]]), torch.tensor([0, 3])),
    }
    scores = {"mood": torch.zeros(4, len(HEADS["mood"])), "escalate": torch.zeros(4, 1)}
    scores["mood"][0] = 99.0  # a row whose mood nobody knows
    weights = {"mood": 3.0, "escalate": 0.5}
    expected = weights["mood"] * torch.log(torch.tensor(float(len(HEADS["mood"])))) * 1 / 4
    expected = expected + weights["escalate"] * torch.log(torch.tensor(2.0)) * 2 / 4
    assert loss_of(scores, Batch(ids, ids, targets), weights, 0.0).item() == pytest.approx(expected.item(), rel=1e-5)


def test_the_distance_is_least_where_each_is_at_its_own_translation() -> None:
    texts = torch.eye(4, 8)
    assert distance(texts, texts) < 1e-3
    assert distance(texts, texts.flip(0)) > 1


def test_the_rate_rises_then_falls_but_never_to_nothing() -> None:
    course = [ramp(Recipe(warmup=0.1), 100)(number) for number in range(100)]
    assert course[:10] == sorted(course[:10])
    assert course[9] == 1.0
    assert course[10:] == sorted(course[10:], reverse=True)
    assert course[-1] == pytest.approx(0.02)


def test_the_rate_rises_once_more_for_the_finish(pieces: Pieces, tokenizer: Tokenizer, curriculum: Curriculum) -> None:
    fitting = _fitting(pieces, tokenizer, curriculum)
    main, each = RECIPE.epochs * len(fitting._plan(0)), len(fitting._plan(RECIPE.epochs))
    rate = fitting._course_of_rates()
    assert rate(main - 1) < 0.2
    assert rate(main) == RECIPE.finish
    finish = [rate(main + number) for number in range(each)]
    assert finish == sorted(finish, reverse=True)
    assert finish[-1] < 0.2 * RECIPE.finish


def test_every_weight_has_one_rate() -> None:
    encoder = make_encoder(BASE_PIECES)
    groups = optimiser(encoder, RECIPE, rate=0.1, embedding_rate=0.2).param_groups
    assert [group["lr"] for group in groups] == [0.1, 0.2, RECIPE.head_rate]
    held = [id(weight) for group in groups for weight in group["params"]]
    assert sorted(held) == sorted(map(id, encoder.parameters()))


# ---- the first lesson ----


def test_aligning_lowers_the_loss_and_leaves_the_bases_embeddings_untouched(
    pieces: Pieces, tokenizer: Tokenizer
) -> None:
    names, known = pieces
    encoder = make_encoder(names, dropout=0.0)
    before = _embeddings(encoder)
    recipe = Recipe(longest=24, align_batch=4, align_epochs=8, align_rate=2e-3, align_embedding_rate=5e-3)
    losses = align(encoder, PAIRS * 2, tokenizer, recipe, known=known)
    after = _embeddings(encoder)
    assert len(losses) == 8
    assert losses[-1] < 0.95 * losses[0]
    assert torch.equal(after[:known], before[:known])
    moved = (after[known:] != before[known:]).any(1)
    assert moved.float().mean() > 0.5
    step(encoder, optimiser(encoder, recipe, rate=0.1, embedding_rate=0.1), _Still(), _embeddings_loss(encoder))
    assert (_embeddings(encoder)[:known] != after[:known]).any()  # the next lesson may move them


class _Still:
    def step(self) -> None:
        """A rate that stays."""


def _embeddings_loss(encoder: Encoder) -> Tensor:
    loss: Tensor = encoder.bert.embeddings.word_embeddings.weight.square().sum()
    return loss


# ---- the average ----


def test_the_average_follows_the_weights_in_steps_of_four() -> None:
    encoder = make_encoder(BASE_PIECES)
    average = Average(encoder, 0.9)
    start = _embeddings(average.encoder)
    with torch.no_grad():
        for weight in encoder.parameters():
            weight.add_(1.0)
    for _ in range(3):
        average.update(encoder)
    assert torch.equal(_embeddings(average.encoder), start)
    gaps = []
    for _ in range(40):
        average.update(encoder)
        gaps.append(float((_embeddings(encoder) - _embeddings(average.encoder)).mean()))
    assert gaps[0] == pytest.approx(1 - 9 / 11, abs=1e-4)  # early, little is kept: (1 + 1) / (10 + 1)
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 0.01
    assert not any(weight.grad_fn for weight in average.encoder.parameters())


# ---- the second lesson ----


def _fitting(pieces: Pieces, tokenizer: Tokenizer, curriculum: Curriculum, recipe: Recipe = RECIPE) -> Fitting:
    return Fitting(make_encoder(pieces[0], dropout=recipe.dropout), curriculum, tokenizer, recipe)


def test_a_run_that_was_broken_off_ends_with_the_very_same_weights(
    pieces: Pieces, tokenizer: Tokenizer, curriculum: Curriculum, tmp_path: Path
) -> None:
    whole = _fitting(pieces, tokenizer, curriculum)
    for _ in range(EPOCHS):
        whole.epoch()
    broken = _fitting(pieces, tokenizer, curriculum)
    broken.epoch()
    broken.save(tmp_path / "fit.pt")
    broken.epoch()  # lost: it is not saved any more
    taken_up = _fitting(pieces, tokenizer, curriculum)
    assert taken_up.resume(tmp_path / "fit.pt")
    assert (taken_up.done, taken_up.course) == (1, whole.course[:1])
    while taken_up.done < EPOCHS:
        taken_up.epoch()
    assert taken_up.course == whole.course
    assert _same(taken_up.encoder, whole.encoder)
    assert _same(taken_up.average.encoder, whole.average.encoder)
    assert not _same(whole.average.encoder, whole.encoder)
    assert [file.name for file in tmp_path.glob("fit*")] == ["fit.pt"]


def test_fitting_lowers_the_loss_of_what_is_taught(
    pieces: Pieces, tokenizer: Tokenizer, curriculum: Curriculum
) -> None:
    fitting = _fitting(pieces, tokenizer, curriculum)
    taught = batches(curriculum.epoch(0), tokenizer, 64)[0]

    def loss() -> float:
        encoder = fitting.encoder.eval()
        with torch.no_grad():
            return float(loss_of(encoder(taught.ids, taught.mask), taught, RECIPE.weights, 0.0))

    before = loss()
    for _ in range(EPOCHS):
        fitting.epoch()
    assert loss() < 0.98 * before


def test_a_checkpoint_of_another_recipe_is_not_taken(
    pieces: Pieces, tokenizer: Tokenizer, curriculum: Curriculum, tmp_path: Path
) -> None:
    _fitting(pieces, tokenizer, curriculum).save(tmp_path / "fit.pt")
    other = _fitting(pieces, tokenizer, curriculum, replace(RECIPE, rate=2e-3))
    before = copy.deepcopy(other.encoder)
    assert not other.resume(tmp_path / "fit.pt")
    assert not other.resume(tmp_path / "nowhere.pt")
    assert (other.done, other.course) == (0, [])
    assert _same(other.encoder, before)
