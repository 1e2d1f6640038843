"""Which command a message is: /name, a menu label in either language, or plain words that say nothing else.

Whole messages only: "stop receiving suggestions" is a command, "stop sending broken cups" is a complaint.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.incoming import Action, Command, Incoming, Press
from bot.reply.skills.preferences import address_in
from bot.reply.templates import LANGUAGES, Texts
from bot.reply.wording import plain
from nlp.types import Language

_SLASH = re.compile(r"/([a-z]+)(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
# Folded, without punctuation: polite words that may stand around a command. No word may stand twice in a group:
# overlapping alternatives under a star take exponential time.
_BEFORE = (
    r"(?:(?:da|vang|oi|a|ok|shop|ad|ban|anh|chi|em|minh|toi|tui|cho|lam on|vui long|xin|muon|can|hay|"
    r"please|pls|hey|hi|hello|could|would|you|i|i ?d|want|wanna|like|need|to|let|me|just|now) )*"
)
_AFTER = (
    r"(?: (?:a|nhe|nha|di|voi|shop|ad|ban|em|anh|chi|oi|nua|ngay|luon|gap|giup|ra|vao|day|cai|hen|hem|"
    r"duoc khong|duoc ko|dc ko|dc khong|cam on|please|pls|now|thanks|thank you|anymore|any more|immediately))*"
)
_I = r"(?:toi|minh|tui|em|anh|chi)"
_FORM = r"(?:quy khach|anh|chi|em|ban|co|chu|bac|ong|ba)"
_PERSON = (
    r"(?:(?:mot |ban |cac ban )?"
    r"(?:nhan vien|nv|nguoi|tu van vien|ho tro vien|tong dai vien|dien thoai vien|cskh|con nguoi|quan ly)"
    r"(?: (?:that|tu van|ho tro|ban hang|truc))*)"
)
_HUMAN = (
    r"(?:(?:a|an|the|your|some|real|live|actual|support|customer|service|sales|store) )*"
    r"(?:human|person|people|agent|representative|rep|operator|manager|colleague|someone|somebody|staff|employee|advisor)"
    r"(?: being)?"
)
_WORDS: Mapping[Command, str] = {
    Command.START: r"bat dau|start",
    Command.HELP: (
        r"tro giup|giup do|huong dan(?: su dung)?|menu|help|ban lam duoc (?:nhung )?gi|"
        r"(?:what )?can you do(?: for me)?"
    ),
    Command.LANGUAGE: (
        r"(?:doi |chon |thay doi )?ngon ngu(?: khac)?|(?:(?:change|choose|switch|set) )?(?:the |my )?languages?|"
        r"(?:(?:doi|chuyen|noi|dung|tra loi|nhan)(?: (?:sang|bang|qua))? )?tieng (?:viet|anh)|"
        r"(?:(?:speak|switch|change|use|answer|reply|write|talk)(?: (?:to|in|into))? |in )?(?:english|vietnamese)"
    ),
    Command.HUMAN: (
        r"(?:(?:gap|goi|noi chuyen|chat|nhan tin|lien he|ket noi|trao doi|noi|chuyen)"
        rf"(?: (?:voi|toi|den|cho|truc tiep|gap))* )?{_PERSON}|"
        rf"(?:(?:talk|speak|chat|connect|transfer|get|give|put|have)(?: (?:to|with|me|through))* )?{_HUMAN}"
    ),
    Command.PRIVACY: (
        r"(?:cai dat |muc )?(?:quyen )?rieng tu|(?:muc )?ca nhan hoa|"
        r"(?:my )?privacy(?: (?:settings?|level|options))?|(?:my )?personali[sz]ation(?: (?:settings?|level))?"
    ),
    Command.MYDATA: (
        rf"(?:(?:xem|tai|gui|xuat|lay) )?(?:toan bo |het )?du lieu (?:(?:cua|ve) )?{_I}|"
        rf"(?:biet|luu|giu) (?:nhung )?(?:gi|thong tin gi|du lieu gi) ve {_I}|"
        r"(?:(?:show|see|view|export|download|send|get|give)(?: me)? )?(?:all )?my(?: personal)? data|"
        r"what (?:do |does )?(?:you |the shop )?(?:know|have|keep|store) (?:about|on) me"
    ),
    Command.FORGET: (
        r"(?:xoa|xoa bo)(?: (?:het|toan bo|tat ca|sach|moi))*(?: cac)? (?:du lieu|thong tin|tai khoan)"
        rf"(?: ca nhan)?(?: cua)?(?: {_I})?|quen {_I} di|forget (?:about )?me|"
        r"(?:delete|erase|remove|forget)(?: (?:all|everything))?(?: of)? my(?: personal)? "
        r"(?:data|info|information|account|details)"
    ),
    Command.STOP: (
        r"(?:thoi )?(?:ngung|dung|tat|thoi|bo|ngat|khong|ko|het|huy|chan)"
        r"(?: (?:muon|can|nhan|gui|thich|hien|xem|dua ra))* (?:cac |nhung |may )?"
        r"(?:goi y|quang cao|gioi thieu)(?: (?:san pham|hang|mua hang|mua sam|do|quang cao|gi|gi het))*|"
        r"(?:stop|turn off|no|no more|disable|don ?t|do not|don ?t want|do not want|no longer want|unsubscribe from)"
        r"(?: (?:receiving|getting|sending|send|showing|show|giving|seeing|making|me|any|more|all|the|these|those|your|"
        r"product))* "
        r"(?:suggestions?|recommendations?|offers|ads|adverts|promotions|suggesting|recommending|suggest|recommend)"
        r"(?: (?:to me|me|things|products|items|stuff|anything))*|unsubscribe"
    ),
    Command.ADDRESS: (
        r"(?:(?:doi|chon|sua) )?(?:cach )?xung ho(?: khac)?|how (?:you |to |should you )?address me|"
        rf"(?:cu )?goi (?:(?:toi|minh|tui|em|anh|chi|co|chu|bac|ong|ba|ban) )?(?:la|bang) "
        rf"{_FORM}(?: (?:thoi|cho than mat|cho than|duoc roi|cho gan))*|"
        rf"(?:cu )?goi {_FORM} la (?:duoc|duoc roi|ok)|call me {_FORM}"
    ),
    Command.REQUESTS: (
        rf"(?:(?:xem|kiem tra|tinh trang|trang thai|cac|nhung) )*yeu cau (?:cua {_I}|da gui)"
        r"(?: (?:the nao|den dau|toi dau|roi))*|"
        r"(?:(?:show|see|view|check|status of)(?: me)? )?my requests?(?: status)?"
    ),
    Command.CANCEL: (
        r"huy|huy bo|huy thao tac|thoat|thoat ra|cancel|quit|exit|nevermind|never mind|cancel (?:this|that|it)"
    ),
}
# "mình không cần gợi ý, tắt hết đi": whatever else is said, but not a question, and not "gợi ý" wanted a second time.
_NEGATED = re.compile(
    r"\b(?:ngung|dung|tat|ngat|khong|ko|k|kg|khoi|het|chan|thoi|bo)"
    r"(?: (?:co|can|muon|nhan|gui|thich|hien|xem|thay|dua|ra|duoc|het|cac|nhung|may|phai|them|nua))* goi y\b"
    r"(?!.*\bgoi y\b)|"
    r"\b(?:stop|turn off|no more|don ?t|do not|never)"
    r"(?: (?:need|want|like|receive|get|send|show|give|make|me|to|any|more|all|the|these|those|your|product))* "
    r"(?:suggestions?|recommendations?|suggesting|recommending|suggest|recommend)\b"
)
_WHY = re.compile(
    r"\b(?:sao|vi sao|tai sao|why)\b.*"
    r"\b(?:goi y|gioi thieu|de xuat|recommend(?:ed|ing)?|suggest(?:ed|ing)?|showing me)\b"
)
_ASKS = re.compile(r"\b(?:sao|why)\b")
_PATTERNS = {command: re.compile(f"{_BEFORE}(?:{words}){_AFTER}") for command, words in _WORDS.items()}
_NAMED = ((Language.VI, ("tieng viet", "vietnamese")), (Language.EN, ("tieng anh", "english")))
_LONGEST = 90  # characters: a longer message says more than a command


@dataclass(frozen=True, slots=True)
class Asked:
    """A command with what came with it: Incoming's `command`, `argument` and `menu_language`."""

    command: Command
    argument: str = ""
    menu_language: str = ""


