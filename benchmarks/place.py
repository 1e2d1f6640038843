"""Where the benchmarks run: the checkout, and a folder of the run's own on the same disk as the real database."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONFIG = ROOT / "config.yaml"


@contextmanager
def own_folder() -> Iterator[Path]:
    """An empty folder, gone afterwards; beside the real database, since /tmp is memory on many machines."""
    state = ROOT / ".thau"
    state.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=state) as folder:
        yield Path(folder)


def sqlite_url(folder: Path) -> str:
    """A database in `folder`."""
    return f"sqlite+aiosqlite:///{folder / 'shop.sqlite'}"
