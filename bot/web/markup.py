"""Telegram's HTML as a page may show it: its own tags, nothing else, whatever stands in the text."""

from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

_TAGS = frozenset({"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote"})
_SCHEMES = frozenset({"http", "https", "mailto", "tel", "tg"})


class _Filter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.out.append("<br>")
        elif tag in _TAGS:
            self._enter(tag, f"<{tag}>")
        elif tag == "a":
            link = _safe_link(dict(attrs).get("href") or "")
            self._enter("a", f'<a href="{escape(link)}" rel="noopener noreferrer" target="_blank">' if link else "<a>")
        elif tag in ("tg-spoiler", "span"):
            self._enter(tag, "<span>")

    def _enter(self, tag: str, written: str) -> None:
        self.open.append(tag)
        self.out.append(written)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.open:
            return
        while True:
            last = self.open.pop()
            self.out.append(f"</{'span' if last == 'tg-spoiler' else last}>")
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        self.out.append(escape(data))


def _safe_link(href: str) -> str:
    try:
        scheme = urlsplit(href.strip()).scheme.lower()
    except ValueError:
        return ""
    return href.strip() if scheme in _SCHEMES else ""


def safe_html(text: str) -> str:
    """`text` with Telegram's formatting kept and every other tag dropped; always balanced."""
    parser = _Filter()
    parser.feed(text)
    parser.close()
    for tag in list(parser.open)[::-1]:
        parser.handle_endtag(tag)
    return "".join(parser.out)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []

    def handle_data(self, data: str) -> None:
        self.out.append(data)


def plain_text(text: str) -> str:
    """The words of Telegram's HTML without its tags."""
    parser = _Words()
    parser.feed(text)
    parser.close()
    return "".join(parser.out)
