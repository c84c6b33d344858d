"""The five stages one by one, what they leave, and what they do not do again."""

import os
import re
import shutil
import subprocess

import h5py
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from small_job import (ENVIRONMENT, METHODS, PATIENCE, PROGRAM, Job, job, spec_text, trained,  # noqa: F401 (fixtures)
                       wait_until)

PREPARED = {"testset.h5", "testset.toml", "contact_sheet.png", "job.toml"}
TRAINED = {"models/joint-1.safetensors", "models/joint-2.safetensors"}
FIGURES = {f"figures/joint-{name}" for name in
           ["curve", "shift_gains", "flips", "by_shift", "spread", "by_model", "losses", "reliability"]}
REPORTED = {"report.html", "curves.csv", "curve.svg"} | {f"{name}.svg" for name in FIGURES}
NORM = METHODS["norm"]
OK, SKIPPED, DIVERGED, BAD_INPUT = range(4)


@pytest.fixture(scope="module")
def complete(trained, tmp_path_factory):
    """A job after `all`: to be read, not changed."""
    folder = tmp_path_factory.mktemp("complete")
    shutil.copytree(trained, folder / "out")
    job = Job(folder)
    job.do("all")
    return job


def same(left, right):
    """Bit for bit, not-a-number included; texts are references."""
    if left.dtype == object:
        return left.tolist() == right.tolist()
    return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()


def differing(left, right):
    return [name for name in left if not same(left[name], right[name])]


def per_sample(records):
    """The arrays of [model, sample, ...]."""
    return {name: values for name, values in records.items() if values.ndim >= 2}


def test_each_stage_leaves_its_own_files_and_touches_no_other(tmp_path):
    job = Job(tmp_path)
    seen = {}
    segments = {f"segments/{method}/joint-{seed}/{block}"  # and the identity
                for method in ["norm", "all", "entropy", "vote"] for seed in [1, 2] for block in range(4)}
    made = {"prepare": PREPARED, "train": TRAINED, "run": segments, "aggregate": {"results.h5"}, "report": REPORTED}
    for stage, files in made.items():
        job.do(stage)
        now = {name: time for name, time in job.files().items() if not name.startswith("timing")}
        pdfs = {name for name in now if name.endswith(".pdf")}  # of builds with librsvg and cairo
        assert {re.sub("-[0-9a-f]{12}.h5$", "", name) for name in set(now) - set(seen) - pdfs} == files, stage
        assert pdfs in (set(), {f"{name}.pdf" for name in FIGURES}), stage
        assert {name: now[name] for name in seen} == seen, stage
        seen = now


def test_all_leaves_what_the_stages_leave_and_repeats_nothing(complete):
    before = complete.files()
    assert PREPARED | TRAINED | REPORTED | {"results.h5", "timing.h5"} <= set(before)
    content = (complete.out / "results.h5").read_bytes()
    complete.do("all")
    after = complete.files()
    assert set(after) == set(before)
    kept = [name for name in before if name in PREPARED | TRAINED or name.startswith("segments/")]
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert (complete.out / "results.h5").read_bytes() == content


