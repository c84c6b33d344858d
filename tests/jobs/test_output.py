"""What is printed or written and cannot be: said in one line with exit code 74, and no half file is left."""

import os
import subprocess

import pytest

from small_job import ENVIRONMENT, PATIENCE, PROGRAM, Job, job, one_line, trained  # noqa: F401

IO = 74


@pytest.mark.parametrize("words", [["--help"], ["list"], ["list", "--keys"], ["prepare"]], ids=" ".join)
def test_output_that_is_lost_is_said(tmp_path, words):
    command = Job(tmp_path).command("prepare") if words == ["prepare"] else [PROGRAM, *words]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
    line = one_line(done, IO)
    assert "standard output" in line and "No space" in line


def test_a_reader_that_leaves_early_is_told_nothing():
    """Python lets children ignore SIGPIPE here, as some launchers do."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([PROGRAM, "list"], stdout=write, stderr=subprocess.PIPE, text=True, timeout=PATIENCE,
                          restore_signals=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (IO, "")


@pytest.mark.parametrize("stage", ["prepare", "aggregate"])  # MPI needs files of its own
def test_a_file_past_the_limit_of_the_shell_is_a_full_disk(job, stage):
    """`ulimit -f` sends a signal, which would end the program and leave half a file."""
    if stage == "prepare":
        (job.out / "testset.toml").unlink()
    if stage == "aggregate":
        job.do("run")
    before = job.files()
    done = subprocess.run(["bash", "-c", 'ulimit -f 4; exec "$@"', "bash", *job.command(stage)], env=ENVIRONMENT,
                          capture_output=True, text=True, timeout=PATIENCE)
    assert "File too large" in one_line(done, IO)
    assert job.files() == before
