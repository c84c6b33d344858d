"""The report is well formed, and its figures are those that pandas and scipy compute from the same cells."""

import os
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

BUILD = Path(os.environ["TTT_BUILD"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("report")
    subprocess.run(
        [BUILD / "pipeline_tests", "--gtest_filter=SampleReport.*"],
        env={**os.environ, "TTT_SAMPLE_REPORT": str(where)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return where


@pytest.fixture(scope="module")
def curves(folder):
    return pd.read_csv(folder / "curves.csv")


@pytest.fixture(scope="module")
def cells(folder):
    return pd.read_csv(folder / "cells.csv")


def paired(cells, method, milestone):
    """Correct under the method and under the source model, one row a cell."""
    keys = ["model", "shift", "base"]
    source = cells[(cells.method == "source") & (cells.milestone == 0)].set_index(keys).correct
    one = cells[(cells.method == method) & (cells.milestone == milestone)].set_index(keys).correct
    return pd.DataFrame({"one": one, "source": source}).reset_index()


def slice_of(frame, model, shift):
    if model != "pooled":
        frame = frame[frame.model == model]
    return frame[frame["shift"] == shift] if shift != "all" else frame[frame["shift"] != "clean"]


def test_report_is_well_formed_xml(folder):
    page = ET.parse(folder / "report.html").getroot()
    assert page.tag == "html"
    assert len(page.findall(".//svg")) > 15
    identities = {element.get("id") for element in page.iter() if element.get("id")}
    links = {element.get("href") for element in page.iter("a")}
    assert links == {f"#{identity}" for identity in identities}


def test_curve_is_a_picture_of_its_own(folder):
    assert ET.parse(folder / "curve.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_every_class_used_has_a_rule(folder):
    text = (folder / "report.html").read_text()
    style = text[text.index("<style>") : text.index("</style>")]
    used = {name for element in ET.fromstring(text).iter() for name in (element.get("class") or "").split()}
    assert {name for name in used if f".{name}" not in style} <= {"chart", "next", "plain", "range"}


def test_curves_hold_every_slice_once(curves, cells):
    keys = ["method", "model", "shift", "milestone"]
    assert not curves.duplicated(keys).any()
    milestones = len(cells[["method", "milestone"]].drop_duplicates())
    assert len(curves) == milestones * (cells.model.nunique() + 1) * (cells["shift"].nunique() + 1)


def test_accuracies_and_wilson_intervals_equal_scipy(curves, cells):
    for row in curves[curves.kind != "ensemble"].itertuples():
        frame = cells[(cells.method == row.method) & (cells.milestone == row.milestone)]
        right = slice_of(frame, row.model, row.shift).correct
        assert (row.n, row.correct) == (len(right), right.sum())
        interval = stats.binomtest(row.correct, row.n).proportion_ci(method="wilson")
        assert (row.accuracy_low, row.accuracy_high) == pytest.approx(tuple(interval), abs=1e-7)


def test_gains_and_p_values_equal_scipy(curves, cells):
    for (method, milestone), rows in curves[curves.kind != "ensemble"].groupby(["method", "milestone"]):
        pairs = paired(cells, method, milestone)
        for row in rows.itertuples():
            one = slice_of(pairs, row.model, row.shift)
            difference = one.one - one.source
            assert row.gain == pytest.approx(difference.mean(), abs=1e-8)
            assert (row.fixed, row.broken) == ((difference > 0).sum(), (difference < 0).sum())
            if row.fixed + row.broken:
                p = stats.binomtest(row.fixed, row.fixed + row.broken).pvalue
                assert row.p_mcnemar == pytest.approx(p, rel=1e-7)
            by_model = difference.groupby(one.model).mean()
            if row.model == "pooled" and by_model.std() > 1e-9:
                test = stats.ttest_1samp(by_model, 0)
                interval = test.confidence_interval(0.95)
                assert row.p_models == pytest.approx(test.pvalue, rel=1e-6)
                assert (row.gain_models_low, row.gain_models_high) == pytest.approx((interval.low, interval.high), abs=1e-7)
            else:
                assert np.isnan(row.p_models)


def test_bootstrap_over_base_images_agrees_with_numpy(curves, cells):
    row = curves.query("method == 'ttt_rotation' and milestone == 8 and model == 'pooled' and shift == 'all'").iloc[0]
    one = slice_of(paired(cells, "ttt_rotation", 8), "pooled", "all")
    by_base = (one.one - one.source).groupby(one.base).mean().to_numpy()
    draws = np.random.default_rng(0).choice(by_base, (20000, len(by_base))).mean(axis=1)
    expected = np.quantile(draws, [0.025, 0.975])
    assert [row.gain_bootstrap_low, row.gain_bootstrap_high] == pytest.approx(expected, abs=0.15 * np.ptp(expected))


def test_calibration_error_equals_numpy(curves, cells):
    for row in curves.query("model == 'pooled' and shift == 'all'").itertuples():
        frame = cells[(cells.method == row.method) & (cells.milestone == row.milestone)]
        frame = slice_of(frame, "pooled", "all")
        bins = np.ceil(frame.confidence.astype(np.float32).astype(float) * 15)
        groups = frame.groupby(bins)
        error = (groups.size() * (groups.correct.mean() - groups.confidence.mean()).abs()).sum() / len(frame)
        assert row.calibration_error == pytest.approx(error, abs=1e-4)
