"""Templates are checked at start and bounded; settings name what is wrong."""

from typing import Any

import pytest
from markupsafe import Markup
from pydantic import ValidationError

from bot.domain.decision import Tone
from bot.domain.incoming import Command
from bot.errors import SettingsError
from bot.reply.keys import VARIABLES
from bot.reply.settings import BothLanguages, Hours, ReplySettings, ShopFacts, Text
from bot.reply.templates import VALUE_LIMIT, Texts, check_template
from nlp.types import Language
from tests.doubles.situations import NOW
from tests.reply.conftest import CONFIG, SETTINGS, TEXTS


def changed(key: str, text: Any) -> ReplySettings:
    return ReplySettings(menu=SETTINGS.menu, say={**SETTINGS.say, key: Text(vi=text, en=text)})


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("{{ nobody }}", "unknown value 'nobody'"),
        ("{{ you", "unexpected end"),
        ("{% for one in you %}{{ one }}{% endfor %}", "only insert values"),
        ("{{ you.__class__ }}", "only insert values"),
        ("{{ you * 999999999 }}", "only insert values"),
        ("{{ range(9) }}", "only insert values"),
        ("{% include 'x' %}", "only insert values"),
        ("{{ you | center(9999999) }}", "unknown filter"),
        ("{{ you | safe }}", "unknown filter"),
        ("{{ you }}" * 31, "more than 30 values"),
        ("x" * 3001, "longer than"),
        ("<b>{{ you }}", "never closed"),
        ("</b>", "closes nothing"),
        ("<b><i>x</b></i>", "closes nothing"),
        ("<div>x</div>", "not one of Telegram's"),
        ("1 < 2", "must be written as"),
        ("a & b", "must be written as"),
        ("{% if you %}<b>{% endif %}x", "never closed"),
    ],
)
def test_bad_templates_stop_the_start(source: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        check_template(source, frozenset({"you"}))
    with pytest.raises(SettingsError, match=r"texts\.say\.thanks\.vi\.warm\[0\]"):
        Texts(changed("thanks", source))


def test_good_templates_pass() -> None:
    check_template("{% if you and not name %}{{ you | capital }}{% else %}-{% endif %}", frozenset({"you", "name"}))


def test_missing_texts_stop_the_start() -> None:
    say = {key: text for key, text in SETTINGS.say.items() if key != "thanks"}
    with pytest.raises(SettingsError, match=r"texts\.say\.thanks is missing"):
        Texts(ReplySettings(menu=SETTINGS.menu, say=say))


def test_a_text_needs_warm_words() -> None:
    with pytest.raises(ValidationError, match="warm"):
        Text(vi={"brief": "x"}, en="x")


def test_values_are_escaped_and_shortened() -> None:
    values = dict.fromkeys(["staff", "you", "me", "You", "Me", "da", "a"], "<" * (VALUE_LIMIT * 2))
    spoken = TEXTS.say("human_joined", Language.EN, Tone.WARM, 0, values)
    assert spoken.count("&lt;") == VALUE_LIMIT - 1
    kept = TEXTS.say("human_joined", Language.EN, Tone.WARM, 0, {**values, "staff": Markup("<b>Mai</b>")})
    assert "<b>Mai</b>" in kept


def test_other_languages_get_english() -> None:
    assert TEXTS.say("thanks", Language.OTHER, Tone.BRIEF, 0, {}) == "You're welcome!"
    assert BothLanguages(vi="a", en="b").of(Language.OTHER) == "b"


def test_menu_is_localised_and_complete() -> None:
    shown = {label for row in TEXTS.menu_labels(Language.VI) for label in row}
    assert "🙋 Gặp nhân viên" in shown
    assert len(shown) == len(Command) - 2, "all but start and cancel"
    assert TEXTS.menu_labels(Language.EN)[0] == ("❓ Help", "🙋 Talk to a person")


def test_no_text_is_left_over() -> None:
    assert TEXTS.keys == VARIABLES.keys()


def test_hours() -> None:
    hours = Hours(opens="08:00", closes="21:00", days=frozenset({0}))
    assert hours.is_open(NOW.replace(hour=8))
    assert not hours.is_open(NOW.replace(hour=21))
    assert not hours.is_open(NOW.replace(day=3, hour=9))
    with pytest.raises(ValidationError, match="before"):
        Hours(opens="09:00", closes="09:00")


def test_knowledge_base_is_checked() -> None:
    assert len(ShopFacts(**CONFIG["shop"]).faq) >= 20
    faq = {"x": {"question": {"vi": "a", "en": "b"}, "answer": {"vi": "<b>a", "en": "b"}}}
    with pytest.raises(ValidationError, match=r"faq\.x\.answer\.vi"):
        ShopFacts(**{**CONFIG["shop"], "faq": faq})
