"""A job of seconds, prepared and trained once a session; every test gets a copy of its folder.

Fixtures: `trained` (the folder), `job` (a Job of the test's own), `expected` (the Outcome of an undisturbed run).
"""

import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import h5py
import pytest

PROGRAM = Path(os.environ["TTT_BUILD"]) / "ttt-eval"
ENVIRONMENT = os.environ | {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
}
# The timeout is how long mpirun sleeps, twice, when a rank returned anything but 0; by default one second.
MPIRUN = "mpirun -q --oversubscribe --bind-to none --mca odls_base_sigkill_timeout 0".split()
PATIENCE = 240  # seconds after which something has certainly gone wrong

METHODS = {
    "norm": "kind = 'adapt'\nsubset = 'norm'\nsteps = 2\nviews_per_step = 4\nlearning_rate = 0.05\nturns = 'balanced'",
    "all": "kind = 'adapt'\nsteps = 2\nviews_per_step = 4\nlearning_rate = 1e-3",
    "entropy": "kind = 'adapt'\ntask = 'entropy'\nsubset = 'norm'\nsteps = 2\nviews_per_step = 4\nlearning_rate = 0.05",
    "vote": "kind = 'vote'\nviews = 5",
    "ensemble": "kind = 'ensemble'",
}
SPEC = """
[data]
source = "glyphs"
train_images = 200

[data.report]
base_images = 4
shifts = ["glyph_gauss", "glyph_fog", "glyph_invert"]

[model.joint]
depth = 8
widths = [8, 16, 16]
norm_groups = 4
stem_stride = 2
split_after = 3
seeds = [1, 2]

[training]
epochs = 1
batch = 20
schedule = "cosine"
all_turns = false

[run]
block = 3

[report]
bootstrap = 100
"""


def spec_text(methods):
    return SPEC + "".join(f"\n[method.{name}]\n{options}\n" for name, options in methods.items())


class Job:
    """A spec and the folder its stages read and write."""

    def __init__(self, folder, methods=None, spec=None):
        self.out = folder / "out"
        self.spec = folder / "job.toml"
        self.changes = []  # KEY=VALUE for every stage
        self.spec.write_text(spec or spec_text(methods or METHODS))

    def command(self, stage, *words, ranks=None):
        launcher = [*MPIRUN, "-n", str(ranks)] if ranks else []
        changes = [word for change in self.changes for word in ("--set", change)]
        return [*launcher, str(PROGRAM), stage, str(self.spec), "--out", str(self.out), *changes, *map(str, words)]

    def start(self, stage, *words, ranks=None):
        return subprocess.Popen(self.command(stage, *words, ranks=ranks), env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def ask(self, stage, *words, ranks=None):
        """Runs a stage, whatever comes of it."""
        return subprocess.run(self.command(stage, *words, ranks=ranks), env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=PATIENCE)

    def do(self, *stages, ranks=None):
        """Runs stages that must succeed; only train and run are shared by ranks."""
        for stage in stages:
            done = self.ask(stage, ranks=ranks if stage in ("train", "run") else None)
            assert done.returncode == 0, f"{stage}: {done.returncode}\n{done.stderr}"
        return done.stdout

    def results(self, *words):
        """The bytes of results.h5 as `aggregate` makes them now."""
        done = self.ask("aggregate", *words)
        assert done.returncode == 0, done.stderr
        return (self.out / "results.h5").read_bytes()

    def segments(self):
        """The bytes of every committed segment, by its name METHOD/MODEL/BLOCK-IDENTITY.h5."""
        folder = self.out / "segments"
        return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*.h5"))}

    def files(self):
        """When each file was last written, by its name in the folder; but the log, which every stage writes."""
        return {str(file.relative_to(self.out)): file.stat().st_mtime_ns
                for file in sorted(self.out.rglob("*")) if file.is_file() and file.name != "job.log"}

    def records(self, method):
        """Every array of methods/METHOD in results.h5, by name."""
        with h5py.File(self.out / "results.h5") as file:
            return {name: data[()] for name, data in file["methods"][method].items()}


def wait_until(ready, process):
    """Polls; the process must not end before."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert process.poll() is None, f"ended too early: {process.communicate()[1]}"
        assert time.monotonic() < deadline, "never came"
        time.sleep(0.002)


def complaints(stderr):
    """What is said on standard error besides progress and mpirun's own closing words."""
    progress = re.compile(r"(prepare|train|run)  \d+/\d+ ")
    text = re.sub(r"(?m)^-{60,}\n(?:.*\n)*?-{60,}\n", "", stderr)
    return [line for line in text.splitlines() if line.strip() and not progress.match(line)]


def one_line(done, code):
    """The one line that a refusal consists of."""
    assert done.returncode == code, f"{done.returncode}: {done.stderr}"
    (line,) = complaints(done.stderr)
    assert line.startswith("ttt-eval: ")
    return line


@dataclass
class Outcome:
    segments: dict  # bytes by name
    results: bytes


def outcome(job):
    """What one rank makes of the job without being disturbed."""
    job.do("run")
    return Outcome(job.segments(), job.results())


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    job = Job(folder)
    job.do("prepare", "train")
    return job.out


@pytest.fixture
def job(trained, tmp_path):
    """The small job, prepared and trained."""
    shutil.copytree(trained, tmp_path / "out")
    return Job(tmp_path)


@pytest.fixture(scope="session")
def expected(trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("expected")
    shutil.copytree(trained, folder / "out")
    return outcome(Job(folder))
