"""The log of a serving process: one line per event, on stderr, without anything personal."""

import logging

from bot.intake.tries import place_of

# What these say at INFO is of no use to an operator.
_QUIET = ("aiogram", "aiohttp", "alembic", "httpx", "uvicorn", "nicegui", "engineio", "socketio")


class OneLine(logging.Formatter):
    """An error shows as its type and place: its message and traceback may quote what a customer wrote."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        plain = logging.makeLogRecord(record.__dict__ | {"exc_info": None, "exc_text": None, "stack_info": None})
        line = " ".join(super().format(plain).split())
        return f"{line} ({place_of(error)})" if error else line


def start_logging() -> None:
    """Log from INFO on; libraries from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
