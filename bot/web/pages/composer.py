"""The customer's keyboard: text, attachments, menu, phone sharing."""

from collections.abc import Awaitable, Callable
from functools import partial

from nicegui import ui

from bot.domain.incoming import AttachmentKind
from bot.web.pages.examples import STICKERS
from bot.web.pages.look import act, el, icon, icon_button
from bot.web.pages.words import Words

# Enter sends, Shift+Enter breaks the line, and an Enter that ends a Vietnamese composition does neither.
# What is longer than a message is not sent and not cut: the page says by how much.
_FITS = """const over = field.value.length - Number(field.dataset.longest);
  if (over > 0) {
    const sentence = document.documentElement.dataset.tooLong, most = field.dataset.longest;
    const said = sentence.replace('{over}', over).replace('{most}', most);
    field.setCustomValidity(said); field.reportValidity();
    field.addEventListener('input', () => field.setCustomValidity(''), {once: true});
    return;
  }"""
ENTER_SENDS = """(e) => {
  const field = e.target;
  if (e.key === 'Escape') { field.blur(); return; }
  if (e.key !== 'Enter' || e.shiftKey || e.isComposing || e.keyCode === 229) return;
  e.preventDefault();
  FITS
  const words = field.value;
  if (words.trim()) { field.value = ''; emit(words); }
}""".replace("FITS", _FITS)
CLICK_SENDS = """(e) => {
  const field = e.target.closest('form, .composer, .answer').querySelector('textarea');
  field.focus();
  FITS
  const words = field.value;
  if (words.trim()) { field.value = ''; emit(words); }
}""".replace("FITS", _FITS)
LONGEST = "4096"  # a Telegram message


class Composer:
    """The bar under the chat. Calls back with what the customer does."""

    def __init__(
        self,
        words: Words,
        say: Callable[[str], Awaitable[None]],
        attach: Callable[[AttachmentKind, str], Awaitable[None]],
        share_phone: Callable[[], Awaitable[None]],
    ) -> None:
        self._words, self._say, self._attach, self._share_phone = words, say, attach, share_phone
        self._keyboard: object = None
        with el("div", "composer"):
            with el("div", "composer-in"):
                self._attachments()
                field = el("textarea", "", rows="1", data_longest=LONGEST, placeholder=words["write_message"])
                field.props["aria-label"] = words["write_message"]
                field.props["id"] = "write"
                field.on("keydown", lambda event: say(event.args), js_handler=ENTER_SENDS)
                send = el("button", "icon-button primary", type="button", aria_label=words["send"])
                send.on("click", lambda event: say(event.args), js_handler=CLICK_SENDS)
                with send:
                    icon("send")
            self._menu = el("div", "menu-keys")

    def show_keyboard(self, menu: tuple[tuple[str, ...], ...], ask_phone: str) -> None:
        """Show the reply keyboard that the bot asked for."""
        if (menu, ask_phone) == self._keyboard:
            return
        self._keyboard = (menu, ask_phone)
        self._menu.clear()
        with self._menu:
            if ask_phone:
                act("key phone", ask_phone, self._ask_number)
            for label in (label for row in menu for label in row):
                act("key", label, partial(self._say, label))

    def _attachments(self) -> None:
        words = self._words
        with el("div").style("position: relative"):
            self._pop = el("div", "pop")
            self._pop.set_visibility(False)
            icon_button("attach", words["attach"], lambda: self._pop.set_visibility(not self._pop.visible))
        with self._pop:
            for kind in (AttachmentKind.PHOTO, AttachmentKind.VOICE, AttachmentKind.DOCUMENT):
                with act("item", "", partial(self._send, kind)):
                    icon(kind.value)
                    el("span", "", words[kind.value])
            with act("item", "", self._ask_number):
                icon("contact")
                el("span", "", words["share_phone"])
            with el("div", "stickers"):
                for emoji in STICKERS:
                    label = f"{words['sticker']} {emoji}"
                    act("", emoji, partial(self._send, AttachmentKind.STICKER, emoji), aria_label=label)

    async def _send(self, kind: AttachmentKind, emoji: str = "") -> None:
        self._pop.set_visibility(False)
        await self._attach(kind, emoji)

    async def _ask_number(self) -> None:
        self._pop.set_visibility(False)
        await self._share_phone()


_ANSWERS = """(e) => {
  const field = e.target.closest('.sheet').querySelector('textarea');
  if (%s && !field.value.trim()) field.focus(); else emit(field.value);
}"""


async def ask_words(words: Words, title: str, confirm: str, *, needed: bool = False, hint: str = "") -> str | None:
    """Ask for some words in a dialog. None when it was cancelled."""
    # In the page itself: the part with the button may be drawn again while somebody thinks.
    client = ui.context.client
    with client.content, ui.dialog() as dialog, el("div", "sheet"):
        el("h2", "", title)
        if hint:
            el("p", "hint", hint)
        el("textarea", "field", rows="3", maxlength="1000", aria_label=title, autofocus="")
        with el("div", "acts"):
            act("button", words["cancel"], lambda: dialog.submit(None))
            done = el("button", "button primary", confirm, type="button")
            done.on("click", lambda event: dialog.submit(event.args), js_handler=_ANSWERS % str(needed).lower())
    answer = await dialog
    if not client.is_deleted:  # a page that was closed has taken the dialog along
        dialog.delete()
    return None if answer is None else str(answer).strip()
