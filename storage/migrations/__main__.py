"""For developers: `python -m storage.migrations "What changed"` writes the next revision from changed tables."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from storage import migrations


def main(message: str) -> None:
    """Compare the tables with a database at the newest revision, and write down the difference."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'empty.sqlite'}")
        number = len(list((Path(__file__).parent / "versions").glob("*.py"))) + 1
        with engine.begin() as connection:
            migrations.upgrade(connection)
            command.revision(migrations.config(connection), message, autogenerate=True, rev_id=f"{number:04}")
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
