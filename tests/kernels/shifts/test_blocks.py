"""Building blocks of the shifts against scipy, scikit-image and Pillow."""

import io

import numpy as np
import pytest
from applied import applied
from PIL import Image
from scipy import ndimage
from skimage import color

EDGES = {"nearest": 0, "reflect": 1, "mirror": 2}
SIZES = [(8, 8, 3), (32, 32, 3), (9, 17, 1), (33, 21, 3)]
every_size = pytest.mark.parametrize("shape", SIZES, ids=str)
every_edge = pytest.mark.parametrize("edge", EDGES)


def noise(shape, seed=0):
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


def by_channel(function, image):
    return np.stack([function(image[..., c].astype(np.float64)) for c in range(image.shape[2])], axis=2)


@every_size
@every_edge
@pytest.mark.parametrize("sigma, truncate", [(0.05, 4), (0.4, 4), (1.0, 4), (6.4, 3)])
def test_gaussian_filter_is_scipys(shape, edge, sigma, truncate):
    image = noise(shape)
    expected = by_channel(lambda x: ndimage.gaussian_filter(x, sigma, mode=edge, truncate=truncate), image)
    np.testing.assert_allclose(applied(image, "gaussian_filter", sigma, truncate, EDGES[edge]), expected, atol=1e-6)


@every_edge
def test_box_filter_is_scipys(edge):
    image = noise((11, 14, 3))
    expected = by_channel(lambda x: ndimage.uniform_filter(x, 3, mode=edge), image)
    np.testing.assert_allclose(applied(image, "box_filter", EDGES[edge]), expected, atol=1e-6)


@every_size
@pytest.mark.parametrize("radius, alias", [(0.3, 0.4), (0.5, 0.6), (1, 0.2), (1.5, 0.1), (3, 0.5)])
def test_defocus_correlates_with_a_softened_disk(shape, radius, alias):
    places = np.arange(-8, 9)
    disk = (places[:, None] ** 2 + places**2 <= radius**2).astype(float)
    bell = np.exp(-np.array([1, 0, 1]) / (2 * alias**2))
    soft = np.outer(bell, bell) / bell.sum() ** 2
    kernel = ndimage.convolve(disk / disk.sum(), soft, mode="constant")
    image = noise(shape)
    expected = by_channel(lambda x: ndimage.correlate(x, kernel, mode="mirror"), image)
    np.testing.assert_allclose(applied(image, "defocus", radius, alias), expected, atol=1e-6)


