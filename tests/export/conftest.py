"""Where the tests of the exporter find it, its examples and each other."""
import os
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "jobs/export"
sys.path[:0] = [str(PACKAGE), str(PACKAGE / "examples"), str(Path(__file__).parent)]
os.environ.setdefault("OMP_NUM_THREADS", "1")  # tests run side by side
