"""Models of the family program in a whole job: the same bytes for any ranks, lanes and threads, and after a kill."""

import json
import os
import random
import shutil
import signal
import subprocess

import h5py
import numpy as np
import pytest

from program_files import write_program, write_safetensors
from small_job import PATIENCE, PROGRAM, SPEC, Job, one_line, outcome, wait_until

SHORT = "kind = 'adapt'\nsteps = 2\nviews_per_step = 3\nlearning_rate = 0.05\nmilestones = [0, 1, 2]\n"
OWN = SHORT + "task = 'program'\n"
METHODS = {
    "rotation": OWN + "loss = 'rotation'\nkeep = ['features', 'probe_loss', 'gradients']\n",
    "noise": OWN + "loss = 'noise'\nsubset = 'norm'\noptimiser = 'adam'\n",
    "near": OWN + "loss = 'noise'\nadapt_on = 'neighbours'\nneighbours = 2\n",
    "stream": OWN + "loss = 'rotation'\nreset = 'never'\n",
    "other": OWN + "loss = 'rotation'\nadapt_on = 'other'\n",
    "memo": SHORT + "task = 'entropy'\n",
    "tent": SHORT + "task = 'tent'\nsubset = 'norm'\n",
    "eata": SHORT + "task = 'eata'\nmargin = 1.0\n",
    "sar": SHORT + "task = 'sar'\nmargin = 1.0\nsam_radius = 0.05\n",
    "deyo": SHORT + "task = 'deyo'\nmargin = 1.0\nfall = -1\n",
    "vote": "kind = 'vote'\nviews = 4\nkeep = ['view_logits']\n",
    "ensemble": "kind = 'ensemble'\n",
    "gate": "kind = 'policy'\nfrom = 'rotation'\nrule = 'oracle'\n",
    "t3a": "kind = 'memory'\nfrom = 'rotation'\nrule = 't3a'\n",
    "knn": "kind = 'memory'\nfrom = 'rotation'\nrule = 'knn'\n",
}


def spec(files, methods=METHODS):
    """The small job with these files as its models."""
    begin, end = SPEC.index("[model.joint]"), SPEC.index("[training]")
    listed = f'"{files[0]}"' if len(files) == 1 else json.dumps([str(file) for file in files])
    return SPEC[:begin] + f"[model.tiny]\nprogram = {listed}\n\n" + SPEC[end:] + "".join(
        f"\n[method.{name}]\n{options}" for name, options in methods.items())