@every_size
@pytest.mark.parametrize("factor", [1, 1.01, 1.05, 1.25, 1.75, 2.25])
def test_zoom_in_is_scipys_zoom_of_the_middle(shape, factor):
    def zoomed(x):
        crop = [int(np.ceil(n / factor)) for n in x.shape]
        first = [(n - m) // 2 for n, m in zip(x.shape, crop)]
        large = ndimage.zoom(x[first[0] :, first[1] :][: crop[0], : crop[1]], factor, order=1)
        trim = [(m - n) // 2 for n, m in zip(x.shape, large.shape)]
        return large[trim[0] :, trim[1] :][: x.shape[0], : x.shape[1]]

    image = noise(shape)
    np.testing.assert_allclose(applied(image, "zoom_in", factor), by_channel(zoomed, image), atol=1e-6)


# The published scales of 32 and others. Not 33 to 20, say, where a centre falls on a border: Pillow's answer then
# hangs on its rounding.
@pytest.mark.parametrize("small", [(30, 32), (28, 32), (27, 32), (24, 32), (20, 32), (29, 31), (7, 31), (5, 8), (7, 8)])
def test_resize_box_is_pillows_both_ways(small):
    for old, new in (small, small[::-1]):
        image = noise((old, old, 1))
        expected = Image.fromarray(image[..., 0]).resize((new, new), Image.BOX)
        found = applied(image, "resize_box", new, new)
        np.testing.assert_allclose(found.reshape(new, new), np.asarray(expected), atol=1e-6)


@every_size
@pytest.mark.parametrize("edge", ["reflect", "mirror"])
@pytest.mark.parametrize("step", [(0.25, -0.5), (-3.75, 2.125), (5, -20.5), (0, 0)])
def test_bilinear_sampling_is_scipys(shape, edge, step):
    image = noise(shape)
    rows, columns = np.meshgrid(np.arange(shape[0]) + step[0], np.arange(shape[1]) + step[1], indexing="ij")
    expected = by_channel(lambda x: ndimage.map_coordinates(x, [rows, columns], order=1, mode=edge), image)
    np.testing.assert_allclose(applied(image, "moved", *step, EDGES[edge]), expected, atol=1e-6)


@pytest.mark.parametrize("radius, sigma, angle", [(6, 1, 0), (6, 1.5, 90), (8, 2, -45), (9, 2.5, 17), (14, 12, -120)])
def test_motion_blur_averages_along_its_line(radius, sigma, angle):
    image = noise((20, 25, 3))
    steps = np.arange(2 * radius + 1)
    weights = np.exp(-(steps**2) / (2 * sigma**2))
    padded = np.pad(image.astype(np.float64), ((40, 40), (40, 40), (0, 0)), mode="edge")
    expected = 0
    for step, weight in zip(steps, weights / weights.sum()):
        dy = int(np.ceil(step * np.sin(np.radians(angle)) - 0.5))
        dx = int(np.ceil(step * np.cos(np.radians(angle)) - 0.5))
        expected = expected + weight * padded[40 + dy : 60 + dy, 40 + dx : 65 + dx]
    np.testing.assert_allclose(applied(image, "motion", radius, sigma, angle), expected, atol=1e-6)


def hsv_shifted(image, channel, factor, offset):
    hsv = color.rgb2hsv(image.astype(np.float64))
    hsv[..., channel] = np.clip(hsv[..., channel] * factor + offset, 0, 1)
    return color.hsv2rgb(hsv)


def colours():
    """Random colours, and every corner and edge of the cube, where hue and saturation have their special cases."""
    levels = np.array([0, 0.25, 0.5, 1], dtype=np.float32)
    grid = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(8, 8, 3)
    return np.concatenate([grid, noise((24, 8, 3))])


@pytest.mark.parametrize("amount", [0, 0.05, 0.3])
def test_brightness_raises_scikit_images_value(amount):
    np.testing.assert_allclose(
        applied(colours(), "add_value", amount), hsv_shifted(colours(), 2, 1, amount), atol=1e-6
    )


@pytest.mark.parametrize("factor, offset", [(1, 0), (0.3, 0), (2, 0.1), (2.5, 0.2)])
def test_saturate_changes_scikit_images_saturation(factor, offset):
    np.testing.assert_allclose(
        applied(colours(), "change_saturation", factor, offset), hsv_shifted(colours(), 1, factor, offset), atol=1e-6
    )


def test_brightness_of_grey_adds_to_the_value():
    image = noise((12, 10, 1))
    np.testing.assert_allclose(applied(image, "add_value", 0.2), np.clip(image + np.float32(0.2), 0, 1), atol=1e-6)


def test_saturate_leaves_grey_alone():
    image = noise((12, 10, 1))
    np.testing.assert_array_equal(applied(image, "change_saturation", 2.5, 0.2), image)


@pytest.mark.parametrize("shape", [(32, 32, 3), (33, 21, 3), (9, 8, 1)], ids=str)
@pytest.mark.parametrize("quality", [80, 50, 40])
def test_jpeg_is_pillows_within_a_grey_level(shape, quality):
    smooth = by_channel(lambda x: ndimage.gaussian_filter(x, 1.5), noise(shape))
    pixels = (smooth * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(file, "JPEG", quality=quality)
    expected = np.asarray(Image.open(file)).reshape(shape).astype(float)
    found = applied(pixels / np.float32(255), "jpeg", quality) * 255
    assert np.abs(found - expected).max() <= 1.01
