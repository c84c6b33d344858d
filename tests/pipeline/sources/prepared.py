"""What `ttt-eval prepare` makes of a [data] table."""

import os
import subprocess
from pathlib import Path

import h5py

PROGRAM = Path(os.environ.get("TTT_BUILD", "build")) / "ttt-eval"

REST_OF_THE_SPEC = """
[model.joint]
seeds = [1]
[method.source]
kind = "adapt"
steps = 0
"""


def prepare(folder, data, check=True):
    """Runs prepare in `folder` and gives its result as a completed process."""
    (folder / "spec.toml").write_text(data + REST_OF_THE_SPEC)
    return subprocess.run(
        [PROGRAM.resolve(), "prepare", "spec.toml", "--out", "out"], cwd=folder, check=check, capture_output=True, text=True
    )


def prepared(folder, data):
    """The data sets of the testset.h5 that prepare makes."""
    prepare(folder, data)
    with h5py.File(folder / "out" / "testset.h5") as file:
        return {name: values[()] for name, values in file.items()} | {"attrs": dict(file.attrs)}
