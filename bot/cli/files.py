"""Files that people name on the command line: what is wrong with one is said in a sentence."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import SupportError
from nlp.export import FileError


@contextmanager
def named_files(file: Path, out: Path) -> Iterator[None]:
    """Raise SupportError where `file` can not be read or `out` can not be written, or where they are the same."""
    if out.exists() and out.samefile(file):
        raise SupportError(f"{out}: is the file to read; give --out another name")
    try:
        yield
    except FileError as error:
        raise SupportError(str(error)) from error
    except (OSError, EOFError, zlib.error) as error:
        place = getattr(error, "filename", None) or file
        raise SupportError(f"{place}: {getattr(error, 'strerror', None) or error}") from error
