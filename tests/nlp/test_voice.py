"""Voice messages: decoding, tiny checkpoints that these tests make, the service around them, anger in the voice."""

import builtins
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from nlp.anger import with_voice
from nlp.errors import ModelError
from nlp.listening import Heard, ListeningService, NotHeard, VoiceSettings, load_listener
from nlp.types import Emotion, Mood, Reading, Unheard
from nlp.voice import LONGEST_TEXT, CheckpointListener, decoded, resampled
from tests.doubles.situations import make_reading
from tests.nlp.sounds import HIGH, LOW, RATE, low_then_high, make_anger_classifier, make_recogniser, packed, tone
from tests.nlp.whisper import HEARD, make_whisper


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_recogniser(tmp_path_factory.mktemp("voice") / "recogniser")


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It wants its sound at another rate than the recogniser."""
    return make_anger_classifier(tmp_path_factory.mktemp("voice") / "classifier", RATE // 2)


@pytest.fixture(scope="module")
def ears(recogniser: Path, classifier: Path) -> CheckpointListener:
    return CheckpointListener(VoiceSettings(model=str(recogniser), anger_model=str(classifier)))


# -- decoding


@pytest.mark.parametrize(("kind", "subtype"), [("OGG", "OPUS"), ("OGG", "VORBIS"), ("WAV", "PCM_16"), ("FLAC", None)])
@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_a_sound_file_becomes_one_channel_at_the_rate_asked_for(kind: str, subtype: str | None, rate: int) -> None:
    both_ears = np.stack([tone(440, 1.0, rate)] * 2, axis=1)
    sound = decoded(packed(both_ears, rate, kind, subtype), 16_000, 120)
    assert sound.shape == (16_000,)
    assert sound.dtype == np.float32
    loudest = np.argmax(np.abs(np.fft.rfft(sound)))
    assert loudest == pytest.approx(440, abs=2)


def test_resampling_keeps_what_fits_and_drops_what_does_not() -> None:
    both = tone(1_000, 1.0, 48_000) + tone(12_000, 1.0, 48_000)
    assert resampled(both, 48_000, 16_000) == pytest.approx(tone(1_000, 1.0, 16_000), abs=1e-3)
    assert resampled(tone(1_000, 1.0, 8_000), 8_000, 16_000) == pytest.approx(tone(1_000, 1.0, 16_000), abs=1e-3)


_TOO_FINE = packed(tone(440, 0.5, 192_000), 192_000, "WAV", "PCM_16")
_SIX_CHANNELS = packed(np.stack([tone(440)] * 6, axis=1), RATE, "WAV", "PCM_16")
_NO_NUMBERS = packed(np.full(RATE, np.nan, dtype=np.float32), RATE, "WAV", "FLOAT")
_CUT_OFF = packed(tone(440))[:200]


@pytest.mark.parametrize(
    ("audio", "why"),
    [
        (b"", Unheard.BROKEN),
        (b"OggS voice", Unheard.BROKEN),
        (_CUT_OFF, Unheard.BROKEN),
        (_TOO_FINE, Unheard.BROKEN),
        (_SIX_CHANNELS, Unheard.BROKEN),
        (packed(tone(440, 5.1)), Unheard.TOO_LONG),
        (packed(tone(0)), Unheard.SILENT),
        (packed(tone(440, 0.05), RATE, "WAV", "PCM_16"), Unheard.SILENT),
        (_NO_NUMBERS, Unheard.SILENT),
    ],
    ids=["nothing", "no sound", "cut off", "claims a rate", "six channels", "too long", "silence", "a click", "NaN"],
)
def test_what_can_not_be_heard_says_why(audio: bytes, why: Unheard) -> None:
    with pytest.raises(NotHeard) as unheard:
        decoded(audio, RATE, 5)
    assert unheard.value.why is why


def test_a_file_that_claims_more_than_it_holds_is_read_as_far_as_it_goes() -> None:
    audio = bytearray(packed(tone(440, 2.0), RATE, "WAV", "PCM_16"))
    audio[40:44] = (2**31 - 1).to_bytes(4, "little")  # the size of the data chunk
    assert len(decoded(bytes(audio), RATE, 5)) == 2 * RATE


# -- checkpoints


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_words_and_anger_of_an_opus_file(ears: CheckpointListener, rate: int) -> None:
    calm = ears.hear(packed(tone(LOW, 1.0, rate), rate))
    assert (calm.text, calm.seconds) == ("no", 1.0)  # in small letters: capitals would be shouting
    assert calm.anger == pytest.approx(0, abs=0.05)
    angry = ears.hear(packed(tone(HIGH, 1.0, rate), rate))
    assert angry.text == "help"
    assert angry.anger == pytest.approx(1, abs=0.05)


def test_a_raised_voice_does_not_drown_in_a_long_message(ears: CheckpointListener) -> None:
    heard = ears.hear(packed(np.concatenate([tone(LOW, 30.0), tone(0, 0.5), tone(HIGH, 5.0)]), RATE, "WAV", "PCM_16"))
    assert heard.text.split()[0] == "no"  # more than half a minute: heard in pieces
    assert heard.text.split()[-1].endswith("help")
    assert heard.seconds == 35.5
    assert heard.anger == pytest.approx(1, abs=0.05)


def test_without_a_classifier_nobody_listens_for_anger(recogniser: Path) -> None:
    ears = CheckpointListener(VoiceSettings(model=str(recogniser)))
    assert ears.hear(packed(low_then_high(), RATE, "WAV", "PCM_16")) == Heard("no help", 1.6, None)


@pytest.mark.slow
def test_a_whisper_hears_more_than_half_a_minute_too(tmp_path: Path) -> None:
    ears = CheckpointListener(VoiceSettings(model=str(make_whisper(tmp_path / "whisper"))))
    short, long = ears.hear(packed(tone(HIGH, 1.0))), ears.hear(packed(tone(LOW, 35.0)))
    assert (short.seconds, long.seconds) == (1.0, 35.0)
    assert set(short.text) == {HEARD}
    assert set(long.text) <= {HEARD, " "}
    assert len(long.text) > len(short.text)


def test_sound_without_words_is_silence(ears: CheckpointListener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ears, "_words", lambda sound: "")
    with pytest.raises(NotHeard, match="silent"):
        ears.hear(packed(tone(LOW)))


def test_a_recogniser_that_stammers_writes_no_books(ears: CheckpointListener, monkeypatch: pytest.MonkeyPatch) -> None:
    speech = _Stammering(ears._speech)
    monkeypatch.setattr(ears, "_speech", speech)
    assert len(ears.hear(packed(tone(LOW))).text) == LONGEST_TEXT


class _Stammering:
    type = "ctc"

    def __init__(self, speech: Any) -> None:
        self.feature_extractor = speech.feature_extractor

    def __call__(self, sound: object, **options: object) -> dict[str, str]:
        return {"text": "NO " * 10_000}


def test_off_is_off() -> None:
    assert load_listener(VoiceSettings()) is None


async def test_the_settings_make_a_service(recogniser: Path) -> None:
    service = load_listener(VoiceSettings(model=str(recogniser), longest_s=3))
    assert service is not None
    assert (await service.hear(packed(tone(HIGH)))).text == "help"
    with pytest.raises(NotHeard, match="too_long"):
        await service.hear(packed(tone(LOW, 3.2)))


def test_anger_needs_somebody_who_listens() -> None:
    with pytest.raises(ValidationError, match="model names none"):
        VoiceSettings(anger_model="somewhere")


@pytest.mark.parametrize("key", ["model", "anger_model"])
def test_a_checkpoint_that_is_not_there_stops_the_start(recogniser: Path, tmp_path: Path, key: str) -> None:
    given = {"model": str(recogniser)} | {key: str(tmp_path / "nowhere")}
    with pytest.raises(ModelError, match=rf"nlp\.voice\.{key}: '.*nowhere' is no checkpoint for"):
        CheckpointListener(VoiceSettings(**given))


def test_a_checkpoint_of_another_kind_stops_the_start(classifier: Path) -> None:
    with pytest.raises(ModelError, match=r"nlp\.voice\.model: .* is no checkpoint for automatic-speech-recognition"):
        CheckpointListener(VoiceSettings(model=str(classifier)))


def test_a_checkpoint_without_a_trained_head_stops_the_start(recogniser: Path) -> None:
    settings = VoiceSettings(model=str(recogniser), anger_model=str(recogniser), anger_label="LABEL_0")
    with pytest.raises(ModelError, match=r"was not trained for audio-classification: it has no (classifier|projector)"):
        CheckpointListener(settings)


def test_a_label_the_classifier_does_not_have_stops_the_start(recogniser: Path, classifier: Path) -> None:
    settings = VoiceSettings(model=str(recogniser), anger_model=str(classifier), anger_label="anger")
    with pytest.raises(ModelError, match=r"nlp\.voice\.anger_label: 'anger' is none of .*'s labels: neu, ang"):
        CheckpointListener(settings)


@pytest.mark.parametrize("missing", ["torch", "transformers", "soundfile"])
def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    really = builtins.__import__

    def without(name: str, globals_: Mapping[str, object] | None = None, *rest: Any) -> Any:
        if name == missing and globals_ is not None and globals_.get("__name__") == "nlp.voice":
            raise ImportError(name=name)
        return really(name, globals_, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ModelError, match=rf"needs {missing}, which is not installed: pip install 'thau\[voice\]'"):
        CheckpointListener(VoiceSettings(model="any"))


# -- the service


class _Slow:
    def __init__(self) -> None:
        self.go = threading.Event()

    def hear(self, audio: bytes) -> Heard:
        self.go.wait(5)
        return Heard(audio.decode(), 1.0)


async def test_who_takes_too_long_is_not_waited_for() -> None:
    slow = _Slow()
    service = ListeningService(slow, timeout_s=0.05)
    started = time.monotonic()
    with pytest.raises(NotHeard, match="timeout"):
        await service.hear(b"first")
    assert time.monotonic() - started < 2
    slow.go.set()
    assert (await service.hear(b"second")).text == "second"


async def test_any_failure_is_a_reason(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def hear(self, audio: bytes) -> Heard:
            raise RuntimeError(audio.decode())

    with pytest.raises(NotHeard, match="failure"):
        await ListeningService(Broken()).hear(b"a secret")
    assert "RuntimeError" in caplog.text
    assert "a secret" not in caplog.text


# -- anger


readings = st.builds(
    lambda mood, own, shares, emotion, escalate, intensity, confidence: make_reading(
        mood,
        mood_scores=_shares(mood, own, shares),
        emotions=(emotion,),
        emotion_scores={one: 0.9 if one is emotion else 0.1 for one in Emotion},
        escalate=mood is Mood.ANGRY or escalate >= 0.5,
        escalate_score=escalate,
        intensity=intensity,
        confidence=confidence,
    ),
    st.sampled_from(list(Mood)),
    st.floats(0.2, 1),
    st.lists(st.floats(0.01, 1), min_size=len(Mood), max_size=len(Mood)),
    st.sampled_from(list(Emotion)),
    *[st.floats(0, 1)] * 3,
)
angers = st.none() | st.floats(0, 1)


def _shares(mood: Mood, own: float, others: list[float]) -> dict[Mood, float]:
    """Mood scores that sum to 1, the mood's own the highest."""
    weights = dict(zip(Mood, others, strict=True)) | {mood: max(others) + own}
    total = sum(weights.values())
    return {one: weight / total for one, weight in weights.items()}


