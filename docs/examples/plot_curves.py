#!/usr/bin/env python3
"""Accuracy against cost from curves.csv, with matplotlib: a start for figures in a style of your own.

    plot_curves.py [FOLDER]      default: runs/quickstart; writes FOLDER/my_curves.pdf

Needs pandas and matplotlib.
"""
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas as pd

folder = sys.argv[1] if len(sys.argv) > 1 else "runs/quickstart"
curves = pd.read_csv(f"{folder}/curves.csv")
pooled = curves[(curves.split == "report") & (curves.model == "pooled") & (curves["shift"] == "all")]

figure, axes = plt.subplots(figsize=(5, 3.5), layout="constrained")
for name, curve in pooled[~pooled.role.isin(["source", "oracle", "control"])].groupby("method"):
    curve = curve.sort_values("forward_equivalents")
    axes.plot(curve.forward_equivalents, 100 * curve.accuracy, marker="o", markersize=3, label=name)
    if curve.accuracy_models_low.notna().all():                  # t interval over models; empty with one model
        axes.fill_between(curve.forward_equivalents, 100 * curve.accuracy_models_low,
                          100 * curve.accuracy_models_high, alpha=0.15)
axes.set(xscale="log", xlabel="forward passes' worth a sample", ylabel="accuracy, %")
axes.legend(fontsize="x-small")
figure.savefig(f"{folder}/my_curves.pdf")
print(f"{folder}/my_curves.pdf: {pooled.method.nunique()} methods, n = {pooled.n.max()} predictions each")