def test_a_program_that_is_built_anew_meanwhile_does_not_break_a_job(trained, tmp_path):
    job = Job(tmp_path)
    program = shutil.copy(PROGRAM, tmp_path)
    at_work = subprocess.Popen([program, *job.command("all")[1:]], env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_until((job.out / "testset.h5").exists, at_work)
    os.replace(shutil.copy(PROGRAM, tmp_path / "new"), program)
    _, said = at_work.communicate(timeout=PATIENCE)
    assert at_work.returncode == 0, said


def test_more_training_images_leave_the_test_set_alone(complete, tmp_path):
    shutil.copytree(complete.out, tmp_path / "out")
    job = Job(tmp_path)
    job.changes = ["data.train_images=300"]
    before = job.files()
    assert "is there already" in job.do("prepare")
    assert job.files() == before


def test_a_report_may_change_without_its_results(complete, tmp_path):
    shutil.copytree(complete.out, tmp_path / "out")
    job = Job(tmp_path)
    content = (job.out / "results.h5").read_bytes()
    job.changes = ["report.title=Another"]
    job.do("report")
    assert "Another" in (job.out / "report.html").read_text()
    assert job.results() == content


def test_a_method_more_repeats_no_other(complete, tmp_path):
    shutil.copytree(complete.out, tmp_path / "out")  # keeps the times
    job = Job(tmp_path, METHODS | {"more": NORM.replace("steps = 2", "steps = 1")})
    before = job.files()
    job.do("all")
    after = job.files()
    assert {name: after[name] for name in before if name.startswith(("segments/", "models/", "testset"))} == {
        name: time for name, time in before.items() if name.startswith(("segments/", "models/", "testset"))}
    assert {name.split("/")[1] for name in set(after) - set(before)} == {"more"}
    for method in METHODS:
        assert differing(complete.records(method), job.records(method)) == []


def test_a_vote_without_a_bound_takes_every_distinct_view(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "out")
    job = Job(tmp_path, {"vote": "kind = 'vote'\nview = { padding = 1, flip = false }"})
    job.do("run", "aggregate", "report")
    assert job.records("vote")["milestone"].tolist() == [1, 2, 4, 8, 9]


def test_a_vote_that_follows_a_dearer_method_is_done_anew_beside_the_old_one(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "out")
    methods = {"norm": NORM, "vote": "kind = 'vote'"}
    Job(tmp_path, methods).do("run")
    before = Job(tmp_path, methods).segments()
    Job(tmp_path, methods | {"dear": METHODS["all"].replace("steps = 2", "steps = 4")}).do("run")
    after = Job(tmp_path, methods).segments()
    assert before.items() <= after.items()
    assert {name.split("/")[0] for name in after.keys() - before.keys()} == {"vote", "dear"}


def test_weights_are_trained_alike_whatever_they_are_evaluated_in(trained, tmp_path):
    job = Job(tmp_path)
    job.changes = ["run.precision=float64"]
    job.do("prepare", "train")
    for name in TRAINED:
        assert (job.out / name).read_bytes() == (trained / name).read_bytes()


def test_threads_train_the_same_weights_and_say_so_when_they_lack_cores(trained, tmp_path):
    job = Job(tmp_path)
    job.changes = ["run.threads=3"]
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        job.do("prepare")
        done = job.ask("train", ranks=2)
    finally:
        os.sched_setaffinity(0, cores)
    assert done.returncode == 0
    assert done.stderr.count("run.threads = 3, but a rank may use 1 core") == 1
    for name in TRAINED:
        assert (job.out / name).read_bytes() == (trained / name).read_bytes()


def test_the_report_is_one_page_without_scripts(complete):
    page = (complete.out / "report.html").read_text()
    assert page.startswith("<!") and "<svg" in page and "<script" not in page
    assert "http-equiv" not in page and "src=\"http" not in page
    assert (complete.out / "curve.svg").read_text().lstrip().startswith("<svg")
    for method in METHODS:
        assert method in page


def test_two_reports_of_the_same_results_are_the_same_bytes(complete):
    files = [name for name in complete.files() if name.startswith(("report", "curve", "figures/"))]
    before = {name: (complete.out / name).read_bytes() for name in files}
    told = complete.do("report")
    assert {name: (complete.out / name).read_bytes() for name in files} == before
    with_pdf = any(name.endswith(".pdf") for name in files)
    assert ("SVG and PDF" in told) == with_pdf and ("librsvg2-dev" in told) != with_pdf


def test_the_table_of_curves_has_the_accuracies_of_the_results(complete):
    curves = pd.read_csv(complete.out / "curves.csv")
    assert set(curves.method) == set(METHODS) and set(curves.partial) == {0}
    for method in METHODS:
        correct = complete.records(method)["correct"]
        for at, model in enumerate(["joint-1", "joint-2"]):
            rows = curves[(curves.method == method) & (curves.model == model) & (curves["shift"] == "all")]
            if method == "ensemble" and rows.empty:
                continue
            assert list(rows.correct) == list(correct[at].sum(axis=0)), (method, model)


def test_xarray_pandas_and_h5py_read_the_results(complete):
    file = complete.out / "results.h5"
    with xr.open_dataset(file, engine="h5netcdf", group="methods/norm") as data:
        assert dict(data.sizes) == {"model": 2, "sample": 12, "milestone": 3, "step": 2, "class": 10}
        accuracy = data.correct.mean(["model", "sample"])
        assert list(data.milestone.values) == [0, 1, 2]
        frame = data[["correct", "main_loss"]].to_dataframe()
    assert frame.correct.groupby("milestone").mean().tolist() == pytest.approx(accuracy.values.tolist())
    with h5py.File(file) as opened:
        norm = opened["methods/norm"]
        table = pd.DataFrame({"shift": norm["shift"][()], "correct": norm["correct"][0, :, -1]})
        assert len(table.groupby("shift")) == 3
        predicted, logits = norm["predicted"][()], norm["logits"][()]
        label = norm["label"][()]
        assert (predicted == logits.argmax(axis=-1)).all()
        assert (norm["correct"][()] == (predicted == label[:, None])).all()
        shifted = np.exp(logits.astype(float) - logits.max(axis=-1, keepdims=True))
        p = shifted / shifted.sum(axis=-1, keepdims=True)
        np.testing.assert_allclose(norm["confidence"][()], p.max(axis=-1), rtol=1e-6)
        loss = -np.log(np.take_along_axis(p, label[None, :, None, None].repeat(2, 0).repeat(3, 2), -1)[..., 0])
        np.testing.assert_allclose(norm["main_loss"][()], loss, rtol=1e-5)


def test_adapting_changes_weights_and_predictions(complete):
    for method in ["norm", "all", "entropy"]:
        records = complete.records(method)
        assert (records["status"] == OK).all() and (records["steps_taken"] == 2).all()
        assert (records["update_norm"] > 0).all()
        assert not same(records["logits"][:, :, 0], records["logits"][:, :, 2])


def test_every_method_begins_with_the_source_model(job):
    job.spec.write_text(spec_text(METHODS | {"source": "kind = 'adapt'\nsteps = 0"}))
    job.do("run", "aggregate")
    source = job.records("source")
    assert source["milestone"].tolist() == [0]
    for method in ["norm", "all", "entropy"]:
        records = job.records(method)
        for name in ["predicted", "correct", "main_loss", "confidence", "entropy", "margin", "logits"]:
            assert same(records[name][:, :, :1], source[name]), (method, name)
    vote = job.records("vote")  # whose logits are logarithms of probabilities, rounded once more
    assert same(vote["predicted"][:, :, :1], source["predicted"])
    np.testing.assert_allclose(vote["main_loss"][:, :, :1], source["main_loss"], rtol=1e-6)


def of_users_test_set(folder, trained, change):
    """The records of every method on a test set of the user's own, with the trained models as weight files."""
    folder.mkdir()
    shutil.copyfile(trained / "testset.h5", folder / "mine.h5")
    with h5py.File(folder / "mine.h5", "r+") as file:
        change(file)
    text = spec_text(METHODS)
    weights = [str(trained / name) for name in sorted(TRAINED)]
    text = f'[data]\nsource = "testset"\npath = "{folder}/mine.h5"\n' + text[text.index("[model"):]
    job = Job(folder, spec=text.replace("seeds = [1, 2]", f"weights = {weights}"))
    job.do("prepare", "train", "run", "aggregate", "report")
    return {method: job.records(method) for method in METHODS}


@pytest.mark.parametrize("label", [77, -1])
def test_a_sample_with_a_label_that_does_not_exist_costs_one_row(trained, tmp_path, label):
    bad = 4
    right = of_users_test_set(tmp_path / "right", trained, lambda file: None)
    wrong = of_users_test_set(tmp_path / "wrong", trained, lambda file: file["label"].__setitem__(bad, label))
    for method in METHODS:
        assert (wrong[method]["status"][:, bad] == BAD_INPUT).all()
        assert (wrong[method]["predicted"][:, bad] == -1).all() and not wrong[method]["correct"][:, bad].any()
        left, other = ({name: np.delete(values, bad, axis=1) for name, values in per_sample(records[method]).items()}
                       for records in (right, wrong))
        assert (left["status"] == OK).all() and differing(left, other) == []


def test_diverging_episodes_are_rows_and_harm_no_other(complete, trained, tmp_path):
    shutil.copytree(trained, tmp_path / "out")
    wild = "kind = 'adapt'\nsteps = 20\nviews_per_step = 2\nlearning_rate = 100\nweight_decay = 1"  # x -99 a step
    job = Job(tmp_path, {"wild": wild} | METHODS)
    job.do("run", "aggregate", "report")
    records = job.records("wild")
    gone = records["status"] == DIVERGED
    assert gone.any()
    assert set(np.unique(records["status"])) <= {OK, DIVERGED}
    assert (records["predicted"][gone][:, -1] == -1).all() and not records["correct"][gone][:, -1].any()
    assert np.isnan(records["main_loss"][gone][:, -1]).all() and (records["steps_taken"][gone] < 20).all()
    assert (records["predicted"][:, :, 0] >= 0).all()  # the source model's
    for method in METHODS:
        assert differing(complete.records(method), job.records(method)) == []

    alone = Job(tmp_path, {"wild": wild})
    shutil.rmtree(job.out / "segments")
    alone.changes = ["run.lanes=1"]
    alone.do("run", "aggregate")
    assert differing(alone.records("wild"), records) == []


def test_the_gate_skips_the_sure_and_leaves_the_others_as_they_were(complete, trained, tmp_path):
    shutil.copytree(trained, tmp_path / "out")
    gates = [0.01, 0.251, 0.252, 0.253, 0.255, 0.258, 0.999]
    job = Job(tmp_path, {"norm": NORM, "gated": f"{NORM}\nskip_above = {gates}"})
    job.do("run", "aggregate", "report")
    ungated = per_sample(complete.records("norm"))
    skipped_before = None
    mixed = False
    with h5py.File(job.out / "results.h5") as file:
        names = [name for name in file["methods"] if name != "norm"]
    names.sort(key=lambda name: float(name.split("=")[1]))
    assert len(names) == len(gates)
    for name in names:
        gated = per_sample(job.records(name))
        skipped = gated["status"] == SKIPPED
        mixed |= skipped.any() and not skipped.all()
        assert skipped_before is None or (skipped_before | ~skipped).all()  # surer of fewer
        assert skipped_before is not None or skipped.all()
        skipped_before = skipped
        for array in gated:
            assert same(gated[array][~skipped], ungated[array][~skipped]), (name, array)
        assert (gated["steps_taken"][skipped] == 0).all() and np.isnan(gated["aux_loss"][skipped]).all()
        for milestone in range(3):
            assert same(gated["logits"][skipped][:, milestone], ungated["logits"][skipped][:, 0])
            assert same(gated["predicted"][skipped][:, milestone], ungated["predicted"][skipped][:, 0])
    assert mixed