@given(readings, angers)
def test_a_voice_never_makes_a_reading_milder(words: Reading, anger: float | None) -> None:
    heard = with_voice(words, anger)
    tiny = 1e-9
    assert heard.mood_scores[Mood.ANGRY] >= words.mood_scores[Mood.ANGRY] - tiny
    assert heard.emotion_scores[Emotion.ANGER] >= words.emotion_scores[Emotion.ANGER] - tiny
    assert heard.escalate_score >= words.escalate_score - tiny
    assert heard.intensity >= words.intensity
    assert heard.confidence >= words.confidence
    assert heard.escalate >= words.escalate
    assert heard.mood in (words.mood, Mood.ANGRY)
    assert (heard.alarms, heard.intent, heard.language) == (words.alarms, words.intent, words.language)
    assert sum(heard.mood_scores.values()) == pytest.approx(1)
    assert all(0 <= score <= 1 for score in (*heard.mood_scores.values(), heard.escalate_score, heard.confidence))
    assert heard.mood_scores[heard.mood] == pytest.approx(max(heard.mood_scores.values()))
    assert heard.escalate or heard.mood is not Mood.ANGRY


@given(readings, st.floats(0, 1), st.floats(0, 1))
def test_the_angrier_the_voice_the_graver_the_reading(words: Reading, one: float, other: float) -> None:
    milder, graver = (with_voice(words, anger) for anger in sorted((one, other)))
    assert graver.mood_scores[Mood.ANGRY] >= milder.mood_scores[Mood.ANGRY] - 1e-9
    assert graver.escalate_score >= milder.escalate_score - 1e-9
    assert graver.escalate >= milder.escalate


@pytest.mark.parametrize("anger", [None, 0.0, 0.3, 0.5])
def test_a_voice_that_is_not_angry_changes_nothing(anger: float | None) -> None:
    words = make_reading(Mood.FRUSTRATED)
    assert with_voice(words, anger) == words


def test_calm_words_in_a_furious_voice_need_a_human() -> None:
    words = make_reading(Mood.NEUTRAL, unsure=False)
    heard = with_voice(words, 0.98)
    assert (heard.mood, heard.escalate, heard.emotions) == (Mood.ANGRY, True, (Emotion.ANGER,))
    assert heard.escalate_score > 0.7
    assert with_voice(words, 0.7).mood is Mood.NEUTRAL  # a hint alone does not turn what was said
