"""`status` reads a job's folder, also while the job runs; job.log keeps what ran; two jobs know of each other."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time

import pytest

from small_job import (ENVIRONMENT, METHODS, PATIENCE, PROGRAM, Job, complaints, expected, job, spec_text,  # noqa: F401
                       trained, wait_until)

DATA = 65
SLOW = {"slow": METHODS["all"].replace("steps = 2", "steps = 200")}  # half a minute, unless it is stopped


def status(folder, code=0):
    done = subprocess.run([PROGRAM, "status", folder], env=ENVIRONMENT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def line(text, name):
    return re.search(rf"^{name} +(.*)$", text, re.MULTILINE)[1]


def log(job):
    return (job.out / "job.log").read_text().splitlines()


def beats(job):
    found = (job.out / "running").glob("*") if (job.out / "running").exists() else []
    return [file for file in found if file.suffix != ".part"]


@pytest.fixture
def running(trained, tmp_path):
    """A job in the middle of `run`, stopped at the end."""
    shutil.copytree(trained, tmp_path / "out")
    job = Job(tmp_path, SLOW)
    process = job.start("run")
    wait_until(lambda: beats(job), process)
    yield job, process
    process.kill()
    process.communicate()


def test_a_job_is_followed_from_stage_to_stage(job):
    text = status(job.out)
    assert line(text, "prepare") == "done: 12 samples"
    assert line(text, "train") == "2 of 2 models are there"
    assert line(text, "run") == "0 of 96 samples (0 %)"
    assert line(text, "next").startswith("run ")
    job.do("run")
    text = status(job.out)
    assert line(text, "run") == "96 of 96 samples (100 %)"
    assert re.search(r"^  vote +done +done$", text, re.MULTILINE)
    assert line(text, "next").startswith("aggregate ")
    job.do("aggregate", "report")
    assert line(status(job.out), "next").startswith("nothing")


def test_what_is_missing_is_told_by_method_and_model(job):
    job.do("run")
    next((job.out / "segments/vote/joint-2").iterdir()).unlink()
    text = status(job.out)
    assert re.search(r"^  vote +done +9/12$", text, re.MULTILINE)
    assert re.search(r"^  norm +done +done$", text, re.MULTILINE)
    assert line(text, "left").startswith("about 0:0")


def test_results_older_than_a_segment_are_no_longer_done(job):
    job.do("run", "aggregate", "report")
    segment = next((job.out / "segments/vote/joint-2").iterdir())
    later = time.time() + 5
    os.utime(segment, (later, later))
    assert line(status(job.out), "next").startswith("aggregate ")


def test_a_folder_without_a_job_is_refused(tmp_path):
    assert "there is no job here" in status(tmp_path, DATA)
    (tmp_path / "spec.toml").touch()
    assert "takes the folder of a job" in status(tmp_path / "spec.toml", DATA)


def test_status_changes_nothing(job):
    before = sorted(job.out.rglob("*")), job.files(), log(job)
    status(job.out)
    assert (sorted(job.out.rglob("*")), job.files(), log(job)) == before


def test_a_running_job_is_seen_and_leaves_no_sign_behind(running):
    job, process = running
    text = status(job.out)
    assert f"`run` on {socket.gethostname()} (process {process.pid})" in line(text, "running")
    assert line(text, "next") == "wait; then run"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert beats(job) == []


def test_a_killed_job_is_recognised_as_gone(running):
    job, process = running
    process.kill()
    process.wait()
    text = status(job.out)
    assert not re.search("^running", text, re.MULTILINE) and f"process {process.pid}" in line(text, "gone")
    spec = spec_text({"norm": METHODS["norm"]})
    job.spec.write_text(spec)
    job.do("run")  # the same machine removes what the dead left
    assert beats(job) == []


def test_a_process_of_another_machine_is_alive_as_long_as_it_beats(job):
    folder = job.out / "running"
    folder.mkdir()
    def beat(at):
        (folder / "elsewhere-4711").write_text(
            f"ttt-eval heartbeat 1\nstage run\nhost elsewhere\npid 4711\nstarted 5\nsince {at - 60}\nat {at}\nranks 3\n"
            "noun samples\ndone 48\ntotal 96\ndone_before 0\nworking vote/joint-2/1\n")
    beat(time.time())
    text = status(job.out)
    assert "`run` on elsewhere (process 4711)" in line(text, "running") and "3 rank(s)" in text
    assert "48 of 96 samples, about 1:0" in text and "at work on vote/joint-2/1" in text
    assert re.search(r"^  vote +- +- \*$", text, re.MULTILINE)
    beat(time.time() - 3600)
    assert "elsewhere" in line(status(job.out), "gone")


def test_a_second_job_is_told_of_the_first_and_both_stay_right(running, tmp_path):
    job, first = running
    second = Job(tmp_path, {"norm": METHODS["norm"]})
    done = second.ask("run")
    assert done.returncode == 0
    (told,) = complaints(done.stderr)
    assert f"another job is at work in this folder: `run` on {socket.gethostname()} (process {first.pid})" in told
    assert any("another job is at work" in entry for entry in log(job))


def test_two_jobs_on_one_folder_share_the_work(job, expected):
    jobs = [job.start("run"), job.start("run")]
    for process in jobs:
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    assert job.segments() == expected.segments
    assert job.results() == expected.results


def test_the_log_tells_what_ran_where_and_how_it_ended(job):
    job.changes = ["run.lanes=2"]
    job.do("run")
    begins, where, ends = log(job)[-4:-2] + log(job)[-1:]
    assert re.match(rf"\d{{4}}-\d\d-\d\dT[\d:]+Z {socket.gethostname()} \d+ run: begins: ttt-eval ", begins)
    assert "--set run.lanes=2" in begins and "device = " in where
    assert re.search(r"run: ends: exit code 0 after [\d.]+ s$", ends)


def test_the_log_keeps_why_a_stage_was_refused(job):
    job.changes = ["data.seed=9"]
    assert job.ask("run").returncode == DATA
    assert re.search(r"run: ends: exit code 65 after .*made with another spec", log(job)[-1])


def test_a_log_that_cannot_be_written_stops_nothing(job):
    (job.out / "job.log").unlink()
    (job.out / "job.log").mkdir()
    job.do("run")


def test_the_spec_in_the_folder_is_the_spec(job, tmp_path):
    again = tmp_path / "again"
    again.mkdir()
    copy = Job(again, spec=(job.out / "job.toml").read_text())
    copy.out = job.out
    assert "is there already" in copy.do("prepare")
    assert "are there already" in copy.do("train")
