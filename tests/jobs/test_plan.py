"""`plan` says what a job will take, by what its spec says and by running a second of it."""

import re
import shlex

import pytest

from small_job import METHODS, Job, complaints, job, trained  # noqa: F401 (fixtures)

SPEC = 64


def ask(job, *words):
    return job.ask("plan", "--seconds", 0.02, *words)


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """What is said of a job that has not begun."""
    job = Job(tmp_path_factory.mktemp("planned"))
    done = ask(job, "--ranks", 2)
    assert (done.returncode, complaints(done.stderr)) == (0, [])
    assert not job.out.exists()
    return done.stdout


def row(text, method):
    """The row of a method by the names of its columns."""
    names = ["method", "samples", "done", "gflop", "seconds", "hours", "lanes", "lane", "lane_unit", "records", "unit"]
    return dict(zip(names, re.search(rf"^({method} .*)$", text, re.MULTILINE)[1].split()))


def line(text, name):
    return re.search(rf"^{name} +(.*)$", text, re.MULTILINE)[1]


def test_samples_and_models_are_those_of_the_spec(planned):
    assert line(planned, "samples").startswith("12 a model (report 12 + tune 0")
    assert line(planned, "models") == "2 (model.joint.seeds)"
    assert row(planned, "norm")["samples"] == "24" and row(planned, "norm")["done"] == "0"
    assert "ensemble" in line(planned, "no cost")


def test_twice_the_steps_cost_about_twice_as_much(planned, tmp_path):
    again = Job(tmp_path, {"norm": METHODS["norm"].replace("steps = 2", "steps = 4")})
    before = float(row(planned, "norm")["gflop"])
    after = float(row(ask(again).stdout, "norm")["gflop"])
    assert 1.7 < after / before < 2


def test_every_stage_has_a_time_and_the_job_a_size(planned):
    clock = r"\d+:\d\d"
    assert re.fullmatch(clock, line(planned, "prepare"))
    assert re.match(rf"{clock} for 2 model\(s\) of 200 images each", line(planned, "train"))
    assert re.match(rf"{clock} on 2 rank\(s\)", line(planned, "run"))
    assert "core-hours" in line(planned, "total")
    assert "a rank, as measured" in line(planned, "memory") and "records" in line(planned, "disk")


def test_what_is_done_is_not_planned_again(job):  # noqa: F811
    job.do("run")
    next((job.out / "segments/vote/joint-2").iterdir()).unlink()
    before = job.files()
    text = ask(job).stdout
    assert line(text, "prepare") == "done" and line(text, "train") == "nothing to do"
    assert row(text, "norm")["done"] == "24" and row(text, "vote")["done"] == "21"
    assert job.files() == before


@pytest.mark.parametrize("limit, words", [
    ("10:00:00", "fits into one attempt of 10:00:00"),
    ("1-00:00:00", "fits into one attempt of 24:00:00"),
    ("0:01:00", "NEVER ENDS"),
])
def test_a_time_limit_is_compared(tmp_path, limit, words):
    assert words in line(ask(Job(tmp_path), "--time-limit", limit).stdout, "limit")


@pytest.mark.parametrize("limit", ["ten", "10", "1:00", "1:00:00x", "-1:00:00"])
def test_a_limit_that_is_no_time_is_refused(tmp_path, limit):
    done = ask(Job(tmp_path), f"--time-limit={limit}")
    assert done.returncode == SPEC
    assert "is no time" in done.stderr


def test_the_submit_line_is_one_that_submit_takes(tmp_path):
    folder = tmp_path / "two words"
    folder.mkdir()
    job = Job(folder)
    job.changes = ["report.title='it''s \"quoted\"'", "run.threads=2"]
    done = ask(job, "--ranks", 6, "--ranks-per-node", 4, "--sbatch")
    assert done.returncode == 0, done.stderr
    words = shlex.split(done.stdout)
    assert words[:2] == ["slurm/submit", str(job.spec)]
    assert words[words.index("--out") + 1] == str(job.out)
    assert [words[i + 1] for i, word in enumerate(words) if word == "--set"] == job.changes
    told = dict(zip(words, words[1:]))
    assert (told["--nodes"], told["--ntasks-per-node"], told["--cpus-per-task"]) == ("2", "4", "2")
    assert re.fullmatch(r"\d+:\d\d:\d\d", told["--time"])


def test_what_would_stop_the_job_stops_its_plan(tmp_path):
    job = Job(tmp_path)
    job.changes = ["run.device=cuda"]
    done = ask(job)
    assert done.returncode == SPEC and "cuda" in done.stderr
