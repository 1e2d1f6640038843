from bot.domain.incoming import Action, Attachment, AttachmentKind, Command, Incoming, Press
from bot.intake.burst import Part, add, closes_at, first_turn, join
from bot.intake.settings import BurstSettings
from tests.intake.conftest import said

BURST = BurstSettings(shortest=1, longest=6, in_all=15, messages=4)


def parts(*messages: Incoming, every: float = 1.0) -> tuple[Part, ...]:
    waiting: tuple[Part, ...] = ()
    for number, message in enumerate(messages, 1):
        waiting = add(waiting, Part(message, (number,), number * every))
    return waiting


def photo(file: str, album: str = "", text: str = "") -> Incoming:
    return said(text, attachments=(Attachment(AttachmentKind.PHOTO, file),), messages=(file,), album=album)


def test_messages_become_one() -> None:
    joined = join([said("shop ơi", messages=("1",)), photo("2"), said("áo bị rách", messages=("3",))])
    assert joined.text == "shop ơi\náo bị rách"
    assert [a.remote_id for a in joined.attachments] == ["2"]
    assert joined.messages == ("1", "2", "3")


def test_one_message_stays_itself() -> None:
    message = said("hi", album="a", menu_language="vi")
    assert join([message]) is message


def test_only_a_turn_that_is_all_one_album_is_an_album() -> None:
    assert join([photo("1", "a"), photo("2", "a")]).album == "a"
    assert join([said("đây ạ"), photo("2", "a")]).album == ""


def test_a_press_or_command_stands_alone_and_ends_what_waits_before_it() -> None:
    press = said(press=Press(Action.HUMAN))
    start = said("/start", command=Command.START)
    waiting = parts(said("hi"), said("shop"), press, start, said("sau"))
    assert first_turn(waiting, BURST) == 2
    assert closes_at(waiting, BURST) <= 1
    assert first_turn(waiting[2:], BURST) == 1
    assert closes_at(waiting[2:3], BURST) == 3  # the moment it was heard
    assert first_turn(waiting[3:], BURST) == 1


def test_silence_is_counted_from_the_last_message_but_bounded_from_the_first() -> None:
    assert closes_at(parts(said("hi"), said("Đơn DH1 của tôi đâu?")), BURST) == 3
    slow = parts(said("hi"), said("shop"), said("cho"), every=5)
    assert closes_at(slow, BURST) == 5 + 15


def test_a_turn_has_at_most_so_many_messages_but_albums_stay_whole() -> None:
    assert first_turn(parts(*(said(str(n)) for n in range(9))), BURST) == 4
    assert first_turn(parts(said("x"), *(photo(str(n), "a") for n in range(7)), said("y")), BURST) == 8


def test_an_edit_replaces_the_message_that_waits_and_settles_with_it() -> None:
    waiting = parts(said("đon hang", messages=("7",)), said("đâu", messages=("8",)), said("đơn hàng", edits="7"))
    assert [p.incoming.text for p in waiting] == ["đơn hàng", "đâu"]
    assert waiting[0].rows == (1, 3)
    assert waiting[0].incoming.edits == ""
    assert waiting[0].incoming.messages == ("7",)


def test_an_edit_of_an_earlier_turn_is_a_turn_of_its_own() -> None:
    waiting = parts(said("mới", messages=("9",)), said("sửa", edits="2", messages=("2",)), said("nữa"))
    assert len(waiting) == 3
    assert first_turn(waiting, BURST) == 1
    assert first_turn(waiting[1:], BURST) == 1


def test_somebody_in_danger_is_not_kept_waiting_for_their_next_words() -> None:
    calm, danger = said("shop ơi"), said("nhà em đang cháy", messages=("7",))
    waiting = add(parts(calm), Part(danger, (2,), 2.0, pressing=True))
    assert closes_at(waiting, BURST) <= 2.0
    assert first_turn(waiting, BURST) == 2
    corrected = add(waiting, Part(said("nhà em cháy rồi", edits=danger.messages[0]), (3,), 3.0))
    assert closes_at(corrected, BURST) <= 3.0
