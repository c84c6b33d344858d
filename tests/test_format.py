"""The sources are as clang-format leaves them, and the scripts are valid shell."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ["schemas", "kernels", "pipeline", "jobs", "slurm", "tests"]
CLANG_FORMAT = shutil.which("clang-format", path=Path(sys.executable).parent) or shutil.which("clang-format")


def files(test):
    return [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.is_file() and test(path)]


def is_shell(path):
    with path.open("rb") as file:
        return path.suffix == ".sh" or (path.suffix == "" and file.readline().endswith(b"bash\n"))


@pytest.mark.skipif(CLANG_FORMAT is None, reason="no clang-format here (tests/requirements.txt has it)")
def test_sources_are_formatted():
    sources = files(lambda path: path.suffix in {".h", ".cpp", ".cu", ".cuh"})
    shown = subprocess.run([CLANG_FORMAT, "--dry-run", *sources], capture_output=True, text=True, check=True).stderr
    unformatted = {line.split(":")[0] for line in shown.splitlines() if "[-Wclang-format-violations]" in line}
    assert not unformatted, "clang-format -i " + " ".join(sorted(unformatted))


@pytest.mark.parametrize("script", [*files(is_shell), ROOT / ".ci/run"], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_scripts_parse(script):
    assert subprocess.run(["bash", "-n", script], capture_output=True, text=True).stderr == ""
