"""How ranks are started: by whom, where, and what is said when they cannot be."""

import pytest

from small_job import Job, one_line

SPEC = 64


@pytest.fixture
def fresh(tmp_path):
    """A job of which nothing is done."""
    return Job(tmp_path)


@pytest.mark.parametrize("stage, ranks", [("all", 2), ("all", 1), ("prepare", 2), ("aggregate", 2), ("report", 3)])
def test_what_one_process_does_is_refused_to_a_launcher_before_anything_is_done(fresh, stage, ranks):
    line = one_line(fresh.ask(stage, ranks=ranks), SPEC)
    assert f"started {ranks} rank" in line and f"`{stage}`" in line and "without mpirun" in line
    assert not fresh.out.exists()
