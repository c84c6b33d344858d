"""What a person does with a finished job: inspect its files, compare it with another, verify it, sweep a rate."""

import hashlib
import json
import math
import re
import shutil
import subprocess

import h5py
import numpy as np
import pytest
import tomllib

from small_job import (ENVIRONMENT, METHODS, PATIENCE, PROGRAM, SPEC, Job, one_line,  # noqa: F401 (fixtures)
                       spec_text, trained)

NORM = METHODS["norm"]
SEAL = b"ttt-eval sha256 "


def ask(*words, cwd=None):
    return subprocess.run([str(PROGRAM), *map(str, words)], env=ENVIRONMENT, capture_output=True, text=True, cwd=cwd,
                          timeout=PATIENCE, stdin=subprocess.DEVNULL)


def told(*words, cwd=None):
    done = ask(*words, cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def complete(trained, tmp_path_factory):  # noqa: F811
    """A job after `aggregate`: to be read, not changed."""
    folder = tmp_path_factory.mktemp("complete")
    shutil.copytree(trained, folder / "out")
    job = Job(folder)
    job.do("run", "aggregate")
    return job


@pytest.fixture
def copy(complete, tmp_path):
    shutil.copytree(complete.out, tmp_path / "out")
    return Job(tmp_path)


def segment_of(job, method):
    return next((job.out / "segments" / method).rglob("*.h5"))


def seal_again(file):
    """Another program changed the file, which cut its seal off, and a forger put a right one on it."""
    contents = file.read_bytes()
    assert SEAL not in contents
    file.write_bytes(contents + SEAL + hashlib.sha256(contents).hexdigest().encode() + b"\n")


# inspect


def inspected(file):
    return json.loads(told("inspect", file, "--json"))


def test_every_file_of_a_job_is_known_for_what_it_is(complete):
    kinds = {"testset.h5": "test set", "testset.toml": "test set's options", "results.h5": "results",
             "timing.csv": "timing log", "timing.h5": "timing table", "models/joint-1.safetensors": "source model",
             segment_of(complete, "norm").relative_to(complete.out): "segment", "../job.toml": "job spec"}
    for name, kind in kinds.items():
        facts = inspected(complete.out / name)
        assert facts["kind"].startswith(kind + ":"), name
        assert facts["sha256"] == hashlib.sha256((complete.out / name).read_bytes()).hexdigest()


def test_what_is_shown_is_what_the_files_hold(complete):
    results = inspected(complete.out / "results.h5")
    assert results["samples"] == "12 (12 report, 0 tune)" and results["models"] == "joint-1, joint-2"
    assert "24 ok" in results["method norm"] and "[method.norm]" in results["spec"]
    segment = inspected(segment_of(complete, "norm"))
    assert segment["method"] == "norm" and segment["statuses"] == "3 ok" and "logits [3, 3, 10]" in segment["columns"]
    test_set = inspected(complete.out / "testset.h5")
    data = f"data = {test_set['sha256']}\n"
    assert data in segment["fingerprint"] and data in results["fingerprint"]
    with h5py.File(complete.out / "testset.h5") as file:
        assert test_set["base images"] == str(len(set(file["base"][()])))
    assert "[model.joint]" in inspected(complete.out / "models/joint-1.safetensors")["spec"]


def test_the_plain_words_are_the_same_facts(complete):
    text = told("inspect", complete.out / "results.h5")
    for name, value in inspected(complete.out / "results.h5").items():
        assert name in text and value in text


def test_a_file_of_another_program_is_named_as_what_it_looks_like(complete, tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(3))
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["x"] = [1, 2]
    (tmp_path / "c").write_bytes(b"")
    assert "looks like a NumPy array" in one_line(ask("inspect", tmp_path / "a.npy"), 65)
    assert "is no file of ttt-eval" in one_line(ask("inspect", tmp_path / "b.h5"), 65)
    assert "it is empty" in one_line(ask("inspect", tmp_path / "c"), 65)
    assert "PNG" in one_line(ask("inspect", complete.out / "contact_sheet.png"), 65)
    assert "no such file" in one_line(ask("inspect", tmp_path / "d"), 65)
    assert "is a folder" in one_line(ask("inspect", complete.out), 65)


def test_a_broken_seal_is_not_passed_over(copy):
    file = segment_of(copy, "vote")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert "SHA-256" in one_line(ask("inspect", file), 65)


# compare


def test_a_job_does_not_differ_from_itself(complete, tmp_path):
    text = told("compare", complete.out, complete.out / "results.h5", cwd=tmp_path)
    assert "spec: the same" in text and "fingerprint: the same" in text
    assert len(re.findall(r"every prediction is the\s+same", text)) == len(METHODS)
    assert (tmp_path / "compare-out-out.html").read_text().startswith("<!DOCTYPE html>")


def exact_mcnemar(fixed, broken):
    n, few = fixed + broken, min(fixed, broken)
    return min(1, 2 * sum(math.comb(n, k) for k in range(few + 1)) / 2**n)


def test_differences_are_those_of_the_records(complete, tmp_path):
    other = Job(tmp_path, {"norm": NORM.replace("0.05", "5.0"), "vote": METHODS["vote"], "more": METHODS["all"]})
    shutil.copytree(complete.out, other.out)
    other.do("run", "aggregate")
    page = tmp_path / "page.html"
    text = told("compare", complete.out, other.out, "--html", page)
    before, after = complete.records("norm")["correct"], other.records("norm")["correct"]
    fixed, broken = ((after > before)[..., 2].sum(), (after < before)[..., 2].sum())
    assert fixed + broken > 0
    gain = 100 * (after[..., 2].mean() - before[..., 2].mean())
    (row,) = re.findall(r"^ +2 steps .*$", text, re.MULTILINE)
    cells = row.split()
    assert [float(c) for c in cells[2:5]] == pytest.approx([100 * before[..., 2].mean(), 100 * after[..., 2].mean(), gain],
                                                           abs=0.051)
    assert f"{fixed}/{broken}" in cells and float(cells[-1]) == pytest.approx(exact_mcnemar(fixed, broken), abs=0.006)
    assert re.search(r"method\.norm\.learning_rate +0\.05 +5", text)
    assert "only in out: more" in text.replace(str(other.out), "out")
    assert "method.norm.learning_rate" in page.read_text() and "<svg" in page.read_text()


def test_other_test_sets_are_paired_by_their_pixels_or_refused(complete, trained, tmp_path):  # noqa: F811
    more = Job(tmp_path, {"vote": METHODS["vote"]})
    shutil.copytree(trained / "models", more.out / "models")
    more.changes = ['data.report.shifts=["glyph_fog", "glyph_gauss"]']
    more.do("prepare")
    more.do("run", "aggregate")
    text = told("compare", complete.out, more.out, "--html", tmp_path / "page.html")
    with h5py.File(complete.out / "testset.h5") as a, h5py.File(more.out / "testset.h5") as b:
        same = {image.tobytes() for image in a["image"]} & {image.tobytes() for image in b["image"]}
    assert f"{len(same)} paired samples" in text and "the test sets differ" in text
    (more.out / "testset.h5").unlink()
    line = one_line(ask("compare", complete.out, more.out), 65)
    assert "test sets differ" in line


# verify


def faults(done):
    assert done.returncode == 65, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("fault: ")]


