"""The documents can fail the tests: commands, variables, rows and contracts they name must exist."""

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli.app import app
from bot.settings import Environment, load_settings
from nlp.export import to_row
from nlp.lexicon import LexiconReader

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def test_every_thau_command_in_the_readme_exists() -> None:
    named = set(re.findall(r"`thau (\w+)", README))
    assert named == set(COMMANDS)


def test_every_option_in_the_readme_exists() -> None:
    for command, rest in re.findall(r"`thau (\w+)([^`]*)`", README):
        known = {option for parameter in COMMANDS[command].params for option in parameter.opts}
        assert set(re.findall(r"--\w+", rest)) <= known


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "docs/architecture.md"):
        assert set(re.findall(r"make ([a-z-]+)(?=[ `\n]{1}(?:#|`| |$))", path.read_text())) <= targets | {"do"}, path


def test_the_readme_names_every_variable_and_no_other() -> None:
    table = README.split("## Environment")[1].split("## ")[0]
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", table))
    assert named == {name.upper() for name in Environment.model_fields}


def test_the_readme_names_what_thau_read_writes() -> None:
    written = README.split("`thau read` writes `")[1].split("`")[0]
    row = to_row("1", LexiconReader().read("xin chào"))
    assert re.split(r",\s+", written) == list(row)


def test_the_layers_in_the_architecture_are_the_ones_that_are_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    described = " ".join(ARCHITECTURE.split("Layers:")[1].split("\n- ")[0].split()).rstrip(".")
    assert [part.strip().replace("`", "") for part in described.split(">")] == layers


@pytest.mark.parametrize("path", sorted(re.findall(r"\]\(([^):#]+)\)", README)))
def test_every_link_in_the_readme_leads_somewhere(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_room_in_the_architecture_exists() -> None:
    plan = ARCHITECTURE.split("```")[1]
    rooms = re.findall(r"^  ([a-z_]+)/ ", plan.split("bot/\n")[1].split("nlp/\n")[0], re.MULTILINE)
    assert rooms
    assert all((ROOT / "bot" / room).is_dir() for room in rooms)


def test_the_shipped_configuration_is_sound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THAU_SECRET", "a secret for the test")
    assert load_settings(ROOT / "config.yaml").config.brand.name


def test_no_document_names_a_machine() -> None:
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")]:
        assert not re.search(r"/(?:root|home|work|tmp)/", path.read_text()), path
