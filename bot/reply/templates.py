"""The shop's texts as sandboxed templates, checked at start and bounded in time and size.

A template is straight-line: values, conditions and two filters. No loops, calls, arithmetic or attributes, so that
whatever an admin writes renders at once and stays small.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from bot.domain.decision import Tone
from bot.domain.incoming import Command
from bot.errors import SettingsError
from bot.reply.address import capital
from bot.reply.keys import COMMON, VARIABLES
from bot.reply.settings import ReplySettings, Text
from bot.reply.split import check_html
from bot.reply.tone import variants_in
from nlp.types import Language

TEMPLATE_LIMIT = 3000  # characters of one template
VALUES_LIMIT = 30  # values one template may insert
VALUE_LIMIT = 600  # characters of one inserted value; longer ones are shortened
LANGUAGES = (Language.VI, Language.EN)
_FILTERS = frozenset({"lower", "capital"})
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr),
    *(nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or, nodes.Filter),
)
_SENTENCE_START = "{{ da }}"  # "Dạ, em …", or "Mình …" to people who are not told dạ


@dataclass(frozen=True, slots=True)
class _Wording:
    template: Template
    starts_sentence: bool


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, cache_size=0)
    environment.globals.clear()
    environment.filters["capital"] = capital
    environment.filters = {name: environment.filters[name] for name in _FILTERS}
    return environment


def _shortened(value: object) -> object:
    """Plain strings come from people and shops: keep them short. Markup was made by the skills, piece by piece."""
    if isinstance(value, str) and not isinstance(value, Markup) and len(value) > VALUE_LIMIT:
        return value[: VALUE_LIMIT - 1] + "…"
    return value


@lru_cache(maxsize=10_000)
def _template(source: str) -> Template:
    """Compiled once, however often texts are taken up again."""
    return _environment().from_string(source)


@lru_cache(maxsize=10_000)
def check_template(source: str, known: frozenset[str]) -> None:
    """Raise SettingsError for a template that is broken, too big, or does more than insert known values."""
    if len(source) > TEMPLATE_LIMIT:
        raise SettingsError(f"longer than {TEMPLATE_LIMIT} characters")
    environment = _environment()
    try:
        tree = environment.parse(source)
    except TemplateError as error:
        raise SettingsError(str(error)) from error
    names = set()
    for node in [tree, *tree.find_all(nodes.Node)]:
        if not isinstance(node, _ALLOWED):
            raise SettingsError(f"a text may only insert values and use if; it has {type(node).__name__.lower()!r}")
        if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            raise SettingsError(f"unknown filter {node.name!r}; allowed: {', '.join(sorted(_FILTERS))}")
        if isinstance(node, nodes.Name):
            names.add(node.name)
    if unknown := names - known:
        raise SettingsError(f"unknown value {sorted(unknown)[0]!r}; allowed: {', '.join(sorted(known))}")
    if len(list(tree.find_all(nodes.Name))) > VALUES_LIMIT:
        raise SettingsError(f"inserts more than {VALUES_LIMIT} values")
    for value in ("x", ""):
        check_html(_template(source).render(dict.fromkeys(known, value)))


class Texts:
    """Every text by key, language and tone. Checked when built: all keys in both languages, known values only."""

    def __init__(self, settings: ReplySettings) -> None:
        self.menu = settings.menu
        if missing := sorted(VARIABLES.keys() - settings.say.keys()):
            raise SettingsError(f"config.yaml: texts.say.{missing[0]} is missing ({len(missing)} missing in all)")
        self.keys = frozenset(settings.say)
        self._said = {
            (key, language): self._compiled(key, language, text)
            for key, text in settings.say.items()
            for language in LANGUAGES
        }

    def stands_alone(self, key: str) -> bool:
        """Whether the text exists and needs no values beyond those that every text may use."""
        return key in self.keys and not VARIABLES.get(key)

    def _compiled(self, key: str, language: Language, text: Text) -> Mapping[Tone, tuple[_Wording, ...]]:
        known = COMMON | VARIABLES.get(key, frozenset())
        tones = text.vi if language is Language.VI else text.en
        for tone, variants in tones.items():
            for number, source in enumerate(variants):
                try:
                    check_template(source, known)
                except SettingsError as error:
                    raise SettingsError(f"config.yaml: texts.say.{key}.{language}.{tone}[{number}]: {error}") from error
        return {tone: tuple(self._wording(source) for source in variants) for tone, variants in tones.items()}

    def _wording(self, source: str) -> _Wording:
        return _Wording(_template(source), source.startswith(_SENTENCE_START))

    def say(self, key: str, language: Language, tone: Tone, turn: int, values: Mapping[str, object]) -> Markup:
        """The text as HTML. `turn` picks among its wordings; a KeyError means a key that `keys` does not hold."""
        tones = self._said[key, language if language in LANGUAGES else Language.EN]
        variants = variants_in(tones, tone)
        wording = variants[turn % len(variants)]
        html = wording.template.render({name: _shortened(value) for name, value in values.items()}).strip()
        return Markup(capital(html) if wording.starts_sentence else html)  # safe: rendered with autoescape

    def menu_labels(self, language: Language) -> tuple[tuple[str, ...], ...]:
        """The rows of the menu keyboard in `language`."""
        return tuple(tuple(self.menu_label(command, language) for command in row) for row in self.menu)

    def menu_label(self, command: Command, language: Language) -> str:
        """The label of a menu button, as plain text."""
        return self.say(f"menu_{command}", language, Tone.WARM, 0, {}).unescape()
