"""What was spoken gets its words before the turn, or the reason why it has none; the message goes on either way."""

import asyncio

from bot.domain.incoming import Attachment, AttachmentKind, Incoming
from bot.intake.hearing import Fetch, Hearing
from bot.intake.settings import IntakeSettings
from bot.intake.turns import Turns
from nlp.listening import Heard, ListeningService, NotHeard
from nlp.types import Unheard
from storage.database import Database
from tests.doubles.clock import FakeClock
from tests.intake.conftest import quick, said
from tests.intake.test_turns import FakeAgent, Room

VOICE = Attachment(AttachmentKind.VOICE, "f1", seconds=4)
PHOTO = Attachment(AttachmentKind.PHOTO, "p1")


class Parrot:
    """Hears the bytes as words; louder ones as anger."""

    def hear(self, audio: bytes) -> Heard:
        if audio == b"noise":
            raise NotHeard(Unheard.SILENT)
        return Heard(audio.decode(), 1.0, 0.9 if audio.isupper() else None)


class Files:
    """What a channel hands out, by remote id."""

    def __init__(self, **content: bytes | Unheard) -> None:
        self.content = content
        self.fetched: list[str] = []

    async def __call__(self, attachment: Attachment) -> bytes:
        self.fetched.append(attachment.remote_id)
        found = self.content[attachment.remote_id]
        if isinstance(found, Unheard):
            raise NotHeard(found)
        return found


def ears(files: Fetch, counted: list[str] | None = None, service: bool = True) -> Hearing:
    listening = ListeningService(Parrot(), longest_s=60) if service else None
    return Hearing(listening, {"telegram": files}, (counted if counted is not None else []).append)


def spoken(*attachments: Attachment, text: str = "", channel: str = "telegram") -> Incoming:
    return said(text, attachments=attachments, channel=channel)


async def test_spoken_words_become_the_text_and_stay_known_as_spoken() -> None:
    counted: list[str] = []
    heard = await ears(Files(f1="đơn đâu rồi".encode()), counted)(spoken(VOICE))
    assert heard.text == "đơn đâu rồi"
    assert heard.attachments[0].transcript == "đơn đâu rồi"
    assert (heard.attachments[0].anger, heard.attachments[0].unheard) == (None, None)
    assert counted == ["heard"]


async def test_they_stand_behind_what_was_written_each_on_its_line() -> None:
    song = Attachment(AttachmentKind.AUDIO, "f2")
    heard = await ears(Files(f1=b"where is it", f2=b"ANSWER ME"))(spoken(VOICE, PHOTO, song, text="hello"))
    assert heard.text == "hello\nwhere is it\nANSWER ME"
    assert heard.attachments[1] == PHOTO
    assert heard.attachments[2].anger == 0.9


async def test_what_was_not_heard_says_why_and_what_was_written_stays() -> None:
    counted: list[str] = []
    files = Files(f1=b"noise", f2=Unheard.UNREACHABLE)
    heard = await ears(files, counted)(spoken(VOICE, Attachment(AttachmentKind.VOICE, "f2"), text="alo"))
    assert heard.text == "alo"
    assert [one.unheard for one in heard.attachments] == [Unheard.SILENT, Unheard.UNREACHABLE]
    assert counted == ["silent", "unreachable"]


async def test_a_long_message_is_not_even_fetched() -> None:
    files = Files(f1=b"a speech")
    heard = await ears(files)(spoken(Attachment(AttachmentKind.VOICE, "f1", seconds=61)))
    assert (heard.attachments[0].unheard, files.fetched) == (Unheard.TOO_LONG, [])


async def test_nothing_is_touched_where_nobody_listens() -> None:
    files, counted = Files(f1=b"words"), list[str]()
    off, on = ears(files, counted, service=False), ears(files, counted)
    assert await off(spoken(VOICE)) == spoken(VOICE)
    assert await on(spoken(VOICE, channel="web")) == spoken(VOICE, channel="web")  # the simulator's stand-in
    assert await on(spoken(PHOTO, text="xem này")) == spoken(PHOTO, text="xem này")
    assert await on(spoken(text="chào")) == spoken(text="chào")
    video = Attachment(AttachmentKind.VIDEO_NOTE, "f1")
    assert await on(spoken(video)) == spoken(video)
    assert (files.fetched, counted) == ([], [])


def _listening(room: Room, database: Database, clock: FakeClock, files: Fetch) -> FakeAgent:
    room.turns = Turns(room.agent, database, quick(turns_at_once=1), clock, room.counted.append, listen=ears(files))
    return room.agent


async def test_a_turn_is_heard_once_however_often_it_is_tried(database: Database, clock: FakeClock) -> None:
    room, files = Room(database, clock, quick()), Files(f1=b"where is it")
    agent = _listening(room, database, clock, files)
    agent.troubles = [RuntimeError(), RuntimeError()]
    await room.hear(spoken(VOICE))
    await clock.play(room.quiet)
    assert (agent.texts, files.fetched) == (["where is it"], ["f1"])


async def test_who_writes_does_not_wait_for_who_speaks(database: Database, clock: FakeClock) -> None:
    done = asyncio.Event()

    async def slowly(attachment: Attachment) -> bytes:
        await done.wait()
        return b"at last"

    room = Room(database, clock, quick())
    agent = _listening(room, database, clock, slowly)
    await room.hear(spoken(VOICE), said("xin chào", chat="2"))
    await clock.play(lambda: bool(agent.turns))
    assert agent.texts == ["xin chào"]
    done.set()
    await clock.play(room.quiet)
    assert agent.texts == ["xin chào", "at last"]


async def test_lines_of_a_burst_know_their_spoken_words(database: Database, clock: FakeClock) -> None:
    room, files = Room(database, clock, quick()), Files(f1=b"where is it")
    room.turns = Turns(room.agent, database, IntakeSettings(), clock, room.counted.append, listen=ears(files))
    await room.hear(said("alo shop", messages=("1",)), said("", attachments=(VOICE,), messages=("2",)))
    await clock.play(room.quiet)
    [(turn, _)] = room.agent.turns
    assert (turn.text, turn.lines) == ("alo shop\nwhere is it", ("alo shop", "where is it"))
