"""slurm/submit and its batch scripts, on a Slurm cluster of two nodes that runs on this machine.

The cluster comes from slurm_up.sh and slurm_down.sh in TTT_SLURM_CLUSTER (default: ../shared/slurm beside the repo).
"""

import os
import shlex
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPO = HERE.parent.parent
CLUSTER = Path(os.environ.get("TTT_SLURM_CLUSTER", REPO.parent / "shared" / "slurm"))
SUBMIT = REPO / "slurm" / "submit"
STAND_IN = HERE / "stand_in"
PATIENCE = 240  # seconds after which something has certainly gone wrong
SMALL = """
data = { source = "glyphs", train_images = 40, report = { base_images = 40, shifts = ["glyph_gauss", "glyph_fog"] } }
model.small = { depth = 8, widths = [8, 16, 16], norm_groups = 4, stem_stride = 2, split_after = 3 }
training = { epochs = 1, batch = 20, schedule = "cosine" }
method.ttt = { kind = "adapt", subset = "norm", steps = 16, views_per_step = 16, learning_rate = 0.01 }
run.block = 1
"""  # a unit takes tens of milliseconds
ENDED = ("COMPLETED", "FAILED", "CANCELLED")
TTT_EVAL = Path(os.environ["TTT_BUILD"]) / "ttt-eval"


@pytest.fixture
def spec(tmp_path):
    file = tmp_path / "two words.toml"
    file.touch()
    return file


def submit(*words, environment=os.environ):
    return subprocess.run([SUBMIT, *map(str, words)], env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("words, advice", [
    ([], "no SPEC"),
    (["missing.toml"], "no such file"),
    (["SPEC", "--bogus"], "--bogus is not an option"),
    (["SPEC", "--nodes"], "--nodes needs a value"),
    (["SPEC", "--program", "missing"], "build it first"),
    (["SPEC", "--program", "/bin/true", "--out", "100%"], "folder with %"),
    (["SPEC", "--program", "/bin/true", "--out", "two\nlines"], "line break"),
])
def test_a_wrong_command_line_is_one_line_and_64(spec, words, advice):
    answer = submit(*[spec if word == "SPEC" else word for word in words])
    assert answer.returncode == 64
    assert answer.stdout == ""
    assert advice in answer.stderr and "Traceback" not in answer.stderr


def test_a_dry_run_prints_what_it_would_submit_and_leaves_nothing(spec, tmp_path):
    out = tmp_path / "job"
    answer = submit(spec, "--program", "/bin/true", "--out", out, "--nodes", 3, "--cpus-per-task", 8,
                    "--set", 'a.b="x; y"', "--dry-run", "--", "--mem=1G")
    assert answer.returncode == 0, answer.stderr
    _, run, report = [shlex.split(line) for line in answer.stdout.splitlines()]
    assert {"--nodes=3", "--cpus-per-task=8", "--mem=1G", "--job-name=ttt-two_words"} <= set(run)
    assert run[-4:] == [str(spec), str(out), "--set", 'a.b="x; y"']
    assert {"--dependency=afterok:RUN", "--kill-on-invalid-dep=yes"} <= set(report)
    assert not out.exists()


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        made = subprocess.run([CLUSTER / "slurm_up.sh", folder, "2"], capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        self.environment = os.environ | {
            "SLURM_CONF": str(folder / "slurm.conf"),
            "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
        }

    def call(self, *words):
        return subprocess.run(list(map(str, words)), env=self.environment, capture_output=True, text=True).stdout

    def state(self, job):
        fields = dict(field.partition("=")[::2] for field in self.call("scontrol", "-o", "show", "job", job).split())
        return fields["JobState"], int(fields["Restarts"])

    def node(self, name, state):
        self.call("scontrol", "update", f"nodename={name}", f"state={state}", "reason=test")

    def start_again(self, job):
        """What went back into the queue starts two minutes later; at once it would be refused, since its last start was
        just revoked."""
        self.wait_for("the requeue", lambda: self.state(job)[0] == "PENDING" and self.state(job)[1] > 0)
        self.call("scontrol", "update", f"jobid={job}", "StartTime=now+10")

    def ends(self, job):
        """The state in which the job ends."""
        self.wait_for(f"the end of job {job}", lambda: self.state(job)[0] in ENDED)
        return self.state(job)[0]

    def submit(self, *words, program=STAND_IN):
        """Numbers of the run job and of the report job."""
        answer = submit(*words, "--program", program, "--time", 10, environment=self.environment)
        assert answer.returncode == 0, answer.stderr
        words = answer.stdout.replace(",", "").replace(";", "").split()
        return [words[i + 1] for i, word in enumerate(words) if word == "job"][:2]

    def wait_for(self, what, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"{what} never came; see {self.folder}"
            time.sleep(0.1)

    def down(self):
        subprocess.run([CLUSTER / "slurm_down.sh", self.folder])
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def cluster():
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    missing = [tool for tool in ("sbatch", "srun", "slurmctld", "slurmd", "munged") if not shutil.which(tool, path=path)]
    if missing:
        pytest.skip(f"no Slurm here: {', '.join(missing)} missing (apt-get install slurm-wlm munge)")
    if not (CLUSTER / "slurm_up.sh").exists():
        pytest.skip(f"no {CLUSTER / 'slurm_up.sh'}; set TTT_SLURM_CLUSTER")
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="ttt-slurm-")))  # a short path: it holds sockets
    yield cluster
    cluster.down()


