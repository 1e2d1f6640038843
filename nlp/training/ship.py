"""From trained weights to the shipped folder: ONNX, int8, checksums."""

import hashlib
import json
import logging
import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import Tensor, nn

from nlp.encoder import MANIFEST_FILE, MODEL_FILE, TOKENIZER_FILE, Manifest
from nlp.heads import HEADS
from nlp.training.model import Encoder


class _Outputs(nn.Module):
    """The heads' logits as a tuple, as ONNX wants them."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.encoder(ids, mask).values())


def export(encoder: Encoder, path: Path) -> None:
    """Write the encoder as ONNX in fp32, any number of texts and pieces."""
    encoder = encoder.cpu().float().eval()
    encoder.bert.set_attn_implementation("eager")  # SDPA's masking does not trace
    ids = torch.randint(5, 100, (2, 12))
    mask = torch.ones_like(ids)
    free = {0: "batch", 1: "pieces"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter is deprecated; the new one's file does not quantise
        torch.onnx.export(
            _Outputs(encoder),
            (ids, mask),
            str(path),
            input_names=["ids", "mask"],
            output_names=list(HEADS),
            dynamic_axes={"ids": free, "mask": free, **{name: {0: "batch"} for name in HEADS}},
            opset_version=17,
            dynamo=False,
        )


def quantise(fp32: Path, int8: Path) -> None:
    """Weights as int8, one scale a channel, activations scaled as they come (ONNX Runtime, dynamic)."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it advises a pre-processing that changes nothing here
    try:
        quantize_dynamic(fp32, int8, weight_type=QuantType.QInt8, per_channel=True)
    finally:
        root.setLevel(level)
    onnx.checker.check_model(str(int8))


def write(encoder: Encoder, tokenizer: Tokenizer, folder: Path, fp32: Path) -> dict[str, str]:
    """Write model and tokenizer into `folder`; their checksums."""
    folder.mkdir(parents=True, exist_ok=True)
    export(encoder, fp32)
    quantise(fp32, folder / MODEL_FILE)
    tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (MODEL_FILE, TOKENIZER_FILE)}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest as people read it."""
    text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / MANIFEST_FILE).write_text(text + "\n", "utf-8")
