"""Sounds and tiny checkpoints for tests: a low tone says "no", a high one "help", silence divides words.

The networks are random; only their last layers are solved, so that they hear exactly these sounds.
"""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
RATE = 16_000
LOW, HIGH = 300, 2500  # Hz
_TOKENS = ("<pad>", "<s>", "</s>", "<unk>", "|", "NO", "HELP")
_SHAPE: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "conv_dim": (24, 24),
    "conv_kernel": (80, 8),
    "conv_stride": (40, 8),
    "num_feat_extract_layers": 2,
    "num_conv_pos_embeddings": 4,
    "num_conv_pos_embedding_groups": 2,
    "classifier_proj_size": 16,
}


def tone(hertz: float, seconds: float = 0.6, rate: int = RATE) -> Sound:
    """A steady tone; 0 Hz is silence."""
    wave: Sound = (0.3 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(np.float32)
    return wave


def low_then_high(rate: int = RATE) -> Sound:
    return np.concatenate([tone(LOW, 0.6, rate), tone(0, 0.4, rate), tone(HIGH, 0.6, rate)])


def packed(sound: Sound, rate: int = RATE, kind: str = "OGG", subtype: str | None = "OPUS") -> bytes:
    """A sound as a file: OGG with Opus, as Telegram's voice messages are, unless another kind is asked for."""
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, sound, rate, format=kind, subtype=subtype)
    return file.getvalue()


def make_recogniser(folder: Path) -> Path:
    """A Wav2Vec2 that hears "NO" in LOW, "HELP" in HIGH and a gap in silence."""
    import torch
    from transformers import Wav2Vec2Config, Wav2Vec2CTCTokenizer, Wav2Vec2FeatureExtractor, Wav2Vec2ForCTC

    torch.manual_seed(0)
    folder.mkdir()
    (folder / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(_TOKENS)}))
    Wav2Vec2CTCTokenizer(str(folder / "vocab.json")).save_pretrained(folder)
    Wav2Vec2FeatureExtractor(sampling_rate=RATE, do_normalize=False).save_pretrained(folder)
    model = Wav2Vec2ForCTC(Wav2Vec2Config(vocab_size=len(_TOKENS), pad_token_id=0, **_SHAPE)).eval()
    wanted = [(LOW, "NO"), (HIGH, "HELP"), (0, "|")]
    with torch.no_grad():
        frames = [model.wav2vec2(torch.from_numpy(tone(hertz))[None]).last_hidden_state[0] for hertz, _ in wanted]
        numbers = [[_TOKENS.index(token)] * len(part) for (_, token), part in zip(wanted, frames, strict=True)]
        _solve(model.lm_head, torch.cat(frames), sum(numbers, []))
    model.save_pretrained(folder)
    return folder


def make_anger_classifier(folder: Path, rate: int = RATE) -> Path:
    """A Wav2Vec2 that calls HIGH `ang` and LOW `neu`; `rate` is the one it wants its sound at."""
    import torch
    from transformers import Wav2Vec2Config, Wav2Vec2FeatureExtractor, Wav2Vec2ForSequenceClassification

    torch.manual_seed(0)
    folder.mkdir()
    Wav2Vec2FeatureExtractor(sampling_rate=rate, do_normalize=False).save_pretrained(folder)
    labels = {"id2label": {0: "neu", 1: "ang"}, "label2id": {"neu": 0, "ang": 1}}
    model = Wav2Vec2ForSequenceClassification(Wav2Vec2Config(num_labels=2, **_SHAPE, **labels)).eval()
    with torch.no_grad():
        sounds = [torch.from_numpy(tone(hertz, 1.0, rate))[None] for hertz in (LOW, HIGH)]
        pooled = [model.projector(model.wav2vec2(sound).last_hidden_state).mean(1) for sound in sounds]
        _solve(model.classifier, torch.cat(pooled), [0, 1])
    model.save_pretrained(folder)
    return folder


def _solve(layer: Any, inputs: Any, labels: list[int]) -> None:
    """Set a last layer by least squares: 10 for the wanted label, 0 for the others."""
    import torch

    wanted = torch.zeros(len(labels), layer.out_features)
    wanted[range(len(labels)), labels] = 10.0
    ones = torch.ones(len(inputs), 1)
    solution = torch.linalg.lstsq(torch.cat([inputs, ones], dim=1), wanted, driver="gelsd").solution
    layer.weight.copy_(solution[:-1].T)
    layer.bias.copy_(solution[-1])
