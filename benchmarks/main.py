"""Area main: the house and its main job."""

from benchmarks import decision_path, footprint, served, storm
from benchmarks.figures import Measure

MEASURES = (
    Measure((decision_path.P50, decision_path.P99), decision_path.measure),
    Measure((served.RATE, served.WORK, served.MEMORY, served.TORCH), served.measure),
    Measure((footprint.NEEDS_TORCH, footprint.SIZE), footprint.measure_install),
    Measure((footprint.HELP,), footprint.measure_help),
    Measure((storm.RAISED, storm.LOST), storm.measure, long=True),
)
