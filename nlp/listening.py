"""Listening to voice messages: what the settings ask for, what was heard, off the event loop and with a time limit."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nlp.types import Unheard

log = logging.getLogger(__name__)


class VoiceSettings(BaseModel):
    """Section `nlp.voice:` of config.yaml. Times in seconds; a model is a folder or a hub id, empty: off.

    `anger_label` is the label of `anger_model` that means anger.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = ""
    anger_model: str = ""
    anger_label: str = "ang"
    longest_s: float = Field(default=120, gt=0, le=600)
    timeout_s: float = Field(default=20, gt=0, le=120)
    threads: int = Field(default=1, ge=1, le=64)

    @model_validator(mode="after")
    def _anger_in_what_is_heard(self) -> Self:
        if self.anger_model and not self.model:
            raise ValueError("anger_model listens beside a speech recogniser, and model names none")
        return self


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of a voice message and how long it is; `anger` in 0..1, None where nobody listens for it."""

    text: str
    seconds: float
    anger: float | None = None


class NotHeard(Exception):
    """A voice message has no words for us; `why` is for the customer's answer and for the counters."""

    def __init__(self, why: Unheard) -> None:
        super().__init__(why.value)
        self.why = why


class Listener(Protocol):
    """Whoever turns sound into words."""

    def hear(self, audio: bytes) -> Heard:
        """The words in a sound file. Raises NotHeard where there are none to be made out."""
        ...


class ListeningService:
    """Listens to one message at a time in a thread of its own, so that recognition never takes more than its share.

    Waiting for the thread counts toward the timeout. A thread can not be stopped: one that takes too long is waited
    for by the messages after it, whose own time runs.
    """

    def __init__(self, listener: Listener, *, longest_s: float = 120, timeout_s: float = 20) -> None:
        self.longest_s = longest_s
        self._listener, self._timeout_s = listener, timeout_s
        self._thread = ThreadPoolExecutor(1, "listener")

    async def hear(self, audio: bytes) -> Heard:
        """The words in a sound file. Raises NotHeard, whatever goes wrong."""
        hearing = asyncio.get_running_loop().run_in_executor(self._thread, self._listener.hear, audio)
        try:
            return await asyncio.wait_for(hearing, self._timeout_s)
        except NotHeard:
            raise
        except TimeoutError:
            raise NotHeard(Unheard.TIMEOUT) from None
        except Exception as failure:
            # Any model, any fault: the customer still waits for an answer.
            log.warning("a voice message was not heard (%s)", type(failure).__name__)
            raise NotHeard(Unheard.FAILURE) from failure


def load_listener(settings: VoiceSettings) -> ListeningService | None:
    """The service that the settings ask for, ready to listen; None when it is off. Raises ModelError."""
    if not settings.model:
        return None
    from nlp.voice import CheckpointListener

    listener = CheckpointListener(settings)
    return ListeningService(listener, longest_s=settings.longest_s, timeout_s=settings.timeout_s)
