"""The trained reference network that comes with the repository, and the spec that says how it came about."""

import json
import struct
import subprocess
import tomllib
from pathlib import Path

import h5py
import pytest

from small_job import ENVIRONMENT, PROGRAM

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "jobs" / "specs" / "cifar10_reference.toml"


@pytest.fixture(scope="module")
def spec():
    return tomllib.loads(SPEC.read_text())


@pytest.fixture(scope="module")
def metadata(spec):
    [weights] = spec["model"]["reference"]["weights"]
    with open(ROOT / weights, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(size))["__metadata__"]


def test_its_recipe_is_the_one_in_the_spec(spec, metadata):
    recipe = tomllib.loads(metadata["recipe"])
    for key, value in spec["training"].items():
        assert recipe["training"][key] == value, key
    for key, value in spec["model"]["reference"].items():
        assert key == "weights" or recipe["model"]["reference"][key] == value, key
    assert recipe["data"]["source"] == spec["data"]["source"]


def test_its_record_says_how_good_it_is(spec, metadata):
    record = json.loads(metadata["record"])
    assert record["epochs"] == spec["training"]["epochs"]
    assert record["clean_accuracy"] > 0.8 and record["clean_turn_accuracy"] > 0.75


def test_its_spec_runs(tmp_path):
    settings = ["data.source=glyphs", "data.path=", "data.report.base_images=2", 'data.report.shifts=["fog"]',
                "method.ttt.steps=1", "method.ttt.milestones=[0,1]", "method.vote.views=2",
                "method.placebo_labels.steps=1", "method.placebo_labels.milestones=[0,1]"]  # fmt: skip
    words = [PROGRAM, "all", SPEC.relative_to(ROOT), "--out", tmp_path]
    words += [word for setting in settings for word in ("--set", setting)]
    done = subprocess.run(words, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    with h5py.File(tmp_path / "results.h5") as file:
        assert (file["methods/ttt/steps_taken"][()] == 1).all()
