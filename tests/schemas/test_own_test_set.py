"""Test sets that users bring, well and badly made."""

import os

import h5py
import numpy as np
import pytest


def own_set(path, **changes):
    """The smallest test set, as h5py writes it, without scales; `changes` replace or (None) leave out a data set."""
    arrays = {
        "image": np.zeros((4, 2, 2, 3), np.uint8),
        "label": np.array([0, 1, 0, 1]),
        "base": np.array([0, 0, 1, 1]),
        "shift": np.array([0, 1, 0, 1]),
        "severity": np.array([0, 5, 0, 5]),
        "split": np.array([1, 1, 1, 1]),
        **changes,
    }
    with h5py.File(path, "w") as file:
        for name, values in arrays.items():
            if values is not None:
                file[name] = values
        if "shift" in file:
            file["shift"].attrs["flag_values"] = np.array([0, 1])
            file["shift"].attrs["flag_meanings"] = "clean fog"
        file.attrs["class_names"] = ["cat", "dog"]
    return path


def test_a_users_test_set_is_read(read, tmp_path):
    assert read(own_set(tmp_path / "own.h5")) == (0, "")


def test_a_compressed_test_set_with_fixed_texts_is_read(read, tmp_path):
    path = own_set(tmp_path / "own.h5", image=None)
    with h5py.File(path, "a") as file:
        file.create_dataset("image", data=np.zeros((4, 64, 64, 3), np.uint8), chunks=(1, 64, 64, 3), compression="gzip")
        file.attrs["class_names"] = np.array([b"cat", b"dog"])
        file["shift"].attrs["flag_meanings"] = np.bytes_("clean fog")
    assert read(path) == (0, "")


@pytest.mark.parametrize("value", ["TRUE", "FALSE"])
def test_file_locking_does_not_matter(read, tmp_path, value):
    path = own_set(tmp_path / "own.h5")
    with h5py.File(path, "a", locking=True):
        assert read(path, HDF5_USE_FILE_LOCKING=value)[0] in (0, 65)


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"image": None}, "/image: is missing"),
        ({"label": None}, "/label: is missing"),
        ({"image": np.zeros((4, 2, 2, 3), np.float32)}, "/image: is float32 [4, 2, 2, 3], not uint8 [4, 2, 2, 3]"),
        ({"image": np.zeros((4, 2, 2), np.uint8)}, "/image: is not [sample, height, width, channel]"),
        ({"image": np.zeros((0, 2, 2, 3), np.uint8)}, "/image: holds no samples"),
        ({"label": np.zeros(3, np.int64)}, "/label: is int64 [3], not integers [4]"),
        ({"label": np.zeros(4, np.float64)}, "/label: is float64 [4], not integers [4]"),
        ({"base": np.array(3)}, "/base: is not an array"),
        ({"split": np.array([b"a", b"b", b"c", b"d"])}, "/split: is text [4], not integers [4]"),
    ],
)
def test_a_wrong_data_set_is_named(read, tmp_path, changes, says):
    code, message = read(own_set(tmp_path / "own.h5", **changes))
    assert code == 65 and f"own.h5: {says}\n" in message


def test_what_lies_in_another_file_is_refused(read, tmp_path):
    whole = own_set(tmp_path / "whole.h5")
    for name, link in [("external", h5py.ExternalLink(whole, "/label")), ("soft", h5py.SoftLink("/base"))]:
        path = own_set(tmp_path / f"{name}.h5", label=None)
        with h5py.File(path, "a") as file:
            file["label"] = link
        assert read(path) == (65, f"{path}: /label: is a link; copy what it points to into this file\n")


def test_external_and_virtual_storage_is_refused(read, tmp_path):
    whole = own_set(tmp_path / "whole.h5")
    (tmp_path / "raw").write_bytes(bytes(32))
    path = own_set(tmp_path / "external.h5", label=None)
    with h5py.File(path, "a") as file:
        file.create_dataset("label", (4,), np.int64, external=[(str(tmp_path / "raw"), 0, 32)])
    assert "/label: lies in another file" in read(path)[1]
    path = own_set(tmp_path / "virtual.h5", label=None)
    layout = h5py.VirtualLayout((4,), np.int64)
    layout[:] = h5py.VirtualSource(whole, "label", (4,))
    with h5py.File(path, "a") as file:
        file.create_virtual_dataset("label", layout)
    assert "/label: lies in another file" in read(path)[1]


@pytest.mark.parametrize("shape", [(10**9, 100, 100, 3), (2**40, 2**16, 2**16, 3)])
def test_a_claimed_shape_takes_no_memory(read, tmp_path, shape):
    path = own_set(tmp_path / "huge.h5", image=None)
    with h5py.File(path, "a") as file:
        file.create_dataset("image", shape, np.uint8, chunks=(1, 64, 64, 3))
    assert read(path) == (65, f"{path}: /image: claims more values than the file can hold\n")


def test_data_that_was_never_written_is_refused(read, tmp_path):
    path = own_set(tmp_path / "hole.h5", image=None)
    with h5py.File(path, "a") as file:
        image = file.create_dataset("image", (4, 2, 2, 3), np.uint8, chunks=(1, 2, 2, 3))
        image[:3] = 1
    assert read(path) == (65, f"{path}: /image: was never completely written\n")


def test_a_truncated_test_set_is_refused(read, files, tmp_path):
    whole = (files / "testset.h5").read_bytes()
    for size in range(0, len(whole), 997):
        (tmp_path / "cut.h5").write_bytes(whole[:size])
        code, message = read(tmp_path / "cut.h5")
        assert code == 65 and "cut.h5" in message and message.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_an_io_error(read, tmp_path):
    path = own_set(tmp_path / "own.h5")
    path.chmod(0)
    code, message = read(path)
    assert code == 74 and "Permission denied" in message
