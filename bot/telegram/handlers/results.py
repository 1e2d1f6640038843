"""What a handler returns."""

from enum import Enum


class Result(Enum):
    """Who settles the update's inbox row. Returning nothing means: the dispatcher, now."""

    TAKEN = "taken"  # the turn, the desk or an album does, in its own commit
