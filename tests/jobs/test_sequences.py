"""Jobs on documents and on puzzles: the same bytes by any ranks and lanes, and after a request to stop."""

import signal

import pytest

from small_job import PATIENCE, Job, outcome, wait_until

DOCUMENTS = """
[data]
source = "language"
train_documents = 40
document_bytes = 192

[data.report]
base_images = 3
shifts = ["cipher", "noise"]
severities = [2]
clean = true

[model.bytes]
family = "transformer"
width = 32
layers = 1
heads = 2
window = 64
seeds = [1, 2]

[model.bytes.training]
steps = 300
batch = 4
warmup = 10

[method.ttt]
kind = "document"
steps = [0, 1, 2]
chunk = 32
context = 64
keep = ["token_nats"]

[method.memory]
kind = "document"
steps = [0, 1]
chunk = 32
context = 64
memory = "ngram"

[method.online]
kind = "document"
steps = [0, 1]
chunk = 32
context = 64
reset = "never"

[method.other]
kind = "document"
steps = [0, 1]
chunk = 32
context = 64
adapt_on = "other"

[method.ensemble]
kind = "document_ensemble"
from = "ttt"
steps = 1

[run]
block = 2

[report]
bootstrap = 100
"""


PUZZLES = """
[data]
source = "puzzles"
grid_side = 4
demonstrations = 3
train_documents = 200

[data.report]
base_images = 4
shifts = ["unseen_operation", "colour_cycle"]
severities = [1]
clean = true

[model.pairs]
family = "pair_encoder"
side = 4
colours = 6
width = 16
layers = 2
heads = 2
seeds = [1, 2]

[model.pairs.training]
steps = 40
batch = 6
warmup = 5
views = "both"
pairs = 3

[method.ttt]
kind = "demonstrations"
steps = [0, 1, 3]
views_per_step = 2
views = "colours"

[method.low_rank]
kind = "demonstrations"
steps = [0, 2]
subset = "low_rank"
rank = 2
ballots = 3

[method.other]
kind = "demonstrations"
steps = [0, 2]
adapt_on = "other"

[method.shuffled]
kind = "demonstrations"
steps = [0, 2]
adapt_on = "shuffled"

[method.vote]
kind = "puzzle_vote"
ballots = [1, 2, 4]

[method.ensemble]
kind = "puzzle_ensemble"
from = "ttt"
steps = 3

[run]
block = 2

[report]
bootstrap = 100
"""

SPECS = {"documents": DOCUMENTS, "puzzles": PUZZLES}
WORDS = {"documents": "bits per byte", "puzzles": "exact match"}


@pytest.fixture(scope="module", params=SPECS)
def samples(request):
    return request.param


@pytest.fixture(scope="module")
def whole(tmp_path_factory, samples):
    """What one rank makes of the job without being disturbed."""
    job = Job(tmp_path_factory.mktemp("whole"), spec=SPECS[samples])
    job.do("prepare", "train")
    return job, outcome(job)


def models(job):
    return {file.name: file.read_bytes() for file in (job.out / "models").iterdir()}


@pytest.mark.parametrize("ranks, lanes", [(2, 0), (3, 1), (8, 4)])
def test_any_number_of_ranks_and_lanes_makes_the_same_bytes(tmp_path, samples, whole, ranks, lanes):
    job = Job(tmp_path, spec=SPECS[samples])
    job.changes = [f"run.lanes={lanes}"]
    job.do("prepare", "train", "run", ranks=ranks)
    assert models(job) == models(whole[0])
    assert job.segments() == whole[1].segments
    assert job.results() == whole[1].results


@pytest.mark.parametrize("number, code", [(signal.SIGUSR1, 75), (signal.SIGKILL, -signal.SIGKILL)])
def test_what_is_broken_off_goes_on_to_the_same_bytes(tmp_path, samples, whole, number, code):
    job = Job(tmp_path, spec=SPECS[samples])
    job.do("prepare")
    process = job.start("train")
    wait_until(lambda: any((job.out / "running").glob("*")), process)
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == code
    job.do("train")
    process = job.start("run")
    wait_until(lambda: len(list((job.out / "segments").rglob("*.h5"))) >= 3, process)
    process.send_signal(number)
    process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, code)  # 0: it was done already
    job.do("run", ranks=2)
    assert models(job) == models(whole[0])
    assert job.results() == whole[1].results


def test_the_report_speaks_of_what_was_scored(samples, whole):
    whole[0].do("aggregate", "report")
    text = (whole[0].out / "report.html").read_text()
    assert WORDS[samples] in text and "ensemble" in text
