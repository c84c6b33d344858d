"""Segments that are missing, foreign, doubled or damaged are named, and nothing is published."""

import shutil

import pandas as pd
import pytest

from small_job import expected, job, one_line, trained  # noqa: F401 (fixtures)


@pytest.fixture
def finished(job, expected):
    """The job with all its segments, not aggregated."""
    for name, data in expected.segments.items():
        file = job.out / "segments" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return job


@pytest.mark.parametrize("change, was, is_now", [
    ("run.seed=2", "there 1", "seed: here 2"),
    ("run.convolution=direct", "there winograd4", "convolution: here direct"),
])
@pytest.mark.parametrize("ranks", [None, 2])
def test_another_run_is_refused_with_the_difference(finished, change, was, is_now, ranks):
    before = finished.files()
    finished.changes = [change]
    line = one_line(finished.ask("run", ranks=ranks), 65)
    assert "segments/" in line and was in line and is_now in line
    assert finished.files() == before


def segment(job, unit):
    """The file of "METHOD/MODEL/BLOCK", whose name ends with the identity of method and samples."""
    (file,) = (job.out / "segments").glob(unit + "-*.h5")
    return file


def test_segments_of_another_method_are_not_aggregated(finished):
    finished.changes = ["method.all.steps=3"]
    line = one_line(finished.ask("aggregate"), 65)
    assert "8 missing: " in line and "all/joint-1/0-" in line
    assert not (finished.out / "results.h5").exists()


def test_a_method_that_changed_and_another_split_live_beside_what_was_done(finished, expected):
    before = finished.segments()
    finished.changes = ["method.all.steps=3"]
    finished.do("run")
    after = finished.segments()
    assert before.items() <= after.items() and len(after) == len(before) + 8
    assert finished.results() != expected.results
    finished.changes = []
    finished.do("run")
    assert finished.segments() == after and finished.results() == expected.results


def test_a_missing_segment_is_named_and_nothing_published(finished, expected):
    segment(finished, "vote/joint-2/1").unlink()
    assert "1 missing: " in (line := one_line(finished.ask("aggregate"), 65)) and "vote/joint-2/1-" in line
    assert not (finished.out / "results.h5").exists()
    partial = finished.results("--partial")
    assert partial != expected.results
    assert "PARTIAL" in finished.ask("aggregate", "--partial").stdout
    finished.do("report")
    assert "partial" in (finished.out / "report.html").read_text().lower()
    assert set(pd.read_csv(finished.out / "curves.csv").partial) == {1}
    finished.do("run")
    assert finished.results() == expected.results


def test_a_published_result_survives_a_refused_aggregation(finished, expected):
    assert finished.results() == expected.results
    segment(finished, "vote/joint-2/1").unlink()
    one_line(finished.ask("aggregate"), 65)
    assert (finished.out / "results.h5").read_bytes() == expected.results


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9, 0.999])
def test_a_changed_byte_is_named(finished, place):
    file = segment(finished, "all/joint-1/2")
    data = bytearray(file.read_bytes())
    data[int(place * len(data))] ^= 1
    file.write_bytes(data)
    for partial in [], ["--partial"]:
        assert "1 corrupt: " in (line := one_line(finished.ask("aggregate", *partial), 65))
        assert "all/joint-1/2-" in line
    assert "all/joint-1/2-" in one_line(finished.ask("run"), 65)
    assert not (finished.out / "results.h5").exists()


def test_a_copied_segment_is_named(finished):
    shutil.copyfile(segment(finished, "all/joint-1/2"), segment(finished, "all/joint-1/1"))
    assert "1 doubled: " in (line := one_line(finished.ask("aggregate"), 65))
    assert "all/joint-1/1-" in line and "(a copy of all/joint-1/2)" in line
