"""The script for a machine with a GPU, as far as it goes without one: its tables, its options, cut-off steps."""

import argparse
import importlib.machinery
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "jobs" / "gpu_measurements"


@pytest.fixture
def script():
    loader = importlib.machinery.SourceFileLoader("gpu_measurements", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def session(script, folder, minutes=1.0):
    return script.Session(argparse.Namespace(out=folder, minutes=minutes))


def prints(*rows, then=""):
    return [sys.executable, "-c", "".join(f"print({json.dumps(row)!r}, flush=True);" for row in rows) + then]


def test_shapes_stand_side_by_side(script, tmp_path):
    shape = {"kind": "shape", "pass": "forward", "in": 16, "out": 32, "size": 32, "stride": 2, "lanes": 64}
    s = session(script, tmp_path)
    s.run("shapes", prints(*({**shape, "by": by, "tflops": n} for by, n in (("ours", 21.5), ("tf32", 80), ("bmm", 4)))), 20)
    assert "| 64 | 16 to 32, 32x32, stride 2 | forward | 21.50 | 80.00 |  |  | 4.00 |" in (tmp_path / "measurements.md").read_text()


def test_the_loop_is_listed_with_our_episodes(script, tmp_path):
    loop = {"mode": "dense", "lanes": 64, "s_per_sample": 0.004, "tf32": True, "bf16": False, "channels_last": True}
    kernels = {"kind": "episodes", "by": "kernels", "precision": "fp32", "lanes": 64, "samples_per_second": 251.23}
    bench = {"precision": "tf32", "lanes": 256, "samples_per_second": 600.0, "phases": {}}
    s = session(script, tmp_path)
    s.run("tool", prints(loop, kernels, bench), 20)
    text = (tmp_path / "measurements.md").read_text()
    assert "| kernels | fp32 | 64 | 251.2 |" in text
    assert "| tool | TF32 | 256 | 600.0 |" in text
    assert "| LibTorch, dense, channels last | TF32 | 64 | 250.0 |" in text


def test_episodes_stand_beside_float64_and_not_among_the_rates(script, tmp_path):
    size = {"median": 2e-7, "largest": 0.00123}
    parity = {"losses": size, "logits": {"median": 0, "largest": None}, "predictions": 6, "predictions_differ": 1, "same_alone": False}
    row = {"precision": "bf16", "lanes": 3, "samples_per_second": 600.0, "phases": {}, "parity": parity}
    s = session(script, tmp_path)
    s.run("low rank", prints(row), 20)
    text = (tmp_path / "measurements.md").read_text()
    assert "| low rank | bf16 | 2.0e-07 | 1.2e-03 | not finite | 1 of 6 | NO |" in text
    assert "600.0" not in text


def test_what_was_printed_before_a_step_was_cut_off_counts(script, tmp_path):
    row = {"kind": "check", "what": "bits", "value": 1, "bound": 0, "well": False}
    s = session(script, tmp_path, minutes=0.05)
    s.run("slow", prints(row, then="import time; time.sleep(60)"), 20)
    text = (tmp_path / "measurements.md").read_text()
    assert "| bits | 1 | 0 | NO |" in text and "cut off" in text
    assert s.run("late", prints(row), 20) == "" and "left out: the time is up" in (tmp_path / "measurements.md").read_text()


def test_unknown_steps_are_named(tmp_path):
    run = subprocess.run([SCRIPT, "--only", "chekcs", "--out", tmp_path], capture_output=True, text=True)
    assert run.returncode == 1 and "chekcs is no step" in run.stderr


def test_without_torch_the_kernels_alone_are_built(script, tmp_path, monkeypatch):
    monkeypatch.setattr(script.importlib.util, "find_spec", lambda name: None)
    s = session(script, tmp_path)
    s.options.build, s.options.packages = tmp_path / "build", None
    commands = []
    monkeypatch.setattr(s, "run", lambda name, command, at_most: commands.append(command))
    script.build(s)
    assert [script.BENCH in command for command in commands] == [True, False] and commands[1][0] == "ninja"


def test_libraries_are_packed_for_a_machine_without_packages(tmp_path):
    run = subprocess.run([SCRIPT, "--pack", tmp_path], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    packed = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert {"highway.h", "format.h", "toml.h", "json.hpp", "CLI.hpp", "fmt-config.cmake", "hwy-config.cmake"} <= packed
