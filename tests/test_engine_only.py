"""The engine and its benchmark do without MPI, HDF5 and all that reads images, where none of these is installed."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
ABSENT = ("MPI", "HDF5", "OpenSSL", "PNG")


def test_it_is_configured_where_they_are_absent(tmp_path):
    absent = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in ABSENT]
    options = ["-G", "Ninja", "-DTTT_ENGINE_ONLY=ON", f"-DLIBTORCH_ROOT={os.environ['TTT_LIBTORCH']}", *absent]
    done = subprocess.run(["cmake", "-S", ROOT, "-B", tmp_path, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    built = subprocess.run(["ninja", "-C", tmp_path, "-t", "targets", "all"], capture_output=True, text=True).stdout
    assert "ttt-bench" in built and "ttt-eval" not in built and "ttt_records" not in built


def test_the_benchmark_links_none_of_them():
    program = Path(os.environ["TTT_BUILD"]) / "ttt-bench"
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    assert "libtorch_cpu" in listed
    assert not [line for line in listed.splitlines() if any(name in line for name in ("libmpi", "libhdf5", "libcrypto", "libpng", "jpeg"))]
