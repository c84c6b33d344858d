"""How ranks are started: by whom, where, and what is said when they cannot be."""

import os
import subprocess

import pytest

from small_job import ENVIRONMENT, PATIENCE, Job, complaints, one_line

SPEC, IO = 64, 74
SLURM = {"SLURM_JOB_ID": "1", "SLURM_JOBID": "1", "SLURM_NNODES": "1", "SLURM_JOB_NUM_NODES": "1",
         "SLURM_NODELIST": "node1", "SLURM_JOB_NODELIST": "node1", "SLURM_NTASKS": "2", "SLURM_TASKS_PER_NODE": "2"}


@pytest.fixture
def fresh(tmp_path):
    """A job of which nothing is done."""
    return Job(tmp_path)


@pytest.mark.parametrize("stage, ranks", [("all", 2), ("all", 1), ("prepare", 2), ("aggregate", 2), ("report", 3)])
def test_what_one_process_does_is_refused_to_a_launcher_before_anything_is_done(fresh, stage, ranks):
    line = one_line(fresh.ask(stage, ranks=ranks), SPEC)
    assert f"started {ranks} rank" in line and f"`{stage}`" in line and "without mpirun" in line
    assert not fresh.out.exists()


def path_without(folder, *programs):
    """A PATH that holds everything that the present one does, but for these."""
    folder.mkdir()
    for place in os.environ["PATH"].split(":"):
        for file in os.scandir(place) if os.path.isdir(place) else ():
            if file.name not in programs and not (folder / file.name).is_symlink():
                (folder / file.name).symlink_to(file.path)
    return str(folder)


def all_on_two_ranks(job, **environment):
    return subprocess.run(job.command("all", "--ranks", "2"), env=ENVIRONMENT | environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=PATIENCE)


def test_a_slurm_job_without_srun_runs_on_its_node_and_says_so(fresh, tmp_path):
    done = all_on_two_ranks(fresh, PATH=path_without(tmp_path / "bin", "srun"), **SLURM)
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in complaints(done.stderr) if "source model" not in line]  # one may be at chance
    assert line.startswith("ttt-eval: ") and "srun" in line and "this node" in line
    assert (fresh.out / "results.h5").exists()


@pytest.mark.parametrize("code", [1, 213])
def test_an_mpirun_that_cannot_start_ranks_is_one_line(fresh, tmp_path, code):
    path = path_without(tmp_path / "bin", "mpirun")
    (tmp_path / "bin" / "mpirun").write_text(f"#!/bin/sh\nexit {code}\n")
    (tmp_path / "bin" / "mpirun").chmod(0o755)
    line = one_line(all_on_two_ranks(fresh, PATH=path), IO)
    assert f"train: mpirun ended with {code}" in line and "`mpirun -n 2 --oversubscribe true`" in line


def test_no_mpirun_is_one_line(fresh, tmp_path):
    line = one_line(all_on_two_ranks(fresh, PATH=path_without(tmp_path / "bin", "mpirun")), IO)
    assert "mpirun" in line and "cannot be started" in line
