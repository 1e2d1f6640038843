"""What it costs to have Thấu on a machine: the installed size without torch, and how fast the command line answers."""

import subprocess
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from statistics import median
from time import perf_counter

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from benchmarks.figures import NotMeasured, Values, at_most, none_of

NEEDS_TORCH = none_of("main.served_path_needs_torch", "of the served path's requirements are torch")
SIZE = at_most("main.served_path_installed", 500, "MB")  # the project's own aim; torch alone is larger
HELP = at_most("main.help_to_bare_typer", 1.5, "of a bare typer program's time to print its help")  # own aim

_RUNS = 7
_THAU = "from bot.cli.app import app; app(['--help'])"
_BARE = "import typer; app = typer.Typer(); app.command()(lambda name: None); app(['--help'])"


def measure_install(full: bool) -> Values:
    """The requirements of the distribution without extras, with all that they require themselves."""
    found = served_path("thau")
    return {
        NEEDS_TORCH.name: sum(name == "torch" for name in found),
        SIZE.name: sum(map(_bytes, found.values())) / 1e6,
    }


def measure_help(full: bool) -> Values:
    """Medians of whole processes, in turn."""
    times: dict[str, list[float]] = {_THAU: [], _BARE: []}
    for _ in range(_RUNS):
        for program, taken in times.items():
            begin = perf_counter()
            subprocess.run([sys.executable, "-c", program], stdout=subprocess.DEVNULL, check=True)
            taken.append(perf_counter() - begin)
    return {HELP.name: median(times[_THAU]) / median(times[_BARE])}


def served_path(name: str) -> dict[str, Distribution]:
    """The distributions that installing `name` brings here, by name. Raises NotMeasured when one is absent."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    wanted = [(name, "")]
    while wanted:
        one = wanted.pop()
        if one in seen:
            continue
        seen.add(one)
        package, extra = one
        try:
            found[package] = distribution(package)
        except PackageNotFoundError:
            raise NotMeasured(f"{package} is not installed here") from None
        for requirement in map(Requirement, found[package].requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                needed = canonicalize_name(requirement.name)
                wanted += [(needed, more) for more in ("", *requirement.extras)]
    return found


def _bytes(package: Distribution) -> int:
    paths = [Path(file.locate()) for file in package.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file())
