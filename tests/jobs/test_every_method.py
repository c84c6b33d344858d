"""Every kind of method, task, rule and choice in one job: the same bytes for any ranks and lanes, and after a kill."""

import os
import random
import re
import shutil
import signal
import subprocess

import h5py
import numpy as np
import pytest

from small_job import PATIENCE, PROGRAM, Job, outcome, spec_text, wait_until

SHORT = "kind = 'adapt'\nsubset = 'norm'\nsteps = 1\nviews_per_step = 2\nlearning_rate = 0.05\n"
KEPT = "keep = ['features', 'auxiliary_confidence', 'probe_loss', 'gradients']\n"


def names_of(what):
    """What `ttt-eval list` shows of a registry."""
    lines = subprocess.run([PROGRAM, "list", what], capture_output=True, text=True, check=True).stdout.splitlines()
    return [match[1] for line in lines if (match := re.match(r"  (\w+)  +\S", line))]


def policy(rule):
    return f"kind = 'policy'\nfrom = 'ttt'\nrule = '{rule}'\n" + ("with = 'vote_mean'\n" if rule == "with_vote" else "")


METHODS = {
    "ttt": SHORT.replace("steps = 1", "steps = 2") + KEPT,
    "never": SHORT + "reset = 'never'\n" + KEPT,
    "every": SHORT + "reset = 'every'\nreset_every = 2\norder = 'mixed'\noptimiser = 'adam'\n",
    "recovery": SHORT + "reset = 'recovery'\nreset_below = 2.0\norder = 'class'\n",
    "blocked": SHORT.replace("'norm'", "'low_rank'") + "reset = 'never'\norder = 'blocked'\nrank = 1\n",
    "near": SHORT + "adapt_on = 'neighbours'\nneighbours = 2\n",
    "sift": SHORT + "adapt_on = 'neighbours'\nneighbours = 2\nneighbour_choice = 'sift'\ntask = 'entropy'\n",
    "anyone": SHORT + "adapt_on = 'neighbours'\nneighbours = 2\nneighbour_choice = 'random'\n",
    "alone": SHORT + "adapt_on = 'neighbours'\nneighbours = 0\n",
    "own": SHORT,
    "each": SHORT + "reset = 'every'\nreset_every = 1\n",
    "unit": SHORT + "normalise_gradient = true\n",
    "ensemble": "kind = 'ensemble'\nrule = 'sequential'\n",
}
for task in sorted(set(names_of("tasks")) - {"program"}):  # which is tested in test_program_models.py
    METHODS[f"task_{task}"] = SHORT + f"task = '{task}'\n" + ("sam_radius = 0.05\n" if task == "sar" else "")
for rule in names_of("votes"):
    METHODS[f"vote_{rule}"] = f"kind = 'vote'\nviews = 4\nrule = '{rule}'\nkeep = ['view_logits']\n"
for rule in names_of("policies"):
    METHODS[f"policy_{rule}"] = policy(rule)
for rule in names_of("memory"):
    METHODS[f"memory_{rule}"] = f"kind = 'memory'\nfrom = 'ttt'\nrule = '{rule}'\norder = 'blocked'\n"

TUNE = '\n[data.tune]\nbase_images = 4\nshifts = ["glyph_gauss"]\n'
SPEC_OF_ALL = spec_text(METHODS).replace("[run]", "[run]\nsplit = 'all'").replace(
    "[training]", TUNE + "\n[training]")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    job = Job(tmp_path_factory.mktemp("all"), spec=SPEC_OF_ALL)
    job.do("prepare", "train")
    return job.out


