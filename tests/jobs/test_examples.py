"""The scripts of docs/examples run on a job's folder and say what its records say."""
import shutil
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from small_job import Job, trained  # noqa: F401

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def run(script, *arguments):
    done = subprocess.run([sys.executable, EXAMPLES / script, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(trained, tmp_path_factory):
    """A finished job, its first base image moved to the tune split so that there is something to choose on."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(trained, folder / "out")
    job = Job(folder)
    job.do("run", "aggregate", "report")
    with h5py.File(job.out / "results.h5", "r+") as file:
        for group in (file, *file["methods"].values()):
            group["split"][:] = np.where(group["base"][:] == group["base"][0], 0, 1)
    return job.out


def correct(folder):
    with h5py.File(folder / "results.h5") as file:
        records = file["methods/norm"]
        return records["correct"][:].astype(float), records["split"][:], records["shift"][:]


def test_accuracy_by_shift_is_the_mean_of_the_reported_records(folder):
    lines = [line.split() for line in run("accuracy_by_shift.py", folder, "norm").splitlines()[1:]]
    right, split, shift = correct(folder)
    assert [line[0] for line in lines] == ["glyph_gauss", "glyph_fog", "glyph_invert"]
    for code, line in enumerate(lines, 1):
        cells = right[:, (split == 1) & (shift == code)]
        assert float(line[1]) == pytest.approx(100 * cells[:, :, 0].mean(), abs=0.051)
        assert float(line[2]) == pytest.approx(100 * cells[:, :, -1].mean(), abs=0.051)


def test_fixed_and_broken_counts_every_prediction(folder):
    run("fixed_and_broken.py", folder, "norm")
    frame = pd.read_csv(folder / "fixed_and_broken.csv")
    right = correct(folder)[0]
    assert len(frame) == right[:, :, 0].size
    assert (frame.outcome == "fixed").sum() == ((right[:, :, 0] == 0) & (right[:, :, -1] == 1)).sum()
    assert (frame.outcome == "broken").sum() == ((right[:, :, 0] == 1) & (right[:, :, -1] == 0)).sum()


def test_gate_that_is_always_open_has_the_accuracy_of_the_method(folder):
    lines = {line.split()[0]: line.split() for line in run("gate_offline.py", folder, "norm").splitlines()[2:]}
    right, split, _ = correct(folder)
    assert float(lines["always"][2]) == pytest.approx(100 * right[:, split == 1, -1].mean(), abs=0.051)
    assert float(lines["never"][2]) == pytest.approx(100 * right[:, split == 1, 0].mean(), abs=0.051)
    assert float(lines["never"][4]) == 1


def test_plot_curves_writes_a_figure(folder):
    assert "methods, n = 24 predictions" in run("plot_curves.py", folder)
    assert (folder / "my_curves.pdf").read_bytes().startswith(b"%PDF")
