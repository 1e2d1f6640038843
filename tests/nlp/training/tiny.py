"""A whole training in miniature, written for these tests: a random base, public sets as published, a corpus."""

import json
from collections.abc import Iterable
from pathlib import Path

import torch
from transformers import BertConfig, BertModel

from nlp.corpus import Example, Split
from nlp.heads import BRIGHTER
from nlp.training.model import Encoder
from nlp.training.recipe import Recipe
from nlp.training.vocabulary import build_vocabulary
from nlp.types import Alarm, Emotion, Intent, Language, Mood

RECIPE = Recipe(
    longest=24,
    batch=8,
    align_batch=4,
    align_epochs=2,
    align_rate=1e-3,
    epochs=2,
    finish_public=(1.0,),
    rare=6,
    rare_repeats=2,
    rate=1e-3,
    embedding_rate=1e-3,
    average=0.9,
    corpus_repeats=1,
    brighter_repeats=2,
)
EPOCHS = RECIPE.all_epochs
PAIRS = [
    ("Shop ơi, đơn của em đâu rồi?", "Hello shop, where is my order?"),
    ("Em muốn gặp nhân viên", "I want a person"),
    ("Cảm ơn shop nhiều", "Thank you so much"),
    ("Hàng bị vỡ, tệ quá", "The goods came broken, so bad"),
    ("Tôi sẽ kiện", "I will sue you"),
    ("Bao giờ giao hàng?", "When will it come?"),
]
WORDS = [
    "hello",
    "shop",
    "where",
    "is",
    "my",
    "order",
    "want",
    "person",
    "thank",
    "so",
    "goods",
    "came",
    "broken",
    "bad",
]
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
BASE_PIECES = [
    *("[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *"!\"'(),-.:;?[]",
    *_LETTERS,
    *WORDS,
    *("##ing", "café", "–", "€", "и", "中", "##ω", "ʰ"),
    *(f"##{letter}" for letter in _LETTERS),
]


def make_base(folder: Path) -> Path:
    """A random BERT of two layers with 32 units, saved as the base's package has it."""
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(BASE_PIECES) + "\n", "utf-8")
    torch.manual_seed(3)
    BertModel(_config(len(BASE_PIECES))).save_pretrained(folder)
    return folder


def make_encoder(pieces: list[str], *, dropout: float = 0.1) -> Encoder:
    """The same without a file, for any pieces."""
    torch.manual_seed(3)
    return Encoder(_config(len(pieces)), dropout)


def pieces_of(folder: Path, texts: Iterable[str] = ()) -> tuple[list[str], int]:
    """The vocabulary that the tiny base and these prepared texts give, and how many pieces are known."""
    (folder / "vocab.txt").write_text("\n".join(BASE_PIECES), "utf-8")
    return build_vocabulary(folder / "vocab.txt", texts)


def _config(pieces: int) -> BertConfig:
    return BertConfig(
        vocab_size=pieces, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=32,
    )  # fmt: skip


def write_sets(data: Path) -> Path:
    """Every public set that a training reads, a few rows each, in its published form."""
    calm, cross = "My favourite food\t27\teebbqej", 'He said "no", ugh\t2,3\ted00q6i'
    _write(data / "goemotions/train.tsv", [calm, cross] * 5 + [calm] * 2)
    _write(data / "goemotions/dev.tsv", ["So kind of you\t0,15\tid1", "I hate it\t2\tid2", "Fine\t27\tid3"])
    header = f"id,text,{','.join(BRIGHTER)}"
    rows = [header, '1,"Sad, so sad\nand ""alone""",0,1,0,1,0', "2,What a day!,0,0,1,0,1"]
    _write(data / "brighter_en/track_a/train.csv", rows)
    _write(data / "brighter_en/track_a/dev.csv", rows)
    _write(
        data / "bitext/bitext_20k_utterances.csv",
        ["\ufeffflags,utterance,category,intent", 'B,"cancel, please",ORDER,cancel_order',
         "B,cancel it now,ORDER,cancel_order", "BQ,cancel it now,ORDER,cancel_order",
         "B,where is my stuff,ORDER,track_order", "B,what is your newsletter,NEWS,newsletter_subscription"],
    )  # fmt: skip
    lines = [f"en/1/2/3.xml.gz\tvi/1/2/4.xml.gz\t{place}\t{place}\t{en}\t{vi}" for place, (vi, en) in enumerate(PAIRS)]
    _write(data / "xed/pairs-en-vi.txt", [*lines, "a line that was cut off"])
    scope = {"oos_train": [["what is the moon made of", "oos"]], "oos_test": [["sing me a song", "oos"]], "train": []}
    _write(data / "clinc150/data_full.json", [json.dumps(scope)])
    return data


def _write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def example(text: str, mood: Mood, *alarms: Alarm, split: Split = "train", english: str = "") -> Example:
    """A message of the corpus; Vietnamese where it has a translation."""
    return Example(
        id=text,
        scenario=text,
        split=split,
        language=Language.VI if english else Language.EN,
        register="plain",
        text=text,
        english=english,
        mood=mood,
        intent=Intent.HUMAN_AGENT if Alarm.HUMAN_WISH in alarms else Intent.TRACK_ORDER,
        alarms=frozenset(alarms),
        emotions=frozenset({Emotion.ANGER if mood is Mood.ANGRY else Emotion.NEUTRAL}),
    )


_TOLD = (
    ("Where is my order?", "", Mood.NEUTRAL, None),
    ("Shop ơi, đơn của em đâu rồi?", "Hello shop, where is my order?", Mood.NEUTRAL, None),
    ("Cảm ơn shop nhiều", "Thank you so much", Mood.GRATEFUL, None),
    ("It is so bad!", "", Mood.ANGRY, None),
    ("I want a person", "", Mood.NEUTRAL, Alarm.HUMAN_WISH),
    ("Tôi sẽ kiện", "I will sue you", Mood.ANGRY, Alarm.LEGAL_THREAT),
    ("The goods came broken, my hand is hurt", "", Mood.ANXIOUS, Alarm.DANGER),
    ("You stole it", "", Mood.ANGRY, Alarm.FRAUD),
)


def corpus(split: Split) -> tuple[Example, ...]:
    """A split of the tiny corpus: every mood that matters, every alarm, both languages."""
    return tuple(
        example(text, mood, *([alarm] if alarm else []), split=split, english=english)
        for text, english, mood, alarm in _TOLD
    )
