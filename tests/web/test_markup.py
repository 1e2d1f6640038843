"""Telegram's HTML on a page."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.markup import plain_text, safe_html

ALLOWED = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "a", "span", "br"}


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("<b>Đơn</b> của <i>quý khách</i>", "<b>Đơn</b> của <i>quý khách</i>"),
        ("1 &lt; 2 &amp; 3", "1 &lt; 2 &amp; 3"),
        ("a <b>b", "a <b>b</b>"),
        ("a </b> b", "a  b"),
        ("<b><i>x</b></i>", "<b><i>x</i></b>"),
        ("<img src=x onerror=alert(1)>", ""),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<b onclick=alert(1)>x</b>", "<b>x</b>"),
        ("<a href='javascript:alert(1)'>x</a>", "<a>x</a>"),
        ("<a href=' JaVaScript:alert(1)'>x</a>", "<a>x</a>"),
        ("<a href='//evil.example'>x</a>", "<a>x</a>"),
        ("<a href='http://[broken'>x</a>", "<a>x</a>"),
        ("<tg-spoiler>x</tg-spoiler>", "<span>x</span>"),
        ("<!-- x -->y", "y"),
    ],
)
def test_only_telegrams_tags_stay(given_text: str, shown: str) -> None:
    assert safe_html(given_text) == shown


def test_links_open_elsewhere() -> None:
    link = safe_html('<a href="https://example.com/?a=1&b=2">x</a>')
    assert link == '<a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer" target="_blank">x</a>'


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.depth += tag != "br"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


_PIECES = st.sampled_from(
    ["<b>", "</b>", "<i", ">", "<a href='", "javascript:", "'", '"', "<script>", "<svg/onload=", "&lt;"]
)


@given(st.lists(_PIECES | st.text(max_size=8), max_size=12).map("".join))
def test_nothing_gets_through(text: str) -> None:
    seen = _Seen()
    seen.feed(safe_html(text))
    seen.close()
    assert set(seen.tags) <= ALLOWED
    assert seen.depth == 0
    for name, value in seen.attributes:
        assert name in ("href", "rel", "target")
        assert not (value or "").lower().strip().startswith("javascript")


def test_words_without_tags() -> None:
    assert plain_text("<b>Hello</b> &lt;x&gt; <br>there") == "Hello <x> there"
