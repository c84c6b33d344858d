#!/usr/bin/env python3
"""Which samples a method fixed or broke, as a pandas frame of one row a model and sample.

    fixed_and_broken.py [FOLDER] [METHOD]      default: runs/quickstart ttt

Needs pandas and h5py. Writes FOLDER/fixed_and_broken.csv.
"""
import sys

import h5py
import numpy as np
import pandas as pd

folder, method = (sys.argv[1:] + ["runs/quickstart", "ttt"][len(sys.argv) - 1:])[:2]
with h5py.File(f"{folder}/results.h5") as file:
    records = file[f"methods/{method}"]
    models = records["model"].asstr()[:]
    shifts = np.array(records["shift"].attrs["flag_meanings"].split())
    samples = len(records["sample"])
    frame = pd.DataFrame({
        "model": np.repeat(models, samples),
        "sample": np.tile(records["sample"][:], len(models)),
        "shift": np.tile(shifts[records["shift"][:]], len(models)),
        "label": np.tile(records["label"][:], len(models)),
        "before": records["predicted"][:, :, 0].ravel(),
        "after": records["predicted"][:, :, -1].ravel(),
        "entropy": records["entropy"][:, :, 0].ravel(),          # of the source model, in nats
        "loss_fall": (records["main_loss"][:, :, 0] - records["main_loss"][:, :, -1]).ravel(),
    })

right_before, right_after = frame.before == frame.label, frame.after == frame.label
frame["outcome"] = np.select([~right_before & right_after, right_before & ~right_after], ["fixed", "broken"], "same")
print(frame.groupby(["shift", "outcome"]).size().unstack(fill_value=0).to_string())
print()
print(frame.groupby("outcome")[["entropy", "loss_fall"]].mean().round(3).to_string())
frame.to_csv(f"{folder}/fixed_and_broken.csv", index=False)
