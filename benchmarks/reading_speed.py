"""A process that times the shipped model against torch fp32 eager, one thread each, and says the medians as JSON.

The reference is the encoder that is trained, in the same shape with the same vocabulary; its weights are random,
which changes no time.
"""

import json
import sys
from collections.abc import Callable
from statistics import median
from time import thread_time

import torch
from tokenizers import Tokenizer
from transformers import BertConfig

from nlp.corpus import of_split
from nlp.encoder import TOKENIZER_FILE, WEIGHTS, load_encoder
from nlp.training.model import Encoder

_LONGEST = 64  # word pieces
_MESSAGES, _MESSAGES_FULL = 150, 1000
_WARM_UP = 10


def medians(number: int) -> dict[str, float]:
    """Milliseconds a message, from text to logits, both readers in turn on the same messages.

    It is the time of the one thread: on an idle machine the same as the clock's, on a busy one steadier.
    """
    torch.set_num_threads(1)
    served, _ = load_encoder()
    vocabulary = Tokenizer.from_file(str(WEIGHTS / TOKENIZER_FILE)).get_vocab_size()
    config = BertConfig(
        vocab_size=vocabulary, hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536
    )
    config._attn_implementation = "eager"
    reference = Encoder(config).eval()

    def with_torch(text: str) -> None:
        ids = torch.tensor([served.pieces(text)])
        with torch.inference_mode():
            reference(ids, torch.ones_like(ids))

    texts = [example.text for example in of_split("test")]
    texts = [text for text in texts if len(served.pieces(text)) <= _LONGEST]
    texts = texts[:: max(1, len(texts) // number)]  # both languages
    times: dict[str, list[float]] = {"encoder_ms": [], "torch_ms": []}
    readers: dict[str, Callable[[str], object]] = {"encoder_ms": served.logits, "torch_ms": with_torch}
    for text in texts[:_WARM_UP] + texts:
        for name, read in readers.items():
            begin = thread_time()
            read(text)
            times[name].append((thread_time() - begin) * 1000)
    return {name: median(taken[_WARM_UP:]) for name, taken in times.items()}


if __name__ == "__main__":
    json.dump(medians(_MESSAGES_FULL if "full" in sys.argv else _MESSAGES), sys.stdout)