@pytest.fixture(scope="module")
def whole(prepared, tmp_path_factory):
    """What one rank makes, and the job that has it."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(prepared, folder / "out")
    job = Job(folder, spec=SPEC_OF_ALL)
    return outcome(job), job


@pytest.fixture
def job(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path / "out")
    return Job(tmp_path, spec=SPEC_OF_ALL)


def test_the_registries_are_all_in_the_job():
    assert {"adapt", "vote", "ensemble", "policy", "memory"} <= set(names_of("methods"))
    assert len(names_of("policies")) >= 14 and len(names_of("votes")) >= 7 and len(names_of("memory")) >= 4


@pytest.mark.parametrize("ranks", [2, 3, 8])
def test_any_number_of_ranks_makes_the_same_bytes(job, whole, ranks):
    job.do("run", ranks=ranks)
    assert job.segments() == whole[0].segments
    assert job.results() == whole[0].results


@pytest.mark.parametrize("lanes", [1, 4, 16])
def test_any_number_of_lanes_makes_the_same_bytes(job, whole, lanes):
    job.changes = [f"run.lanes={lanes}"]
    job.do("run")
    assert job.results() == whole[0].results


def test_a_killed_run_goes_on_with_the_same_bytes(job, whole):
    for units, ranks in [(3, 2), (20, 3), (60, None)]:
        process = job.start("run", ranks=ranks)
        wait_until(lambda: len(list((job.out / "segments").rglob("*.h5"))) >= units, process)
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
        os.kill(int(random.choice(children)) if children and ranks else process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
    job.do("run", ranks=2)
    assert job.segments() == whole[0].segments
    assert job.results() == whole[0].results


def columns(job, method):
    with h5py.File(job.out / "results.h5") as file:
        return {name: data[()] for name, data in file["methods"][method].items() if data.ndim >= 2}


@pytest.mark.parametrize("method", ["alone", "each"])
def test_no_neighbours_and_a_reset_at_every_sample_are_episodes(whole, method):
    own, other = columns(whole[1], "own"), columns(whole[1], method)
    assert own.keys() == other.keys() and all(own[name].tobytes() == other[name].tobytes() for name in own)


@pytest.mark.parametrize("method", ["never", "every", "recovery", "blocked", "near", "sift", "anyone"])
def test_streams_and_neighbours_are_something_else(whole, method):
    assert columns(whole[1], method)["logits"].tobytes() != columns(whole[1], "own")["logits"].tobytes()


def test_the_first_sample_of_a_stream_is_an_episode(whole):
    """Of nine streams, one a split, shift and severity, exactly the first samples are as if nothing came before."""
    own, online = columns(whole[1], "own"), columns(whole[1], "never")
    same = (own["logits"] == online["logits"]).all(axis=(2, 3)).sum(axis=1)
    with h5py.File(whole[1].out / "results.h5") as file:
        streams = len(set(zip(file["split"][()], file["shift"][()], file["severity"][()])))
    assert (same >= streams).all() and (same < own["logits"].shape[1]).all()


def test_steps_of_length_zero_leave_a_stream_at_the_source(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path / "out")
    still = SHORT.replace("0.05", "1e-30")
    job = Job(tmp_path, spec=spec_text({"own": still, "never": still + "reset = 'never'\n"}).replace(
        "[training]", TUNE + "\n[training]"))
    job.do("run", "aggregate")
    own, never = columns(job, "own"), columns(job, "never")
    assert np.array_equal(own["predicted"], never["predicted"]) and np.array_equal(own["logits"][:, :, 0], never["logits"][:, :, 1])


def test_controls_come_along_with_a_policy(whole):
    with h5py.File(whole[1].out / "results.h5") as file:
        roles = {name: group.attrs["role"] for name, group in file["methods"].items()}
    assert roles["policy_entropy_gate"] == "policy"
    assert roles["policy_entropy_gate+random"] == "control"
    assert roles["policy_entropy_gate+oracle"] == "oracle" == roles["policy_oracle"]
    assert roles["never"] == "online" and roles["memory_t3a"] == "memory"


def test_a_report_of_all_of_them_is_written(whole):
    whole[1].do("report")
    page = (whole[1].out / "report.html").read_text()
    assert all(method in page for method in METHODS)
