"""Every command with its options. Imports stay inside the commands, so that `thau --help` answers at once."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(
    name="thau", no_args_is_help=True, add_completion=False, help="Thấu: a support agent that understands."
)

ConfigOption = Annotated[Path | None, typer.Option("--config", help="Another config.yaml; else THAU_CONFIG.")]
FileArgument = Annotated[Path, typer.Argument(help="The file to read; .gz is unpacked.", exists=True, dir_okay=False)]
OutOption = Annotated[Path, typer.Option("--out", help="Where to write JSON Lines.")]


@app.command()
def run(config: ConfigOption = None) -> None:
    """Serve: pages on http://127.0.0.1:8080, and Telegram when TELEGRAM_BOT_TOKEN is set."""
    from bot.settings import load_settings

    with _clear_errors():
        settings = load_settings(config)  # what is wrong there is said before the slow imports
        gc.disable()  # they leave no garbage to look for
        from bot.cli.run import serve

        gc.enable()
        serve(settings)


@app.command()
def check(config: ConfigOption = None) -> None:
    """Validate config.yaml and the environment, and do nothing else."""
    from bot.cli.check import check_settings

    with _clear_errors():
        check_settings(config)


@app.command()
def demo(
    config: ConfigOption = None,
    fast: Annotated[bool, typer.Option("--fast", help="Do not pause between messages.")] = False,
) -> None:
    """Play a written bilingual dialogue through the real wiring and show what was understood and decided."""
    from bot.cli.demo import play

    with _clear_errors():
        play(config, fast=fast)


@app.command()
def read(file: FileArgument, out: OutOption, config: ConfigOption = None) -> None:
    """Read JSON Lines (id, text) and write one reading per line, in order; a bad row becomes {id, error}."""
    from bot.cli.reading import read_file

    with _clear_errors():
        read_file(file, out, config)


@app.command()
def replay(
    file: FileArgument,
    out: OutOption = Path("replay.jsonl"),
    column: Annotated[str, typer.Option("--column", help="Name or number (from 1) of the text's column.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="Only the first N messages; 0: all.")] = 0,
    config: ConfigOption = None,
) -> None:
    """Run real messages (csv, tsv, jsonl, gzip) through reader and policies, each as a fresh anonymous customer."""
    from bot.cli.replay import replay_file

    with _clear_errors():
        replay_file(file, out, column, limit, config)


@app.command()
def train(
    data: Annotated[Path, typer.Option("--data", envvar="THAU_DATA", help="The folder of the public data sets.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the weights.")] = Path("nlp/weights"),
    more: Annotated[
        Path | None, typer.Option("--more", help="Further examples, as `thau corrections` writes them.", exists=True)
    ] = None,
) -> None:
    """Train the reader from raw data to checked weights (extra `train`); broken off, it goes on where it stood."""
    from bot.cli.train import train_weights

    with _clear_errors():
        train_weights(data, out, more)


@app.command()
def evaluate(
    what: Annotated[str, typer.Argument(help="What to measure: reading.")],
    data: Annotated[
        Path | None, typer.Option("--data", envvar="THAU_DATA", help="The folder of the public test sets.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option("--model", help="A folder that `thau train` wrote; else the shipped one.")
    ] = None,
    json: Annotated[Path | None, typer.Option("--json", help="Write every figure here as JSON.")] = None,
    pictures: Annotated[Path | None, typer.Option("--pictures", help="Draw into this folder.")] = None,
) -> None:
    """Measure how well messages are read, with 95 % intervals, beside the lexicon and VADER."""
    from bot.cli.evaluating import evaluate_reading

    with _clear_errors():
        if what != "reading":
            raise typer.BadParameter(f"there is no {what!r} to measure; allowed is: reading")
        evaluate_reading(data, model, json, pictures)


@app.command()
def bench(
    area: Annotated[
        str, typer.Argument(help="main, reading, customer, personal, desk, studio or fleet; empty: all.")
    ] = "",
    full: Annotated[bool, typer.Option("--full", help="Run the long ones as well.")] = False,
) -> None:
    """Print every figure: name, value, unit, aim, and whether it holds. Always exits with 0."""
    from bot.cli.bench import print_figures

    print_figures(area, full=full)


@app.command()
def corrections(
    out: OutOption,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Only those made from this day on.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False,
    config: ConfigOption = None,
) -> None:
    """Write the moods that staff corrected, masked, of customers who agreed, for the next training."""
    from bot.cli.corrections import export_corrections

    with _clear_errors():
        export_corrections(out, since, config, overwrite=overwrite)


@contextmanager
def _clear_errors() -> Iterator[None]:
    """What is wrong, in one message for the operator; anything unexpected keeps its traceback."""
    from bot.errors import SupportError
    from nlp.errors import ModelError
    from storage.errors import StorageError

    try:
        yield
    except (SupportError, StorageError, ModelError) as error:
        Console(stderr=True).print(f"thau: {error}", style="bold red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(2)
