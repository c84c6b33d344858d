"""Killed or asked to stop, a run loses nothing that is committed, and the same command goes on."""

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from small_job import PATIENCE, Job, complaints, outcome, trained, wait_until  # noqa: F401 (fixtures)

UNITS = 96  # of one sample each: many moments to be interrupted at


def many_units(folder, trained):
    shutil.copytree(trained, folder / "out")
    job = Job(folder)
    job.changes = ["run.block=1"]
    return job


@pytest.fixture(scope="module")
def expected(trained, tmp_path_factory):
    """What one rank makes of the job without being disturbed."""
    return outcome(many_units(tmp_path_factory.mktemp("expected"), trained))


@pytest.fixture
def job(trained, tmp_path):
    return many_units(tmp_path, trained)


def ranks_of(process):
    """Process ids of the ranks that mpirun has started."""
    return [int(pid) for children in Path(f"/proc/{process.pid}/task").glob("*/children")
            for pid in children.read_text().split()]


def seconds_of_work(pid):
    """Processor time so far."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11]) / os.sysconf("SC_CLK_TCK")


def committed(job):
    """The bytes and the time of writing of every segment."""
    times = job.files()
    return {name: (data, times[f"segments/{name}"]) for name, data in job.segments().items()}


def interrupt(job, process, units, strike):
    """Strikes when so many units are committed; returns what is at the end, the exit code and what was said."""
    wait_until(lambda: len(list((job.out / "segments").rglob("*.h5"))) >= units, process)
    strike(process)
    _, stderr = process.communicate(timeout=PATIENCE)
    return committed(job), process.returncode, stderr


def check_resumed(job, before, expected):
    """Everything is there, and nothing that was there has been touched."""
    after = committed(job)
    assert {name: after[name] for name in before} == before
    assert {name: data for name, (data, _) in after.items()} == expected.segments
    assert job.results() == expected.results


def kill_a_rank(process):
    os.kill(random.choice(ranks_of(process)), signal.SIGKILL)


def test_killed_ranks_cost_no_committed_unit(job, expected):
    """Ten deaths at ten moments of one run, resumed on another number of ranks each time."""
    before = {}
    for death, ranks in enumerate([2, 1, 3, 4, 2, 3, 1, 4, 3, 2]):
        units = max(1 + 4 * death, len(before) + 1)
        after, code, stderr = interrupt(job, job.start("run", ranks=ranks), units, kill_a_rank)
        assert code not in (0, 75), stderr
        assert {name: after[name] for name in before} == before
        assert len(before) < len(after) < UNITS
        before = after
    job.do("run", ranks=3)
    check_resumed(job, before, expected)


STOPPED = ["ttt-eval: stopped with work left; the same command goes on"]


def usr1_to_the_launcher(process):
    process.send_signal(signal.SIGUSR1)


def term_to_the_last_rank(process):  # srun and scancel reach the ranks
    os.kill(ranks_of(process)[-1], signal.SIGTERM)


@pytest.mark.parametrize("ranks, resumed", [(1, 3), (3, 2)])
@pytest.mark.parametrize("strike", [usr1_to_the_launcher, term_to_the_last_rank])
def test_a_request_to_stop_is_met_and_the_run_goes_on_later(job, expected, strike, ranks, resumed):
    before, code, stderr = interrupt(job, job.start("run", ranks=ranks), 1, strike)
    assert code == 75, stderr
    assert complaints(stderr) == STOPPED
    assert not list(job.out.rglob("*.part"))
    job.do("run", ranks=resumed)
    check_resumed(job, before, expected)


def test_mpirun_ends_ranks_at_term_and_the_run_goes_on_later(job, expected):
    """mpirun 4.1 does not pass TERM on at once, and returns a code of its own."""
    process = job.start("run", ranks=2)
    before, code, _ = interrupt(job, process, 1, lambda process: process.send_signal(signal.SIGTERM))
    assert code not in (0, 75)
    job.do("run", ranks=3)
    check_resumed(job, before, expected)


@pytest.mark.parametrize("ranks, resumed", [(1, 2), (2, 1)])
def test_a_training_that_is_stopped_goes_on_to_the_same_models(trained, tmp_path, ranks, resumed):
    folders = [tmp_path / "undisturbed", tmp_path / "stopped"]
    undisturbed, stopped = [Job(folder) for folder in folders if not folder.mkdir()]
    for job in (undisturbed, stopped):
        job.changes = ["training.epochs=100"]
        job.do("prepare")
    undisturbed.do("train", ranks=2)
    process = stopped.start("train", ranks=ranks)
    wait_until(lambda: any(seconds_of_work(rank) > 1 for rank in ranks_of(process)), process)
    process.send_signal(signal.SIGUSR1)
    _, stderr = process.communicate(timeout=PATIENCE)
    assert process.returncode == 75, stderr
    assert complaints(stderr) == STOPPED
    assert list((stopped.out / "models").glob("*.unfinished.safetensors"))
    stopped.do("train", ranks=resumed)
    models = [{file.name: file.read_bytes() for file in (job.out / "models").iterdir()} for job in (undisturbed, stopped)]
    assert models[0] == models[1]


@pytest.mark.parametrize("stage, words", [("run", []), ("all", []), ("all", ["--ranks", "2"])])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_what_the_user_started_stops_and_goes_on_later(job, expected, stage, words, number):
    process = job.start(stage, *words)
    before, code, stderr = interrupt(job, process, 1, lambda process: process.send_signal(number))
    assert code == 75, stderr
    assert complaints(stderr) == STOPPED
    job.do("run", ranks=2)
    check_resumed(job, before, expected)


@pytest.mark.parametrize("words", [[], ["--ranks", "2"]])
def test_ranks_stop_when_what_started_them_is_killed(job, expected, words):
    process = job.start("all", *words)
    wait_until(lambda: any((job.out / "segments").rglob("*.h5")), process)
    (stage,) = ranks_of(process)
    process.kill()
    process.wait()
    deadline = time.monotonic() + PATIENCE
    while Path(f"/proc/{stage}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    before = committed(job)
    assert 0 < len(before) < UNITS
    job.do("run", ranks=2)
    check_resumed(job, before, expected)
