"""The report is well formed, and its figures are those that pandas and scipy compute from the same cells."""

import io
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy import stats

BUILD = Path(os.environ["TTT_BUILD"])
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = {"curve", "shift_gains", "flips", "by_shift", "spread", "by_model", "placebos", "losses", "reliability"}


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


def test_every_figure_is_a_picture_of_its_own(folder):
    pictures = {path.stem: path for path in folder.glob("small-*.svg")}
    assert set(pictures) == {f"small-{name}" for name in PICTURES}
    assert pictures["small-curve"].read_bytes() == (folder / "curve.svg").read_bytes()
    for path in pictures.values():
        root = ET.parse(path).getroot()
        assert root.tag == f"{SVG}svg"
        assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_picture_says_itself_how_every_shape_looks(folder, name):
    """Paint comes from attributes with plain colours, which any program reads."""
    text = (folder / f"small-{name}.svg").read_text()
    assert not re.search(r"<style|var\(|style=|currentColor|url\(", text)
    for shape in ET.fromstring(text).iter():
        if shape.tag.removeprefix(SVG) in ("path", "rect", "circle", "text"):
            assert re.fullmatch("#[0-9a-f]{6}|none", shape.get("fill")), shape.attrib
            assert re.fullmatch("#[0-9a-f]{6}|none", shape.get("stroke", "none")), shape.attrib
            assert shape.get("fill") != "none" or shape.get("stroke"), "drawn with nothing"
        if shape.tag == f"{SVG}text":
            assert int(shape.get("font-size")) >= 11


@pytest.mark.skipif(not shutil.which("rsvg-convert"), reason="needs rsvg-convert (librsvg2-bin)")
@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_foreign_program_draws_colours_on_white(folder, name):
    done = subprocess.run(["rsvg-convert", folder / f"small-{name}.svg"], check=True, capture_output=True)
    pixels = np.asarray(Image.open(io.BytesIO(done.stdout)).convert("RGBA")).reshape(-1, 4).astype(int)
    assert (pixels[:, 3] == 255).all()
    assert (pixels[:, :3] == 255).all(axis=1).mean() > 0.4
    under_test = np.abs(pixels[:, :3] - [0x0A, 0x62, 0xAD]).max(axis=1) <= 2
    assert under_test.sum() > 50
    assert (pixels[:, :3].max(axis=1) < 16).mean() < 0.001, "black is no colour of the report"


def test_every_picture_is_a_pdf_where_the_build_can(folder):
    pages = list(folder.glob("*.pdf"))
    if not pages:
        pytest.skip("built without librsvg and cairo")
    assert {page.stem for page in pages} == {f"small-{name}" for name in PICTURES}


def test_every_class_used_has_a_rule(folder):
    text = (folder / "report.html").read_text()
    style = text[text.index("<style>") : text.index("</style>")]
    used = {name for element in ET.fromstring(text).iter() for name in (element.get("class") or "").split()}
    assert {name for name in used if f".{name}" not in style} <= {"plain", "range"}


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
