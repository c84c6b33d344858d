"""results.h5 in the programs people open it with."""

import json
import os
import shutil
import subprocess

import h5py
import numpy as np
import pandas as pd
import pytest
import xarray as xr

GROUPS = [None, "methods/ttt_rotation", "methods/a_vote"]


@pytest.mark.parametrize("group", GROUPS)
def test_xarray_sees_named_dimensions_and_coordinates(files, group):
    with xr.open_dataset(files / "results.h5", engine="h5netcdf", group=group) as data:
        assert list(data["model"].values) == ["joint-1", "joint-2"]
        assert {"sample", "model", "model_group", "label", "base", "shift", "severity", "split"} <= set(data.coords)
        assert not [name for name in data.sizes if name.startswith("phony")]
        for name, variable in data.variables.items():
            assert "long_name" in variable.attrs, name
            assert "units" in variable.attrs or variable.dtype.kind in "OUT", name


def test_xarray_sees_the_axes_of_every_variable(files):
    with xr.open_dataset(files / "results.h5", engine="h5netcdf", group="methods/ttt_rotation") as data:
        assert dict(data.sizes) == {"model": 2, "sample": 9, "milestone": 4, "step": 4, "class": 3}
        assert data["logits"].dims == ("model", "sample", "milestone", "class")
        assert data["aux_loss"].dims == data["update_norm"].dims == ("model", "sample", "step")
        assert data["status"].dims == data["steps_taken"].dims == ("model", "sample")
        for name in ["predicted", "correct", "main_loss", "confidence", "entropy", "margin"]:
            assert data[name].dims == ("model", "sample", "milestone")
        for name in ["flops", "forward_passes", "backward_passes", "gradient_steps", "views"]:
            assert data[name].dims == ("milestone",)
        assert list(data["step"].values) == [1, 2, 3, 4]
        assert list(data["milestone"].values) == [0, 1, 2, 4]
        assert list(data["class"].values) == ["top shirt", "ゼロ", "c"]


def test_xarray_selects_by_name(files):
    with xr.open_dataset(files / "results.h5", engine="h5netcdf", group="methods/ttt_rotation") as data:
        chosen = data.sel(model="joint-2", milestone=4).where(data["shift"] == 2, drop=True)
        assert list(chosen["sample"].values) == [5, 8, 11]


def test_votes_have_no_steps(files):
    with xr.open_dataset(files / "results.h5", engine="h5netcdf", group="methods/a_vote") as data:
        assert not {"step", "aux_loss", "update_norm"} & set(data.variables)
        assert data.attrs["note"] == "views ran out" and data.attrs["kind"] == "vote"


@pytest.mark.parametrize("name, meanings", [("shift", "clean gaussian_noise fog"), ("split", "tune report"),
                                            ("status", "ok skipped diverged bad_input missing")])
def test_codes_carry_cf_flags_of_their_own_type(files, name, meanings):
    with xr.open_dataset(files / "results.h5", engine="h5netcdf", group="methods/ttt_rotation") as data:
        flags = data[name].attrs
        assert flags["flag_meanings"] == meanings
        assert list(flags["flag_values"]) == list(range(len(meanings.split())))
        assert np.asarray(flags["flag_values"]).dtype == data[name].dtype


def test_root_says_where_the_results_come_from(files):
    with h5py.File(files / "results.h5") as file:
        assert json.loads(file.attrs["provenance"]) == {"code": "0.1.0", "device": "cpu"}
        assert file.attrs["spec"].startswith("[data]") and file.attrs["partial"] == 0
        assert list(file.attrs["class_names"]) == ["top shirt", "ゼロ", "c"]


def test_columns_go_straight_into_pandas(files):
    with h5py.File(files / "results.h5") as file:
        group = file["methods/ttt_rotation"]
        table = pd.DataFrame({name: group[name][:] for name in ["sample", "label", "shift", "severity", "split"]})
        table["correct"] = group["correct"][0, :, -1]
    assert len(table) == 9 and list(table.groupby("shift")["correct"].count()) == [3, 3, 3]


def test_h5py_finds_every_scale_attached_both_ways(files):
    with h5py.File(files / "results.h5") as file:
        group = file["methods/ttt_rotation"]
        logits = group["logits"]
        assert [axis.label or axis[0].name.split("/")[-1] for axis in logits.dims] == ["model", "sample", "milestone", "class"]
        listed = [file[entry["dataset"]].name for entry in group["milestone"].attrs["REFERENCE_LIST"]]
        assert "/methods/ttt_rotation/logits" in listed and "/methods/ttt_rotation/flops" in listed


@pytest.mark.skipif(shutil.which("h5dump") is None, reason="h5dump (hdf5-tools) is not installed")
@pytest.mark.parametrize("name", ["results.h5", "segment.h5", "testset.h5"])
def test_h5dump_reads_every_byte(files, name):
    dumped = subprocess.run(["h5dump", files / name], capture_output=True, text=True)
    assert dumped.returncode == 0 and dumped.stderr == ""


def test_files_are_the_same_bytes_again(files, write_files, tmp_path):
    write_files(tmp_path, {**os.environ, "MALLOC_PERTURB_": "165"})  # memory that was never set shows
    for file in sorted(files.iterdir()):
        assert file.read_bytes() == (tmp_path / file.name).read_bytes(), file.name


@pytest.mark.parametrize("name", ["results.h5", "segment.h5", "testset.h5"])
def test_no_object_carries_a_time(files, name):
    with h5py.File(files / name) as file:
        names = ["/"]
        file.visit(names.append)
        assert [where for where in names if h5py.h5o.get_info(file[where].id).mtime != 0] == []
