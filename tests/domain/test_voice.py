"""Which parts of a message were spoken, which of them have words, and how they are marked."""

from bot.domain.incoming import Attachment, AttachmentKind
from bot.domain.voice import anger_in, marked, transcripts_in, unheard_in
from nlp.types import Unheard
from tests.doubles.situations import make_incoming

SILENT = Attachment(AttachmentKind.VOICE, "f1", unheard=Unheard.SILENT)
HEARD = Attachment(AttachmentKind.VOICE, "f2", transcript="đơn của tôi đâu", anger=0.2)
LOUD = Attachment(AttachmentKind.AUDIO, "f3", transcript="trả lời đi", anger=0.9)
NOTE = Attachment(AttachmentKind.VIDEO_NOTE, "f4")
PHOTO = Attachment(AttachmentKind.PHOTO, "f5")


def test_what_was_spoken_is_told_apart() -> None:
    said = make_incoming("", attachments=(SILENT, HEARD, PHOTO, LOUD, NOTE))
    assert unheard_in(said) == (SILENT, NOTE)
    assert transcripts_in(said) == ("đơn của tôi đâu", "trả lời đi")
    assert anger_in(said) == 0.9
    assert anger_in(make_incoming("", attachments=(SILENT, PHOTO))) is None


def test_spoken_words_are_marked_where_they_stand() -> None:
    text = "alo shop\nđơn của tôi đâu\ntrả lời đi"
    assert marked(text, ("đơn của tôi đâu", "trả lời đi")) == "alo shop\n🎤 đơn của tôi đâu\n🎤 trả lời đi"
    assert marked("trả lời đi\ntrả lời đi", ("trả lời đi",) * 2) == "🎤 trả lời đi\n🎤 trả lời đi"
    assert marked("words that were corrected", ("what was said",)) == "words that were corrected"
    assert marked("alo", ()) == "alo"
