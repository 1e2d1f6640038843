"""Yes or no, as people type it in Vietnamese and English."""

import re
import unicodedata


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.split(","))


# Folded: no diacritics, no polite words. "dung" stands in neither: unmarked it is "right" (đúng) or "don't" (đừng).
_YES = _phrases(
    "co, co chu, vang, da, u, uh, um, uhm, uk, uki, ok, oke, okay, okie, oki, ok luon, dong y, nhat tri, duoc,"
    "duoc roi, dung roi, dung vay, phai, phai roi, chuan, chac chan, xac nhan, lam di, gui di, yes, y, yeah, yep,"
    "yup, sure, right, correct, confirm, confirmed, agreed, absolutely, go ahead, do it, of course, sounds good"
)
_NO = _phrases(
    "khong, khong can, khong can dau, khong phai, khong dung, khong muon, khong dau, khong dong y, ko, ko can,"
    "ko phai, k, kg, hong, hok, hem, khoi, khoi can, thoi, thoi khong, thoi khoi, thoi khong can, chua, chua can,"
    "de sau, bo qua, sai, sai roi, no, n, nope, nah, not now, not yet, not really, no need, never mind, nevermind,"
    "later, skip, wrong, do not, dont, stop,"
    "de coi, de coi lai, de xem, de xem lai, de suy nghi, de suy nghi them, de nghi da, de tinh, de tinh lai,"
    "thoi de coi lai, thoi de xem lai, thoi de suy nghi,"
    "let me think, let me think about it, ill think about it, i will think about it, let me see"
)
_BYE = _phrases(
    "bye, bye bye, byebye, goodbye, good bye, bai, bai bai, pp, see you, see ya, cya, tam biet, chao tam biet,"
    "hen gap lai, good night, chuc ngu ngon"
)
_POLITE = _phrases(
    "a, nhe, nha, nhi, nghen, shop, ad, ban, em, anh, chi, con, chau, minh, mk, oi, cam, on,"
    "please, pls, thanks, thank, you"
)
_OPENING = frozenset({"ok", "oke", "okay", "u", "uh", "uhm", "vang", "yes", "yeah"})
# One more word after "ok" may make it a question: "ok không", "ok chưa".
_DECIDED = frozenset(phrase for phrase in _YES | _NO if " " in phrase)
_SIGNS = {"👍": True, "👌": True, "✅": True, "👎": False, "❌": False}


def assent(text: str) -> bool | None:
    """True for a plain yes, False for a plain no, None for anything else; "Đúng, gửi đi" is one yes said twice."""
    parts = {_assent(part) for part in text.split(",")}
    return parts.pop() if len(parts) == 1 else _assent(text)


def _assent(text: str) -> bool | None:
    sign = _SIGNS.get(text.strip()[:1])
    if sign is not None:
        return sign
    plain = unicodedata.normalize("NFC", text.lower()).replace("'", "").replace("’", "")
    marked = re.findall(r"\w+", plain)
    words = ["roi" if folded == "r" else folded for folded in map(_fold, marked) if folded not in _POLITE]
    if len(words) > 1 and words[0] == "da":
        words = words[1:]
    if words and words[0] in _OPENING and " ".join(words[1:]) in _DECIDED:
        words = words[1:]
    said = " ".join(words)
    if said == "dung":
        return True if "đúng" in marked else False if "đừng" in marked else None
    return True if said in _YES else False if said in _NO else None


def farewell(text: str) -> bool:
    """Whether the text is a goodbye and nothing more."""
    plain = unicodedata.normalize("NFC", text.lower())
    words = [folded for folded in map(_fold, re.findall(r"\w+", plain)) if folded not in _POLITE]
    return " ".join(words) in _BYE


def _fold(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("đ", "d")
