"""The encoder with its heads, in torch: MiniLM's six layers, mean pooling, one linear layer a head."""

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from nlp.heads import HEADS


class Encoder(nn.Module):
    """Word pieces in, logits per head out (`[batch, labels]`, keys as in HEADS)."""

    def __init__(self, config: BertConfig, dropout: float = 0.1) -> None:
        super().__init__()
        self.bert = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({name: nn.Linear(config.hidden_size, len(HEADS[name])) for name in HEADS})

    def embed(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The mean of the last layer over the pieces that are there, `[batch, 384]`."""
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        there = mask.unsqueeze(-1).to(states.dtype)
        pooled: Tensor = (states * there).sum(1) / there.sum(1).clamp(min=1)
        return pooled

    def forward(self, ids: Tensor, mask: Tensor) -> dict[str, Tensor]:
        pooled = self.dropout(self.embed(ids, mask))
        return {name: head(pooled) for name, head in self.heads.items()}


def from_base(base: Path, pieces: list[str], *, seed: int, dropout: float) -> Encoder:
    """An encoder with the base's weights; a piece that the base lacks begins near the mean of all its pieces."""
    torch.manual_seed(seed)
    source = BertModel.from_pretrained(base, add_pooling_layer=False)
    places = {piece: place for place, piece in enumerate((base / "vocab.txt").read_text("utf-8").splitlines())}
    old = source.embeddings.word_embeddings.weight.detach()
    config = BertConfig.from_pretrained(base, vocab_size=len(pieces), attn_implementation="sdpa")
    encoder = Encoder(config, dropout)
    state = source.state_dict()
    state["embeddings.word_embeddings.weight"] = torch.stack([_start(piece, places, old) for piece in pieces])
    encoder.bert.load_state_dict(state)
    return encoder


def _start(piece: str, places: dict[str, int], old: Tensor) -> Tensor:
    if piece in places:
        return old[places[piece]]
    return old.mean(0) + 0.02 * torch.randn(old.shape[1])
