"""Weights from and for the Python package."""

import numpy as np
from safetensors.numpy import load_file, save_file


def test_safetensors_reads_our_weights(files):
    weights = load_file(files / "ours.safetensors")
    assert weights["a"].tolist() == [[1, 2, 3], [4, 5, 6]] and weights["b.c"] == 7 and weights["z"].shape == (0, 2)


def test_our_weights_are_the_bytes_safetensors_writes(read, files, tmp_path):
    save_file(load_file(files / "ours.safetensors"), tmp_path / "theirs.safetensors", metadata={"k": "v"})
    assert (tmp_path / "theirs.safetensors").read_bytes() == (files / "ours.safetensors").read_bytes()
    assert read(tmp_path / "theirs.safetensors") == (0, "")
    assert (tmp_path / "theirs.safetensors.copy").read_bytes() == (files / "ours.safetensors").read_bytes()


def test_weights_of_another_type_are_refused(read, tmp_path):
    save_file({"x": np.zeros(3, np.float64)}, tmp_path / "double.safetensors")
    code, message = read(tmp_path / "double.safetensors")
    assert code == 65 and "tensor x" in message and ".float()" in message
