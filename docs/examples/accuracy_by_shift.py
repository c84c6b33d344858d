#!/usr/bin/env python3
"""Accuracy and gain of a method on every shift, with xarray.

    accuracy_by_shift.py [FOLDER] [METHOD]      default: runs/quickstart ttt

Needs xarray and h5netcdf.
"""
import sys

import xarray

folder, method = (sys.argv[1:] + ["runs/quickstart", "ttt"][len(sys.argv) - 1:])[:2]
records = xarray.open_dataset(f"{folder}/results.h5", engine="h5netcdf", group=f"methods/{method}")
reported = records.where(records.split == 1, drop=True)          # 0 is the tune split

correct = reported.correct.astype(float)                         # [model, sample, milestone]
by_shift = correct.groupby(reported["shift"]).mean("sample")     # [model, shift, milestone]
names = records["shift"].attrs["flag_meanings"].split()          # the code of a shift is its place here

first, last = records.milestone.values[[0, -1]]
print(f"{'shift':24} {f'after {first}':>9} {f'after {last}':>9} {'gain':>7}   over {records.sizes['model']} models")
for code in by_shift["shift"].values.astype(int):
    mean = by_shift.sel(shift=code).mean("model")
    before, after = (100 * float(mean.sel(milestone=m)) for m in (first, last))
    print(f"{names[code]:24} {before:9.1f} {after:9.1f} {after - before:+7.1f}")
