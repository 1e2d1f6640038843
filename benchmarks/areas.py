"""What is measured in which area."""

from collections.abc import Mapping, Sequence

from benchmarks import main, planned, reading
from benchmarks.figures import Measure

AREAS: Mapping[str, Sequence[Measure]] = {
    "main": main.MEASURES,
    "reading": reading.MEASURES,
    "customer": planned.CUSTOMER,
    "personal": planned.PERSONAL,
    "desk": planned.DESK,
    "studio": planned.STUDIO,
    "fleet": planned.FLEET,
}
