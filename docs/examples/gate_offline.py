#!/usr/bin/env python3
"""A gate of your own, without a new run: adapt only samples whose source prediction has an entropy above a threshold.

The threshold is chosen on the tune split and judged on the report split, as the gates of ttt-eval are
(docs/methods.md, "Policies"). Replace `signal` by anything that is known before the first step.

    gate_offline.py [FOLDER] [METHOD]      default: runs/quickstart ttt

Needs h5py and numpy. The job must have run with `run.split = "all"`.
"""
import sys

import h5py
import numpy as np

folder, method = (sys.argv[1:] + ["runs/quickstart", "ttt"][len(sys.argv) - 1:])[:2]
with h5py.File(f"{folder}/results.h5") as file:
    records = file[f"methods/{method}"]
    before, after = (records["correct"][:, :, at].astype(float) for at in (0, -1))   # [model, sample]
    signal = records["entropy"][:, :, 0]
    split = records["split"][:]                                                      # 0 tune, 1 report
    flops = records["flops"][:]                                                      # [milestone], cumulative
tune, report = split == 0, split == 1
if not tune.any():
    sys.exit(f"{folder}/results.h5 holds no sample of the tune split: run the job with --set run.split=all")


def accuracy(threshold, chosen):
    return np.where(signal > threshold, after, before)[:, chosen].mean()


candidates = np.concatenate([[-np.inf], np.quantile(signal[:, tune], np.linspace(0, 1, 101)), [np.inf]])
threshold = max(candidates, key=lambda t: accuracy(t, tune))
adapted = (signal > threshold)[:, report].mean()
print(f"threshold chosen on {tune.sum()} samples of the tune split: {threshold:.3f} nat")
print(f"on {report.sum()} samples of the report split it adapts {100 * adapted:.0f} %:")
for name, value in (("never", np.inf), ("always", -np.inf), ("gate", threshold)):
    share = (signal > value)[:, report].mean()
    cost = (flops[0] + share * (flops[-1] - flops[0])) / flops[0]
    print(f"  {name:7} accuracy {100 * accuracy(value, report):5.1f} %   {cost:7.1f} forward passes' worth")
