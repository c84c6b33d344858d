"""What `bench` says of a method: its figures agree with each other."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from small_job import Job

PHASES = {"views", "forward", "loss", "backward", "optimiser", "prediction"}


def without_files(spec, *arguments):
    """ttt-bench, the program for machines without MPI and HDF5."""
    program = Path(os.environ["TTT_BUILD"]) / "ttt-bench"
    return subprocess.run([program, spec, *arguments], capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


@pytest.fixture(scope="module", params=["ttt-eval", "ttt-bench"])
def figures(request, tmp_path_factory):
    job = Job(tmp_path_factory.mktemp("bench"))
    done = job.ask("bench", "--json") if request.param == "ttt-eval" else without_files(job.spec, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_rates_are_work_by_time(figures):
    seconds = figures["seconds_per_sample"]
    assert figures["seconds_per_sample_least"] <= seconds
    assert figures["samples_per_second"] == pytest.approx(1 / seconds)
    assert figures["gflops"] == pytest.approx(figures["gflop_per_sample"] / seconds)
    assert figures["of_peak"] == pytest.approx(figures["gflops"] / figures["fma_peak_gflops"])


def test_every_phase_has_its_time_and_the_passes_their_work(figures):
    phases = figures["phases"]
    assert set(phases) == PHASES
    assert all(phase["seconds"] > 0 for phase in phases.values())
    passes = ("forward", "backward", "prediction")  # an episode that ends at the last milestone predicts once
    assert sum(phases[name]["gflop"] for name in passes) == pytest.approx(figures["gflop_per_sample"])


def test_it_says_which_kernels_ran_and_what_a_lane_holds(figures):
    assert figures["blocks_by_hand"] == figures["blocks"] == 3
    assert "hand-written kernels" in figures["path"]
    assert figures["bytes_per_lane"]["weights"] == figures["bytes_per_lane"]["gradients"] > 0


def parity(job, *arguments):
    done = job.ask("bench", "--json", "--check", "2", "--set", "run.lanes=3", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["parity"]


def test_episodes_are_compared_with_float64(tmp_path):
    job = Job(tmp_path)
    single, coarse = parity(job), parity(job, "--set", "run.precision=bf16")
    assert single["samples"] == 2 and single["same_alone"] and coarse["same_alone"]
    assert single["predictions_differ"] == 0 < single["predictions"]
    for of in ("losses", "logits"):
        assert single[of]["median"] <= single[of]["largest"] and 0 < single[of]["largest"] < 1e-3
        assert coarse[of]["largest"] > 30 * single[of]["largest"]
    exact = parity(job, "--set", "run.precision=float64")
    assert exact["losses"]["largest"] == exact["logits"]["largest"] == 0


def test_without_a_method_that_adapts_it_says_so(tmp_path):
    done = Job(tmp_path, {"vote": "kind = 'vote'\nviews = 5"}).ask("bench")
    assert done.returncode == 64
    assert "none of them adapts" in done.stderr


def test_images_in_files_are_refused_where_none_are_read(tmp_path):
    done = without_files(Job(tmp_path).spec, "--set", "data.source=images", "--set", "data.path=photos")
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr.startswith("ttt-bench: data.source:")


def bench_text(*arguments):
    program = Path(os.environ["TTT_BUILD"]) / "ttt-bench-text"
    return subprocess.run([program, "--documents", "1", *arguments], capture_output=True, text=True)


def test_an_episode_on_text_does_the_work_of_the_closed_form():
    figures = json.loads(bench_text("--train", "1").stdout)
    width, scored = 64, 64
    macs = [rows * 2 * (12 * width**2 + width * (rows + 1)) + scored * 256 * width for rows in [64] + 15 * [128]]
    assert figures["steps"] == 60
    assert figures["gflop"] == pytest.approx(2e-9 * (sum(12 * m for m in macs[:-1]) + macs[-1]))
    assert figures["gflops"] == pytest.approx(figures["gflop"] / (60 * figures["s_per_lane_step"]))
    assert figures["differentiate"] + figures["step"] + figures["score"] < 60 * figures["s_per_lane_step"]
    assert figures["s_per_training_step"] > 0
    assert json.loads(bench_text("--train", "0", "--subset", "norm").stdout)["gflop"] < figures["gflop"]


def test_what_no_transformer_adapts_is_refused():
    done = bench_text("--subset", "trunk")
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr.startswith("ttt-bench-text: --subset")
