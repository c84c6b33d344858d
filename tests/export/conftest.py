"""The exporter needs a Python with torch: jobs/setup --tests makes one. Elsewhere these tests say so and are skipped."""
import os
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "jobs/export"
sys.path[:0] = [str(PACKAGE), str(PACKAGE / "examples"), str(Path(__file__).parent)]
os.environ.setdefault("OMP_NUM_THREADS", "1")

try:
    import torch  # noqa: F401
except (ImportError, OSError) as error:
    if os.environ.get("TTT_TESTS_MUST_HAVE_TORCH"):
        raise
    pytest.skip(f"this Python has no torch that can be imported ({error}); jobs/setup --tests makes one", allow_module_level=True)