def test_a_finished_job_is_verified_and_left_alone(copy):
    before = copy.files()
    text = told("verify", copy.out, "--episodes", 6)
    assert "6 of 6 done again have the same bytes" in text and "32 intact, 0 damaged" in text
    assert copy.files() == before


def test_other_block_sizes_and_older_options_beside_are_no_fault(copy):
    copy.changes = ["run.block=5"]
    copy.do("run")  # beside the segments of 3
    copy.changes = ["run.block=5", "method.norm.steps=1"]
    copy.do("run", "aggregate")
    assert "is as it was made" in told("verify", copy.out, "--episodes", 0)


def test_partial_results_are_what_the_segments_that_are_there_make(copy):
    segment_of(copy, "all").unlink()
    copy.results("--partial")
    assert "is as it was made" in told("verify", copy.out, "--episodes", 4)
    assert "PARTIAL" in inspected(copy.out / "results.h5")["complete"]


def test_each_fault_has_its_line(copy):
    norm = sorted((copy.out / "segments/norm/joint-1").iterdir())
    content = bytearray(norm[0].read_bytes())
    content[100] ^= 1
    norm[0].write_bytes(content)
    vote = segment_of(copy, "vote")
    shutil.copy(vote, vote.parent / "9-0123456789ab.h5")
    segment_of(copy, "all").unlink()
    lines = faults(ask("verify", copy.out, "--episodes", 0))
    assert len(lines) == 4, lines
    assert any("SHA-256" in line and norm[0].name in line for line in lines)
    assert any("is a copy of" in line and "9-0123456789ab.h5" in line for line in lines)
    assert sum("3 samples from sample" in line and "have no segment" in line for line in lines) == 2


def test_inputs_that_changed_since_are_named(copy):
    weights = copy.out / "models/joint-2.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    (line,) = faults(ask("verify", copy.out))
    assert "joint-2.safetensors" in line and "not the file that the results were made from" in line


