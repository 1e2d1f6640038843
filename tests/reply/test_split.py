"""Over-long texts are cut at sentence ends, and every piece stands alone."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.reply.split import check_html, split_text, units

_words = st.text(st.sampled_from("ab ă😀.!?…\n "), max_size=60)
_pieces = st.one_of(
    _words,
    _words.map(lambda text: f"<b>{text}x</b>"),
    _words.map(lambda text: f'<a href="https://x.vn/a b">{text}<i>y</i></a>'),
    st.just("&lt;&amp;&#39;"),
)


def _bare(html: str) -> str:
    return re.sub(r"<[^>]*>|\s", "", html)


@given(st.lists(_pieces, max_size=12).map("".join), st.integers(80, 200))
def test_nothing_is_lost_and_every_piece_is_whole(html: str, limit: int) -> None:
    pieces = split_text(html, limit)
    for piece in pieces:
        check_html(piece)
        assert units(piece) <= limit
        assert piece.strip()
    assert _bare("".join(pieces)) == _bare(html)


def test_cuts_at_sentence_ends() -> None:
    assert split_text("Câu một. Câu hai. Câu ba.", 18) == ["Câu một. Câu hai.", "Câu ba."]
    assert split_text("một hai ba bốn năm", 9) == ["một hai", "ba bốn", "năm"]
    assert split_text("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert split_text("  ") == []


def test_entities_and_emoji_stay_whole() -> None:
    assert split_text("aaaaaaaa&amp;b", 10) == ["aaaaaaaa", "&amp;b"]
    assert split_text("😀😀😀", 4) == ["😀😀", "😀"]
    assert units("a😀") == 3


def test_open_tags_are_closed_and_opened_again() -> None:
    assert split_text("<b>aaa bbb ccc ddd</b>", 16) == ["<b>aaa bbb</b>", "<b>ccc ddd</b>"]
