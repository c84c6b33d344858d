"""share() under mpirun: every unit once, one message and the documented code on failure, clean stops.

share_program does the sharing and leaves a file for everything that happens; see its head.
"""

import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

PROGRAM = Path(os.environ["TTT_BUILD"]) / "share_program"
ENVIRONMENT = os.environ | {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
}
# mpirun otherwise takes two seconds to end after a rank that returned a failure.
MPIRUN = "mpirun -q --oversubscribe --bind-to none --mca odls_base_sigkill_timeout 0".split()
PATIENCE = 120  # seconds after which something has certainly gone wrong


class Run:
    """share_program under mpirun, and the files it leaves."""

    def __init__(self, folder, ranks, **settings):
        self.folder = folder
        words = [f"{key}={value}" for key, value in settings.items()]
        self.process = subprocess.Popen(
            [*MPIRUN, "-n", str(ranks), str(PROGRAM), str(folder), *words],
            env=ENVIRONMENT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def wait(self):
        _, self.stderr = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def messages(self):
        return [line for line in self.stderr.splitlines() if not line.startswith("share  ")]

    def wait_for(self, name):
        deadline = time.monotonic() + PATIENCE
        while not list(self.folder.glob(name)):
            assert time.monotonic() < deadline and self.process.poll() is None, f"{name} never came"
            time.sleep(0.005)

    def units(self, event):
        """How often the event happened to each (round, unit)."""
        return Counter(path.stem.removeprefix(event + "-") for path in self.folder.glob(event + "-*"))

    def number(self, name):
        return float((self.folder / name).read_text())


def once_each(*counts):
    return Counter(f"{t}-{unit}" for t, units in enumerate(counts) for unit in range(units))


@pytest.mark.parametrize("ranks", [1, 2, 3, 4, 8])
def test_every_unit_is_done_and_reported_exactly_once(tmp_path, ranks):
    run = Run(tmp_path, ranks, units="0,1,3,40,0,7", cpu_microseconds=500)
    assert run.wait() == 0
    assert run.messages() == []
    assert run.units("begun") == run.units("done") == run.units("report") == once_each(0, 1, 3, 40, 0, 7)


def test_one_sharing_leaves_nothing_behind_for_the_next(tmp_path):
    run = Run(tmp_path, 3, units=",".join(["7"] * 50))
    assert run.wait() == 0
    assert run.units("done") == once_each(*[7] * 50)


def test_a_unit_done_before_is_left_alone(tmp_path):
    run = Run(tmp_path, 2, units=10, done_before=4)
    assert run.wait() == 0
    assert run.units("begun") == once_each(10) - Counter(["0-4"])
    assert "50/50 samples" in run.stderr and "10/10 units" in run.stderr


def test_all_ranks_take_part(tmp_path):
    run = Run(tmp_path, 3, units=200, cpu_microseconds=3000)
    assert run.wait() == 0
    assert {path.suffix for path in tmp_path.glob("done-*")} == {".0", ".1", ".2"}


def test_a_waiting_rank_leaves_its_core_alone(tmp_path):
    run = Run(tmp_path, 2, units=1, cpu_microseconds=1_500_000)
    assert run.wait() == 0
    waiting, working = sorted(run.number(f"cpu-{rank}") for rank in range(2))
    assert waiting < 0.2 * working


@pytest.mark.parametrize("rank", [0, 2])
@pytest.mark.parametrize("kind, code", [("spec", 64), ("data", 65), ("io", 74), ("exception", 70), ("bad_alloc", 70)])
def test_a_failing_unit_stops_all_ranks_with_its_code_and_one_line(tmp_path, kind, code, rank):
    run = Run(tmp_path, 3, units=100, cpu_microseconds=20_000, fail=kind, fail_on=rank)
    assert run.wait() == code
    (message,) = run.messages()
    assert message.startswith("share_program: unit-")
    if kind != "io":  # whose message is so long that its end is cut off
        assert f"(rank {rank} on " in message
    assert sum(run.units("done").values()) < 100


def test_a_failing_report_stops_all_ranks(tmp_path):
    run = Run(tmp_path, 2, units=100, cpu_microseconds=2000, report_fails=3)
    assert run.wait() == 74
    assert len(run.messages()) == 1


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_a_rank_that_cannot_begin_stops_all(tmp_path, rank):
    run = Run(tmp_path, 3, units=10, early=rank)
    assert run.wait() == 65
    assert run.messages() == ["share_program: broken on purpose"]
    assert run.units("begun") == Counter()


def test_a_killed_rank_ends_the_run_with_a_failure(tmp_path):
    run = Run(tmp_path, 3, units=100, cpu_microseconds=2000, fail="death", fail_on=1)
    assert run.wait() not in (0, 75)


def test_a_failure_makes_the_other_ranks_leave_their_units(tmp_path):
    run = Run(tmp_path, 2, units=2, hold=0, fail="data", fail_unit=1)  # nothing releases unit 0
    assert run.wait() == 65
    assert run.units("done") == Counter()


def test_after_a_stop_no_unit_is_begun(tmp_path):
    run = Run(tmp_path, 1, units=100, hold=0)
    run.wait_for("begun-0-0.0")
    os.kill(int(run.number("pid-0")), signal.SIGUSR1)
    run.wait_for("stopping")
    (tmp_path / "release").touch()
    assert run.wait() == 75
    assert run.units("begun") == run.units("done") == {"0-0": 1}


def test_a_signal_to_the_launcher_finishes_what_has_begun(tmp_path):
    run = Run(tmp_path, 3, units=100_000, cpu_microseconds=2000, hold=0)
    run.wait_for("begun-0-0.*")
    run.process.send_signal(signal.SIGUSR1)
    (tmp_path / "release").touch()
    assert run.wait() == 75
    assert run.messages() == []
    assert run.units("begun") == run.units("done") == run.units("report")
    assert "0-0" in run.units("done")
    assert sum(run.units("done").values()) < 100_000


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1, signal.SIGINT])
@pytest.mark.parametrize("rank", [0, 2])
def test_a_signal_to_any_one_rank_stops_all(tmp_path, rank, number):
    run = Run(tmp_path, 3, units=100_000, cpu_microseconds=2000)
    run.wait_for("done-0-5.*")
    os.kill(int(run.number(f"pid-{rank}")), number)
    assert run.wait() == 75
    assert run.units("begun") == run.units("done")


