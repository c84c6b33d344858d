"""The built-in images against an independent drawing of the same recipe, with numpy and the documented draws."""

import sys
from pathlib import Path

import numpy as np
from prepared import prepared

sys.path.append(str(Path(__file__).parents[2] / "kernels" / "shifts"))
from applied import Draw, philox  # noqa: E402
from scipy import ndimage  # noqa: E402

SEED, GLYPH = 0x1122334455, 9
FIRST_TEST_ID = 2**32


class GlyphDraw(Draw):
    def bits(self, indices):
        i = np.asarray(indices, dtype=np.uint64)
        high, low = divmod(self.subject, 2**32)
        words = philox([i // np.uint64(4), *(np.full_like(i, w) for w in (low, high, GLYPH << 24))], self.key)
        return np.take_along_axis(words, (i % np.uint64(4)).astype(np.int64)[None], axis=0)[0]


def arc(cx, cy, rx, ry, start, end, lines):
    angle = np.radians(np.linspace(start, end, lines + 1))
    return list(zip(cx + rx * np.cos(angle), cy + ry * np.sin(angle)))


P = [(-0.5, 1), (-0.5, -1), *arc(0.05, -0.45, 0.5, 0.55, -90, 90, 5), (-0.5, 0.1)]
STROKES = [
    [[(-0.65, 1), (0, -1), (0.65, 1)], [(-0.4, 0.3), (0.4, 0.3)]],
    [[(-0.5, 1), (-0.5, -1), (0.6, -1)], [(-0.5, -0.05), (0.35, -0.05)]],
    [[*arc(0, 0, 0.65, 1, -50, -360, 8), (0.05, 0)]],
    [[(0.45, -1), *arc(-0.05, 0.4, 0.5, 0.6, 0, 180, 5)]],
    [[(-0.5, -1), (-0.5, 1)], [(0.6, -1), (-0.5, 0.15)], [(-0.15, -0.2), (0.65, 1)]],
    [P],
    [P, [(0, 0.1), (0.6, 1)]],
    [[(-0.7, -1), (0.7, -1)], [(0, -1), (0, 1)]],
    [[(-0.65, -1), (0, 0), (0.65, -1)], [(0, 0), (0, 1)]],
    [[(0.3, 1), (0.3, -1), (-0.65, 0.35), (0.7, 0.35)]],
]


def distort(points, draw):
    x, y = np.array(points, float).T
    warp = 0.07 * draw.normal(np.arange(16, 22)).reshape(2, 3)
    x, y = np.stack([x, y]) + warp @ np.stack([x * x, x * y, y * y])
    t = draw.uniform(0, -0.25, 0.25)
    s = draw.uniform(1, 0.58, 0.80)
    a = np.exp(draw.uniform(2, -0.15, 0.15))
    sh = draw.uniform(3, -0.25, 0.25)
    turn = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    return (turn @ np.array([[s * a, s * sh], [0, s / a]]) @ np.stack([x, y])).T + draw.uniform([4, 5], -0.15, 0.15)


def distance(grid, a, b):
    along = np.clip((grid - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
    return np.linalg.norm(grid - a - along[..., None] * (b - a), axis=-1)


def glyph(identity):
    draw = GlyphDraw(SEED, identity)
    centres = (np.arange(32) + 0.5) / 32 * 2 - 1
    grid = np.stack(np.meshgrid(centres, centres), axis=-1)
    lines = [
        distance(grid, a, b)
        for stroke in STROKES[identity % 10]
        for points in [distort(stroke, draw)]
        for a, b in zip(points, points[1:])
    ]
    coverage = np.clip((draw.uniform(6, 0.07, 0.13) - np.min(lines, axis=0)) / (2 / 32) + 0.5, 0, 1)[..., None]
    dark = draw.uniform(7, 0.1, 0.45)
    bright = dark + draw.uniform(8, 0.3, 0.5)
    knots = draw.normal(np.arange(32, 32 + 75)).reshape(3, 5, 5)
    at = np.meshgrid(*[np.arange(32) * 4 / 31] * 2, indexing="ij")
    texture = np.stack([ndimage.map_coordinates(k, at, order=1) for k in knots], axis=-1)
    back = dark + 0.05 * draw.normal(np.arange(22, 25)) + 0.06 * texture
    front = bright + 0.05 * draw.normal(np.arange(25, 28))
    noise = 0.02 * draw.normal(np.arange(128, 128 + 3072)).reshape(32, 32, 3)
    return np.clip(back * (1 - coverage) + front * coverage + noise, 0, 1)


def test_glyphs_follow_the_recipe(tmp_path):
    found = prepared(tmp_path, f'[data]\nsource = "glyphs"\nseed = {SEED}\n[data.report]\nbase_images = 40\nclean = true\n')
    for image, label, base in zip(found["image"], found["label"], found["base"]):
        expected = glyph(FIRST_TEST_ID + int(base)) * 255
        assert label == (FIRST_TEST_ID + base) % 10
        # Stored by truncation; a value next to a whole number may fall on either side.
        difference = expected - image
        assert difference.min() > -1e-3 and difference.max() < 1 + 1e-3