def prepare_job(folder, units):
    folder.mkdir()
    (folder / "units").write_text(str(units))
    return folder


def log_of(folder, job):
    return next(folder.glob(f"slurm/*-{job}.log")).read_text()


def test_a_job_runs_on_two_nodes_and_the_report_follows(cluster, spec, tmp_path):
    out = prepare_job(tmp_path / "job", 20)
    for stage in ("train", "run"):
        (out / "segments" / stage).mkdir(parents=True)
        (out / "segments" / stage / "release").touch()
    run, report = cluster.submit(spec, "--out", out, "--nodes", 2, "--ntasks-per-node", 2, "--cpus-per-task", 2)
    cluster.wait_for("the report", lambda: cluster.state(report)[0] in ENDED)
    assert cluster.state(run) == ("COMPLETED", 0), log_of(out, run)
    assert cluster.state(report)[0] == "COMPLETED"
    for stage in ("train", "run"):
        assert len(list((out / "segments" / stage).glob("done-0-*"))) == 20
        assert len(list((out / "segments" / stage).glob("pid-*"))) == 4
    assert (out / "prepare.done").exists() and (out / "report.done").exists()


def test_a_job_out_of_time_goes_back_into_the_queue_and_the_report_waits_for_it(cluster, spec, tmp_path):
    out = prepare_job(tmp_path / "job", 100_000)
    run, report = cluster.submit(spec, "--out", out, "--nodes", 2)
    cluster.wait_for("the first unit", lambda: list(out.glob("segments/train/begun-0-0.*")))
    cluster.call("scancel", "--batch", "--signal=USR1", run)  # as --signal=B:USR1@120 does near the end
    (out / "units").write_text("5")
    (out / "segments" / "train" / "release").touch()
    (out / "segments" / "run").mkdir()
    (out / "segments" / "run" / "release").touch()
    cluster.start_again(run)
    cluster.wait_for("the report", lambda: cluster.state(report)[0] in ENDED)
    assert cluster.state(run) == ("COMPLETED", 1), log_of(out, run)
    assert cluster.state(report)[0] == "COMPLETED"
    assert log_of(out, run).count("back into the queue") == 1


def test_the_program_itself_drains_is_requeued_and_reports(cluster, tmp_path):
    spec, out = tmp_path / "job.toml", tmp_path / "job"
    spec.write_text(SMALL)
    run, report = cluster.submit(spec, "--out", out, "--nodes", 2, program=TTT_EVAL)
    cluster.wait_for("the first segment", lambda: list(out.glob("segments/*/*/*.h5")) or cluster.state(run)[0] in ENDED)
    cluster.call("scancel", "--batch", "--signal=USR1", run)
    cluster.wait_for("the requeue", lambda: cluster.state(run) == ("PENDING", 1))
    before = {file: file.read_bytes() for file in out.glob("segments/*/*/*.h5")}
    assert not (out / "results.h5").exists()
    cluster.call("scontrol", "update", f"jobid={run}", "StartTime=now+10")
    cluster.wait_for("the report", lambda: cluster.state(report)[0] in ENDED)
    assert cluster.state(run) == ("COMPLETED", 1), log_of(out, run)
    assert cluster.state(report)[0] == "COMPLETED", log_of(out, report)
    assert {file: file.read_bytes() for file in before} == before
    assert (out / "report.html").exists()


def test_a_failed_run_cancels_the_report(cluster, spec, tmp_path):
    out = tmp_path / "job"  # without the file that says how many units there are
    run, report = cluster.submit(spec, "--out", out)
    cluster.wait_for("the end of the report", lambda: cluster.state(report)[0] in ENDED)
    assert cluster.state(run)[0] == "FAILED"
    assert cluster.state(report)[0] == "CANCELLED"
    assert not (out / "report.done").exists()


def segments(out):
    return {file: file.read_bytes() for file in out.glob("segments/*/*/*.h5")}


@pytest.fixture
def small(tmp_path):
    """A spec of the program itself, in a folder whose name has spaces."""
    folder = tmp_path / "two words"
    folder.mkdir()
    spec = folder / "small job.toml"
    spec.write_text(SMALL)
    return spec


