"""A tiny Whisper that hears the same letter in everything: it shows that this kind of recogniser runs."""

import json
from pathlib import Path

HEARD = "h"
_LETTERS = ("<|endoftext|>", "Ġ", *"abehlnop")
_MARKS = ("startoftranscript", "en", "vi", "translate", "transcribe", "startoflm", "startofprev", "nospeech")
_STAMPS = 1501  # one every 20 ms of half a minute


def make_whisper(folder: Path) -> Path:
    """Save the checkpoint in a new folder."""
    import torch
    from tokenizers import AddedToken
    from transformers import (
        GenerationConfig,
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
        WhisperTokenizer,
    )

    folder.mkdir()
    vocabulary, merges = folder / "vocab.json", folder / "merges.txt"
    vocabulary.write_text(json.dumps({token: number for number, token in enumerate(_LETTERS)}))
    merges.write_text("#version: 0.2\n")
    end = dict.fromkeys(("unk_token", "bos_token", "eos_token", "pad_token"), _LETTERS[0])
    tokenizer = WhisperTokenizer(vocab=str(vocabulary), merges=str(merges), **end)
    special = [f"<|{name}|>" for name in (*_MARKS, "notimestamps")]
    tokenizer.add_special_tokens({"extra_special_tokens": special})
    tokenizer.add_tokens([AddedToken(f"<|{n * 0.02:.2f}|>", special=False, normalized=False) for n in range(_STAMPS)])
    tokenizer.save_pretrained(folder)
    WhisperFeatureExtractor(feature_size=16).save_pretrained(folder)
    number = {name: tokenizer.convert_tokens_to_ids(f"<|{name}|>") for name in (*_MARKS, "notimestamps")}
    torch.manual_seed(0)
    shape = {f"{part}_{what}": size for part in ("encoder", "decoder")
             for what, size in (("layers", 1), ("attention_heads", 2), ("ffn_dim", 16))}  # fmt: skip
    start = {"pad_token_id": 0, "bos_token_id": 0, "eos_token_id": 0,
             "decoder_start_token_id": number["startoftranscript"]}  # fmt: skip
    config = WhisperConfig(
        vocab_size=len(tokenizer), num_mel_bins=16, d_model=16, max_target_positions=24, suppress_tokens=None,
        begin_suppress_tokens=None, **shape, **start,
    )  # fmt: skip
    model = WhisperForConditionalGeneration(config)
    decoder = model.model.decoder
    with torch.no_grad():  # whatever comes in, the next letter is HEARD
        decoder.layer_norm.weight.zero_()
        decoder.layer_norm.bias.fill_(1)
        decoder.embed_tokens.weight[_LETTERS.index(HEARD)].fill_(1)
    model.generation_config = GenerationConfig(
        max_length=12,
        is_multilingual=True,
        lang_to_id={f"<|{name}|>": number[name] for name in ("en", "vi")},
        task_to_id={name: number[name] for name in ("transcribe", "translate")},
        no_timestamps_token_id=number["notimestamps"],
        prev_sot_token_id=number["startofprev"],
        max_initial_timestamp_index=50,
        **start,
    )
    model.save_pretrained(folder)
    return folder