@pytest.mark.parametrize("rank", [0, 1])
def test_a_signal_before_sharing_counts(tmp_path, rank):
    run = Run(tmp_path, 2, units=100_000, cpu_microseconds=2000, stop_first=rank)
    assert run.wait() == 75


def test_a_unit_that_outlasts_the_grace_time_is_dropped(tmp_path):
    run = Run(tmp_path, 2, units=50, cpu_microseconds=2000, hold=0, grace=0)
    run.wait_for("begun-0-0.*")
    run.process.send_signal(signal.SIGUSR1)
    assert run.wait() == 75
    assert "0-0" in run.units("begun")
    assert "0-0" not in run.units("done")


def test_the_grace_time_counts_on_ranks_without_a_signal_too(tmp_path):
    run = Run(tmp_path, 2, units=50, cpu_microseconds=2000, hold=0, grace=0)
    run.wait_for("begun-0-0.*")
    (holder,) = tmp_path.glob("begun-0-0.*")
    other = 1 - int(holder.suffix[1:])
    run.wait_for(f"begun-0-*.{other}")
    os.kill(int(run.number(f"pid-{other}")), signal.SIGUSR1)
    assert run.wait() == 75
    assert "0-0" not in run.units("done")


def test_a_stop_with_no_work_left_is_a_complete_run(tmp_path):
    run = Run(tmp_path, 2, units=1, hold=0)
    run.wait_for("begun-0-0.*")
    run.process.send_signal(signal.SIGUSR1)
    (tmp_path / "release").touch()
    assert run.wait() == 0


@pytest.mark.parametrize("environment, advice", [
    ({"OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "0"}, "started 4 ranks but MPI sees 1"),
    ({"SLURM_STEP_ID": "0", "SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "4"}, "add --mpi=pmix"),
])
def test_ranks_that_do_not_find_each_other_stop_with_one_line(tmp_path, environment, advice):
    run = subprocess.run([PROGRAM, tmp_path], env=ENVIRONMENT | environment, capture_output=True, text=True)
    assert run.returncode == 64
    (message,) = run.stderr.splitlines()
    assert advice in message
    assert list(tmp_path.iterdir()) == []