def begun(cluster, small, *words):
    """The run job, the report job and the folder of a job that has finished its first unit."""
    out = small.parent / "out"
    run, report = cluster.submit(small, "--out", out, *words, program=TTT_EVAL)
    cluster.wait_for("the first segment", lambda: segments(out) or cluster.state(run)[0] in ENDED)
    assert cluster.state(run)[0] == "RUNNING", log_of(out, run)
    return run, report, out


def test_a_cancelled_job_says_that_its_work_is_kept_and_goes_on_with_other_nodes(cluster, small):
    run, report, out = begun(cluster, small, "--nodes", 2)
    cluster.call("scancel", run)
    assert cluster.ends(run) == "CANCELLED", log_of(out, run)
    assert cluster.ends(report) == "CANCELLED"
    assert "finished work is kept" in log_of(out, run)
    before = segments(out)
    run, report = cluster.submit(small, "--out", out, "--nodes", 1, "--ntasks-per-node", 3, program=TTT_EVAL)
    assert cluster.ends(report) == "COMPLETED", log_of(out, run)
    assert {file: file.read_bytes() for file in before} == before
    assert (out / "report.html").exists()


def test_a_preempted_job_goes_back_into_the_queue_and_ends_well(cluster, small):
    run, report, out = begun(cluster, small, "--nodes", 2)
    urgent = cluster.call("sbatch", "--parsable", "--partition=hi", "--nodes=2", "--exclusive", "--wrap=true").strip()
    cluster.start_again(run)
    assert cluster.ends(urgent) == "COMPLETED"
    before = segments(out)
    assert cluster.ends(report) == "COMPLETED", log_of(out, run)
    assert {file: file.read_bytes() for file in before} == before


def test_a_node_that_fails_costs_its_unit_and_nothing_else(cluster, small):
    run, report, out = begun(cluster, small, "--nodes", 2)
    cluster.node("n2", "down")
    cluster.wait_for("the requeue", lambda: cluster.state(run)[1] == 1)
    before = segments(out)
    cluster.node("n2", "resume")
    cluster.start_again(run)
    assert cluster.ends(report) == "COMPLETED", log_of(out, run)
    assert {file: file.read_bytes() for file in before} == before


def test_every_rank_has_a_gpu_of_its_own(cluster, spec, tmp_path):
    out = prepare_job(tmp_path / "job", 4)
    for stage in ("train", "run"):
        (out / "segments" / stage).mkdir(parents=True)
        (out / "segments" / stage / "release").touch()
    run, report = cluster.submit(spec, "--out", out, "--nodes", 2, "--ntasks-per-node", 2, "--gpus-per-task", 1)
    assert cluster.ends(report) == "COMPLETED", log_of(out, run)
    seen = sorted(file.read_text().split() for file in (out / "segments" / "run").glob("gpu-*"))
    assert seen == [["n1", "0"], ["n1", "1"], ["n2", "0"], ["n2", "1"]]


def test_a_job_array_over_one_folder_shares_the_work(cluster, small):
    """Not how jobs are meant to run (one MPI job shares better), but what people do."""
    out = small.parent / "out"
    for stage in ("prepare", "train"):
        subprocess.run([TTT_EVAL, stage, small, "--out", out], env=cluster.environment, check=True, capture_output=True)
    run = cluster.call("sbatch", "--parsable", "--array=0-2", "--output", out / "array-%a.log", REPO / "slurm" / "run.sbatch",
                       TTT_EVAL, small, out).strip()
    report = cluster.call("sbatch", "--parsable", f"--dependency=afterok:{run}", "--kill-on-invalid-dep=yes", "--output",
                          out / "report.log", REPO / "slurm" / "report.sbatch", TTT_EVAL, small, out).strip()
    assert cluster.ends(report) == "COMPLETED", [log.read_text() for log in sorted(out.glob("array-*.log"))]
    assert (out / "report.html").exists()


def test_a_failing_job_leaves_its_message_in_the_log(cluster, small):
    out = small.parent / "out"
    (out / "models").mkdir(parents=True)
    (out / "models" / "small-1.safetensors").write_text("no weights")
    run, report = cluster.submit(small, "--out", out, program=TTT_EVAL)
    assert cluster.ends(report) == "CANCELLED"
    assert cluster.state(run)[0] == "FAILED"
    assert "small-1.safetensors" in log_of(out, run)
    assert "ExitCode=65:0" in cluster.call("scontrol", "-o", "show", "job", run)


def test_a_wrong_spec_is_refused_before_it_waits_in_the_queue(small):
    small.write_text(SMALL.replace("glyph_fog", "glyph_frog"))
    answer = submit(small, "--out", small.parent / "out", "--program", TTT_EVAL)
    assert answer.returncode == 64
    assert "glyph_frog" in answer.stderr