class CommandBook:
    """Knows every way to say a command, the menu's labels in both languages included."""

    def __init__(self, texts: Texts) -> None:
        self._labels = {
            plain(texts.menu_label(command, language)): Asked(command, menu_language=language.value)
            for command in Command
            if command is not Command.START
            for language in LANGUAGES
        }
        self._exact = {
            texts.menu_label(asked.command, Language(asked.menu_language)): asked for asked in self._labels.values()
        }

    def command_of(self, text: str) -> Asked | None:
        """The command that the whole message is, or None."""
        stripped = text.strip()
        if slash := _SLASH.fullmatch(stripped):
            name = slash[1].lower()
            return Asked(Command(name), (slash[2] or "").strip()) if name in list(Command) else None
        if stripped in self._exact:
            return self._exact[stripped]
        return spoken_command(stripped) or self._labels.get(plain(stripped))

    def heard_in(self, incoming: Incoming) -> Incoming:
        """The message with the command that its words are, if they are one; presses and edits stay as they are."""
        if incoming.press is not None or incoming.command is not None or incoming.edits:
            return incoming
        asked = self.command_of(incoming.text)
        if asked is None:
            return replace(incoming, press=spoken_press(incoming.text))
        return replace(incoming, command=asked.command, argument=asked.argument, menu_language=asked.menu_language)


def spoken_command(text: str) -> Asked | None:
    """The command that plain words ask for, in either language, with or without diacritics."""
    if len(text) > _LONGEST:
        return None
    said = plain(text)
    for command, pattern in _PATTERNS.items():
        if pattern.fullmatch(said):
            return Asked(command, _argument(command, text, said))
    asks = "?" in text or _ASKS.search(said)
    return Asked(Command.STOP) if _NEGATED.search(said) and not asks else None


def spoken_press(text: str) -> Press | None:
    """The button under a suggestion that plain words stand for: "sao lại gợi ý món này?" asks why."""
    return Press(Action.WHY) if len(text) <= _LONGEST and _WHY.search(plain(text)) else None


def _argument(command: Command, text: str, said: str) -> str:
    if command is Command.LANGUAGE:
        return next((language.value for language, names in _NAMED if any(name in said for name in names)), "")
    if command is Command.ADDRESS:
        form = address_in(_named_last(text)) if re.search(r"\b(?:la|bang|call me)\b", said) else None
        return form.value if form else ""
    return ""


def _named_last(text: str) -> str:
    """What follows the last `là` or `call me`; in "gọi chị là được", what stands before it."""
    parts = re.split(r"\b(?:là|la|bằng|bang|call me)\b", text, flags=re.IGNORECASE)
    return parts[-1] if address_in(parts[-1]) else parts[0]