def test_results_that_their_segments_do_not_make_are_named(copy):
    file = copy.out / "results.h5"
    with h5py.File(file, "r+") as opened:
        opened["methods/vote/main_loss"][1, 4, 0] = 0.25
    seal_again(file)
    lines = faults(ask("verify", copy.out, "--episodes", 0))
    assert len(lines) == 1 and "method vote, model joint-2, sample 4: main_loss" in lines[0]


def test_records_that_were_made_up_are_found_by_doing_them_again(copy):
    for file in (copy.out / "segments/vote").rglob("*.h5"):
        with h5py.File(file, "r+") as opened:
            opened["entropy"][...] = 0.5
        seal_again(file)
    copy.do("aggregate")
    assert "is as it was made" in told("verify", copy.out, "--episodes", 0)
    (line,) = faults(ask("verify", copy.out, "--episodes", 4))  # one of each method
    assert "vote/" in line and "entropy has other bytes" in line


def test_streams_are_done_again_up_to_their_sample(complete, tmp_path):
    job = Job(tmp_path, {"online": NORM + "\nreset = 'never'"})
    shutil.copytree(complete.out, job.out)
    job.do("run", "aggregate")
    assert "3 of 3 done again" in told("verify", job.out, "--episodes", 3)


# sweep

RATES = [0.0001, 0.05, 20.0]


@pytest.fixture(scope="module")
def swept(trained, tmp_path_factory):  # noqa: F811
    folder = tmp_path_factory.mktemp("swept")
    spec = spec_text({"norm": NORM.replace("0.05", str(RATES)), "vote": METHODS["vote"]})
    job = Job(folder, spec=spec.replace("[data.report]", "[data.tune]\nbase_images = 4\nshifts = ['glyph_texture']\n\n"
                                        "[data.report]"))
    return job, job.do("sweep")


def test_the_choice_is_the_best_on_tune_and_the_report_is_of_other_samples(swept):
    job, _ = swept
    with h5py.File(job.out / "sweep/results.h5") as tune:
        assert (tune["split"][()] == 0).all()
        scores = {(name, int(milestone)): method["correct"][:, :, at].mean()
                  for name, method in tune["methods"].items()
                  for at, milestone in enumerate(method["milestone"][()]) if milestone > 0}
        assert {name for name, _ in scores} == {f"norm-learning_rate={rate:g}" for rate in RATES}
    choice = tomllib.loads((job.out / "sweep/choice.toml").read_text())["choice"]["norm"]
    best = max(scores.values())
    assert scores[choice["chosen"], choice["milestone"]] == best
    assert choice["milestone"] == min(at for (_, at), score in scores.items() if score == best)
    with h5py.File(job.out / "results.h5") as results:
        assert set(results["methods"]) == {choice["chosen"], "vote"} and (results["split"][()] == 1).all()


def test_the_report_and_the_terminal_name_the_choice(swept):
    job, text = swept
    chosen = tomllib.loads((job.out / "sweep/choice.toml").read_text())["choice"]["norm"]["chosen"]
    page = (job.out / "report.html").read_text()
    assert "What was chosen on the split tune" in page
    assert f"Of the sweep norm, {chosen} at" in page and "On the split report" in page
    rows = (job.out / "sweep/sweep.csv").read_text().splitlines()
    assert len(rows) == 1 + len(RATES) * 3 and sum(row.endswith(",1") for row in rows) == 1
    assert "chosen" in text and "On the split report" in " ".join(text.split())


def test_a_sweep_that_is_repeated_evaluates_nothing_again(swept):
    job, _ = swept
    before = job.files()
    job.do("sweep")
    after = job.files()
    assert {n: t for n, t in after.items() if n.startswith(("segments/", "models/", "testset"))} == {
        n: t for n, t in before.items() if n.startswith(("segments/", "models/", "testset"))}


def test_every_file_of_a_sweep_is_known_and_its_job_verified(swept):
    job, _ = swept
    assert inspected(job.out / "sweep/choice.toml")["kind"].startswith("choice:")
    assert inspected(job.out / "sweep/results.h5")["samples"].endswith("tune)")
    assert "is as it was made" in told("verify", job.out, "--episodes", 2)


def test_a_spec_without_lists_or_without_tune_is_refused_at_once(tmp_path):
    assert "sweeps nothing" in one_line(Job(tmp_path).ask("sweep"), 64)
    job = Job(tmp_path, {"norm": NORM.replace("0.05", "[0.05, 0.1]")})
    assert "[data.tune] is empty" in one_line(job.ask("sweep"), 64)