def form(job):
    with h5py.File(job.out / "testset.h5") as file:
        return *file["image"].shape[1:], 10


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The test set, and two models beside it."""
    folder = tmp_path_factory.mktemp("programs")
    files = [folder / "one.program", folder / "two.program"]
    job = Job(folder, spec=spec(files))
    job.do("prepare")
    for seed, file in enumerate(files):
        write_program(file, seed, *form(job))
    job.do("train")
    return folder, files


@pytest.fixture(scope="module")
def whole(prepared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    shutil.copytree(prepared[0] / "out", folder / "out")
    job = Job(folder, spec=spec(prepared[1]))
    return outcome(job), job


@pytest.fixture
def job(prepared, tmp_path):
    shutil.copytree(prepared[0] / "out", tmp_path / "out")
    return Job(tmp_path, spec=spec(prepared[1]))


def test_nothing_is_trained(prepared):
    assert not (prepared[0] / "out" / "models").exists()


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_any_number_of_ranks_makes_the_same_bytes(job, whole, ranks):
    job.do("run", ranks=ranks)
    assert job.segments() == whole[0].segments
    assert job.results() == whole[0].results


@pytest.mark.parametrize("change", ["run.lanes=1", "run.lanes=4", "run.lanes=16", "run.threads=3"])
def test_lanes_and_threads_make_the_same_bytes(job, whole, change):
    job.changes = [change]
    job.do("run")
    assert job.results() == whole[0].results


def test_a_killed_run_goes_on_with_the_same_bytes(job, whole):
    for units, ranks in [(3, 2), (20, None)]:
        process = job.start("run", ranks=ranks)
        wait_until(lambda: len(list((job.out / "segments").rglob("*.h5"))) >= units, process)
        children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
        os.kill(int(random.choice(children)) if children and ranks else process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
    job.do("run", ranks=2)
    assert job.segments() == whole[0].segments
    assert job.results() == whole[0].results


def test_every_method_gives_predictions(whole):
    with h5py.File(whole[1].out / "results.h5") as file:
        for name in METHODS:
            assert (file["methods"][name]["predicted"][()] >= 0).all(), name
        adapted = file["methods"]["rotation"]
        assert (adapted["update_norm"][()] > 0).all() and np.isfinite(adapted["probe_loss"][()]).all()
        assert (adapted["logits"][:, :, 0] != adapted["logits"][:, :, 2]).any(axis=-1).all()


def test_the_report_is_written(whole):
    whole[1].do("report")
    assert "rotation" in (whole[1].out / "report.html").read_text()


def test_the_check_against_float64_holds(job):
    done = job.ask("bench", "--json", "--check", "3")
    assert done.returncode == 0, done.stderr
    parity = json.loads(done.stdout)["parity"]
    assert parity["same_alone"] and parity["predictions_differ"] == 0 and parity["losses"]["largest"] < 1e-4


@pytest.mark.parametrize("code, words, change, method", [
    (65, ["one.program", "ttt-program 2"], lambda text: text.update(format="ttt-program 2"), OWN + "loss = 'noise'\n"),
    (64, ["model.tiny", "9 x 9"], lambda text: text["input"].update(height=9, width=9), OWN + "loss = 'noise'\n"),
    (64, ["model.tiny", "one of noise, rotation"], None, OWN),
    (64, ["model.tiny", "has no loss \"mae\""], None, OWN + "loss = 'mae'\n"),
    (64, ["model.tiny", "no rotation head"], None, SHORT),
    (64, ["model.tiny", "no subset \"trunk\"", "all, norm"], None, OWN + "loss = 'noise'\nsubset = 'trunk'\n"),
])
def test_what_does_not_fit_is_one_line_before_the_work(prepared, tmp_path, code, words, change, method):
    shutil.copytree(prepared[0] / "out", tmp_path / "out")
    file = tmp_path / "one.program"
    job = Job(tmp_path, spec=spec([file], {"m": method}))
    write_program(file, 0, *form(job), change=change)
    line = one_line(job.ask("run"), code)
    assert all(word in line for word in words), line
    assert not (job.out / "segments").exists()


def test_files_of_a_group_must_be_one_program(prepared, tmp_path):
    shutil.copytree(prepared[0] / "out", tmp_path / "out")
    other = tmp_path / "other.program"
    job = Job(tmp_path, spec=spec([prepared[1][0], other], {"m": OWN + "loss = 'noise'\n"}))
    write_program(other, 1, *form(job), change=lambda text: text["functions"].pop("loss.rotation"))
    assert "another program" in one_line(job.ask("run"), 65)
    assert not (job.out / "segments").exists()


def test_a_key_of_no_family_names_the_families(prepared, tmp_path):
    job = Job(tmp_path, spec=spec(prepared[1]).replace("program =", "progam =", 1))
    assert 'did you mean "program"' in one_line(job.ask("run"), 64)


def test_replay_takes_steps_in_both_precisions(tmp_path):
    file, given, made = tmp_path / "tiny.program", tmp_path / "in.safetensors", tmp_path / "out.safetensors"
    write_program(file, 3, 8, 8, 1, 5)
    random = np.random.default_rng(0)
    x = random.normal(size=(2, 3, 4, 1, 8, 8)).astype(np.float32)
    write_safetensors(given, {"x": x, "x.predict": x[:, 0], "d.scale": random.normal(size=(2, 3, 4, 8)).astype(np.float32)}, {})
    run = lambda *words, loss="noise": subprocess.run(
        [PROGRAM, "replay", file, "--loss", loss, "--input", given, "--output", made, *words], capture_output=True, text=True)
    outputs = {}
    for precision in ("float32", "float64"):
        done = run("--precision", precision, "--learning-rate", "0.1")
        assert done.returncode == 0, done.stderr
        outputs[precision] = read_safetensors(made)
    single, double = outputs["float32"], outputs["float64"]
    assert single["losses"].shape == (2, 3) and single["logits"].shape == (2, 4, 5) and (single["seconds"] > 0).all()
    np.testing.assert_allclose(single["losses"], double["losses"], rtol=1e-5)
    assert (double["logits"] != double["logits.source"]).any()
    assert run("--learning-rate", "0").returncode == 0
    still = read_safetensors(made)
    assert np.array_equal(still["logits"], still["logits.source"])
    assert "none of its losses" in run(loss="other").stderr


def read_safetensors(file):
    text = file.read_bytes()
    length = int.from_bytes(text[:8], "little")
    header = json.loads(text[8:8 + length])
    return {name: np.frombuffer(text[8 + length:][slice(*entry["data_offsets"])], np.float64).reshape(entry["shape"])
            for name, entry in header.items() if name != "__metadata__"}
