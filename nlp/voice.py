"""Sound into words and anger: soundfile decodes, any Hugging Face checkpoint hears; torch is loaded when asked for."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.errors import ModelError
from nlp.listening import Heard, NotHeard, VoiceSettings
from nlp.types import Unheard

Sound = NDArray[np.float32]  # one channel, -1..1

CHUNK_S = 30.0  # of speech that a CTC checkpoint hears at once: its memory grows with the square
ANGER_S = 15.0  # of speech that is judged at once: a raised voice must not drown in a long message
SHORTEST_S = 0.1
TRIAL_RATE = 16_000
LONGEST_TEXT = 4000  # characters; a recogniser that stammers must not write books
_QUIET = 1e-3  # root mean square: some recognisers make words out of silence
_RATES = (8_000, 96_000)
_CHANNELS = 2
_HEADS = ("lm_head.", "classifier.", "projector.")


def decoded(audio: bytes, rate: int, longest_s: float) -> Sound:
    """A sound file (OGG with Opus or Vorbis, WAV, MP3, FLAC) as one channel at `rate`. Raises NotHeard.

    What the file claims about itself is checked first: a small file can unfold into gigabytes.
    """
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(audio)) as file:
            own = int(file.samplerate)
            if file.channels > _CHANNELS or not _RATES[0] <= own <= _RATES[1]:
                raise NotHeard(Unheard.BROKEN)
            if file.frames > longest_s * own:
                raise NotHeard(Unheard.TOO_LONG)
            samples = file.read(int(longest_s * own), dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise NotHeard(Unheard.BROKEN) from error
    sound: Sound = np.clip(samples.mean(axis=1, dtype=np.float32), -1, 1)
    if len(sound) < SHORTEST_S * own or not float(np.sqrt(np.mean(np.square(sound)))) >= _QUIET:
        raise NotHeard(Unheard.SILENT)
    return resampled(sound, own, rate)


def resampled(sound: Sound, own: int, rate: int) -> Sound:
    """The sound at another rate, by way of its spectrum: exact within the band both rates have in common."""
    if own == rate:
        return sound
    length = round(len(sound) * rate / own)
    spectrum = np.fft.rfft(sound)
    wave = np.fft.irfft(spectrum[: length // 2 + 1], length) * (length / len(sound))
    return wave.astype(np.float32)


class CheckpointListener:
    """A speech recogniser and, where one is named, a classifier that hears anger. Both are tried once when made."""

    def __init__(self, settings: VoiceSettings) -> None:
        self._torch, self._transformers = _libraries()
        self._threads, self._longest_s = settings.threads, settings.longest_s
        self._speech = self._recogniser(settings.model)
        self._anger = self._classifier(settings.anger_model, settings.anger_label) if settings.anger_model else None
        self._anger_label = settings.anger_label
        noise = np.random.default_rng(0).normal(0, 0.01, TRIAL_RATE).astype(np.float32)
        _tried("model", settings.model, lambda: self._words(noise))
        _tried("anger_model", settings.anger_model, lambda: self._anger_in(noise, TRIAL_RATE))

    def hear(self, audio: bytes) -> Heard:
        """The words in a sound file, and its anger. Raises NotHeard."""
        # For OpenMP the number belongs to the thread that asks, so it is said in the thread that listens.
        self._torch.set_num_threads(self._threads)
        rate = int(self._speech.feature_extractor.sampling_rate)
        sound = decoded(audio, rate, self._longest_s)
        text = self._words(sound)
        if not text:
            raise NotHeard(Unheard.SILENT)
        return Heard(text, round(len(sound) / rate, 1), self._anger_in(sound, rate))

    def _words(self, sound: Sound) -> str:
        rate = self._speech.feature_extractor.sampling_rate
        text = str(
            self._speech({"raw": sound, "sampling_rate": rate}, **_LONG_SPEECH.get(self._speech.type, {}))["text"]
        )
        # Many recognisers know capitals only; in a message they would be shouting.
        return " ".join((text.lower() if text.isupper() else text).split())[:LONGEST_TEXT]

    def _anger_in(self, sound: Sound, own: int) -> float | None:
        """The score of the angriest part; None where nobody listens for it."""
        if self._anger is None:
            return None
        rate = int(self._anger.feature_extractor.sampling_rate)
        sound = resampled(sound, own, rate)
        size = int(ANGER_S * rate)
        parts = [sound[start : start + size] for start in range(0, len(sound), size)]
        parts = [part for part in parts if len(part) >= rate] or parts[:1]  # less than a second tells nothing
        heard = (self._anger({"raw": part, "sampling_rate": rate}, top_k=None) for part in parts)
        return max(float(one["score"]) for scores in heard for one in scores if one["label"] == self._anger_label)

    def _recogniser(self, model: str) -> Any:
        auto = self._transformers
        return self._pipeline(
            "automatic-speech-recognition", "model", model, (auto.AutoModelForSpeechSeq2Seq, auto.AutoModelForCTC)
        )

    def _classifier(self, model: str, label: str) -> Any:
        made = self._pipeline(
            "audio-classification", "anger_model", model, (self._transformers.AutoModelForAudioClassification,)
        )
        labels = [name for _, name in sorted(made.model.config.id2label.items())]
        if label not in labels or len(labels) < 2:
            raise ModelError(f"nlp.voice.anger_label: {label!r} is none of {model!r}'s labels: {', '.join(labels)}")
        return made

    def _pipeline(self, task: str, key: str, model: str, kinds: tuple[Any, ...]) -> Any:
        auto = self._transformers
        try:
            config = auto.AutoConfig.from_pretrained(model)
            kind = next((one for one in kinds if type(config) in one._model_mapping), kinds[-1])
            loaded, info = kind.from_pretrained(model, output_loading_info=True)
            parts = {"feature_extractor": auto.AutoFeatureExtractor.from_pretrained(model)}
            if key == "model":
                parts["tokenizer"] = auto.AutoTokenizer.from_pretrained(model)
            made = auto.pipeline(task, model=loaded.eval(), device="cpu", **parts)
        except Exception as fault:  # from a missing folder to a file that is no checkpoint: each raises its own
            raise ModelError(
                f"nlp.voice.{key}: {model!r} is no checkpoint for {task}, neither in a folder nor on the hub "
                f"({_said(fault)})"
            ) from fault
        untrained = [name for name in info["missing_keys"] if name.startswith(_HEADS)]
        if untrained:
            raise ModelError(f"nlp.voice.{key}: {model!r} was not trained for {task}: it has no {untrained[0]}")
        return made


# How each kind of recogniser takes more than half a minute of speech.
_LONG_SPEECH: dict[str, dict[str, Any]] = {
    "ctc": {"chunk_length_s": CHUNK_S},
    "ctc_with_lm": {"chunk_length_s": CHUNK_S},
    "seq2seq_whisper": {"return_timestamps": True},
}


def _tried(key: str, model: str, hear: Callable[[], object]) -> None:
    try:
        hear()
    except Exception as fault:
        raise ModelError(f"nlp.voice.{key}: {model!r} does not hear ({_said(fault)})") from fault


def _libraries() -> tuple[Any, Any]:
    try:
        import soundfile  # noqa: F401  (missing, it is found out now)
        import torch
        import transformers
    except (ImportError, OSError) as fault:  # soundfile without its own library is an OSError
        missing = getattr(fault, "name", None) or "soundfile"
        raise ModelError(
            f"nlp.voice.model needs {missing}, which is not installed: pip install 'thau[voice]'"
        ) from None
    return torch, transformers


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {' '.join(str(fault).split())[:200]}"
