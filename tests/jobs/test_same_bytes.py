"""The same bytes whoever does the work and in whatever portions."""

import shutil

import pytest

from small_job import PATIENCE, Job, expected, job, trained  # noqa: F401 (fixtures)


def test_the_job_is_worth_comparing(expected):
    assert len(expected.segments) == 2 * 4 * 4  # models x methods but the ensemble x blocks
    assert len(set(expected.segments.values())) == len(expected.segments)


@pytest.mark.parametrize("ranks", [1, 2, 3, 4, 8])
def test_any_number_of_ranks_makes_the_same_bytes(job, expected, ranks):
    job.do("run", ranks=ranks)
    assert job.segments() == expected.segments
    assert job.results() == expected.results


@pytest.mark.parametrize("lanes", [1, 4, 16])
def test_any_number_of_lanes_makes_the_same_bytes(job, expected, lanes):
    job.changes = [f"run.lanes={lanes}"]
    job.do("run")
    assert job.segments() == expected.segments
    assert job.results() == expected.results


@pytest.mark.parametrize("convolution", ["winograd4", "libtorch"])
def test_any_number_of_threads_makes_the_same_bytes(job, convolution):
    made = []
    for threads in (1, 3):
        job.changes = [f"run.convolution={convolution}", f"run.threads={threads}"]
        job.do("run", ranks=2)
        made.append((job.segments(), job.results()))
        shutil.rmtree(job.out / "segments")
    assert made[0] == made[1]


@pytest.mark.parametrize("block, lanes", [(1, 0), (5, 4), (0, 16)])
def test_blocks_and_lanes_change_no_result(job, expected, block, lanes):
    job.changes = [f"run.block={block}", f"run.lanes={lanes}"]
    job.do("run")
    assert job.results() == expected.results


def test_two_jobs_at_once_on_one_folder_make_the_same_bytes(job, expected):
    started = [job.start("run", ranks=2), job.start("run")]
    for process in started:
        _, stderr = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, stderr
    assert job.segments() == expected.segments
    assert job.results() == expected.results
    assert not list(job.out.rglob("*.part"))


def test_training_on_ranks_makes_the_same_models(trained, tmp_path):
    job = Job(tmp_path)
    job.do("prepare", "train", ranks=3)
    names = ["testset.h5", "models/joint-1.safetensors", "models/joint-2.safetensors"]
    assert [(job.out / name).read_bytes() for name in names] == [(trained / name).read_bytes() for name in names]
