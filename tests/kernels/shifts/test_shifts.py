"""Whole shifts against oracles written with numpy and scipy from the papers and the documented draws."""

import numpy as np
import pytest
from applied import Draw, applied
from PIL import Image
from scipy import ndimage

SEED, SUBJECT = 0x1234567890AB, 77
SIZES = [(32, 32, 3), (28, 28, 1), (13, 19, 3)]
every_size = pytest.mark.parametrize("shape", SIZES, ids=str)


def published(*rows):
    """The five rows of a shift's table (Hendrycks and Dietterich, ICLR 2019)."""
    assert len(rows) == 5
    return pytest.mark.parametrize("severity, row", list(enumerate(rows, 1)))


def scene(shape):
    return ndimage.gaussian_filter(np.random.default_rng(1).random(shape), (1, 1, 0)).astype(np.float32)


def check(image, name, severity, expected, tolerance=2e-6):
    found = applied(image, name, severity, SEED, SUBJECT)
    np.testing.assert_allclose(found, np.clip(expected, 0, 1), atol=tolerance)


def field(draw, shape, first, grid):
    """LF(grid): bilinear interpolation of normals, by scipy."""
    knots = draw.normal(np.arange(first, first + grid * grid)).reshape(grid, grid)
    rows, columns = (np.arange(n) * (grid - 1) / (n - 1) for n in shape)
    return ndimage.map_coordinates(knots, np.meshgrid(rows, columns, indexing="ij"), order=1)


def grey_of(image):
    return image if image.shape[2] == 1 else (image @ [0.299, 0.587, 0.114])[..., None]


def tinted(colour, channels):
    return np.array(colour) if channels == 3 else np.array([np.dot(colour, [0.299, 0.587, 0.114])])


@pytest.fixture
def draw():
    return Draw(SEED, SUBJECT)


@every_size
@published(0.04, 0.06, 0.08, 0.09, 0.10)
def test_gaussian_noise(shape, severity, row, draw):
    image = scene(shape)
    check(image, "gaussian_noise", severity, image + row * draw.normal(np.arange(image.size)).reshape(shape))


@every_size
@published(0.06, 0.1, 0.12, 0.16, 0.2)
def test_speckle_noise(shape, severity, row, draw):
    image = scene(shape)
    factor = 1 + row * draw.normal(np.arange(image.size)).reshape(shape)
    check(image, "speckle_noise", severity, image * factor)


@published(500, 250, 100, 75, 50)
def test_shot_noise_counts_whole_photons(severity, row):
    image = np.full((64, 64, 3), 0.4, dtype=np.float32)
    counts = applied(image, "shot_noise", severity, SEED, SUBJECT) * row
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-4)
    assert abs(counts.mean() - 0.4 * row) < 4 * np.sqrt(0.4 * row / counts.size)


@published(0.01, 0.02, 0.03, 0.05, 0.07)
def test_impulse_noise(severity, row, draw):
    image = scene((32, 32, 3))
    u = draw.uniform(np.arange(image.size)).reshape(image.shape)
    check(image, "impulse_noise", severity, np.where(u < row / 2, 0, np.where(u < row, 1, image)))


@every_size
@published((0.05, 1), (0.25, 1), (0.4, 1), (0.25, 2), (0.4, 2))
def test_glass_blur_copies_upper_left_neighbours(shape, severity, row, draw):
    sigma, passes = row

    def blurred(x):
        return ndimage.gaussian_filter(x, (sigma, sigma, 0), mode="nearest")

    height, width, _ = shape
    image = blurred(scene(shape))
    for turn in range(passes):
        moves = draw.below(np.arange(2 * height * width) + turn * 2 * height * width, 2).reshape(height, width, 2) - 1
        for y in range(height - 1, 1, -1):
            for x in range(width - 1, 1, -1):
                image[y, x] = image[y + moves[y, x, 0], x + moves[y, x, 1]]
    check(scene(shape), "glass_blur", severity, blurred(image))


def zoomed(plane, factor):
    crop = [int(np.ceil(n / factor)) for n in plane.shape]
    first = [(n - m) // 2 for n, m in zip(plane.shape, crop)]
    large = ndimage.zoom(plane[first[0] :, first[1] :][: crop[0], : crop[1]], factor, order=1)
    trim = [(m - n) // 2 for n, m in zip(plane.shape, large.shape)]
    return large[trim[0] :, trim[1] :][: plane.shape[0], : plane.shape[1]]


@every_size
@published(6, 11, 16, 21, 26)
def test_zoom_blur(shape, severity, row):
    image = scene(shape)
    total = image.astype(np.float64)
    for i in range(row):
        total = total + np.stack([zoomed(image[..., c], 1 + i / 100) for c in range(shape[2])], axis=2)
    check(image, "zoom_blur", severity, total / (row + 1))


def swept(plane, radius, sigma, angle):
    """The plane blurred along a line whose border values go on outside."""
    steps = np.arange(2 * radius + 1)
    weights = np.exp(-(steps**2) / (2 * sigma**2))
    rows, columns = np.indices(plane.shape)
    total = 0
    for step, weight in zip(steps, weights / weights.sum()):
        y = np.clip(rows + int(np.ceil(step * np.sin(np.radians(angle)) - 0.5)), 0, plane.shape[0] - 1)
        x = np.clip(columns + int(np.ceil(step * np.cos(np.radians(angle)) - 0.5)), 0, plane.shape[1] - 1)
        total = total + weight * plane[y, x]
    return total


@every_size
@published((6, 1), (6, 1.5), (6, 2), (8, 2), (9, 2.5))
def test_motion_blur(shape, severity, row, draw):
    image = scene(shape)
    angle = draw.uniform([0], -45, 45)[0]
    planes = [swept(image[..., c], *row, angle) for c in range(shape[2])]
    check(image, "motion_blur", severity, np.stack(planes, axis=2))


@every_size
@published(
    (0.1, 0.2, 1, 0.6, 8, 3, 0.95),
    (0.1, 0.2, 1, 0.5, 10, 4, 0.9),
    (0.15, 0.3, 1.75, 0.55, 10, 4, 0.9),
    (0.25, 0.3, 2.25, 0.6, 12, 6, 0.85),
    (0.3, 0.3, 1.25, 0.65, 14, 12, 0.8),
)
def test_snow(shape, severity, row, draw):
    mean, deviation, zoom, threshold, radius, sigma, mix = row
    image, pixels = scene(shape).astype(np.float64), shape[0] * shape[1]
    noise = (mean + deviation * draw.normal(np.arange(pixels))).reshape(shape[:2])
    flakes = zoomed(noise, zoom)
    flakes = np.clip(np.where(flakes < threshold, 0, flakes), 0, 1)
    flakes = swept(flakes, radius, sigma, draw.uniform([2 * pixels], -135, -45)[0])
    scenery = mix * image + (1 - mix) * np.maximum(image, grey_of(image) * 1.5 + 0.5)
    check(image, "snow", severity, scenery + (flakes + np.rot90(flakes, 2))[..., None])


@every_size
@published((1, 0.2), (1, 0.3), (0.9, 0.4), (0.85, 0.4), (0.75, 0.45))
def test_frost_mixes_one_texture_at_every_severity(shape, severity, row):
    black, image = np.zeros(shape, dtype=np.float32), scene(shape)
    texture = applied(black, "frost", 2, SEED, SUBJECT) / 0.3
    assert 0.3 < texture.mean() < 0.7 and texture.std() > 0.1
    check(image, "frost", severity, row[0] * image + row[1] * texture)


def plasma(side, decay, draw):
    """Diamond-square with every level's points at once, neighbours by rolling the whole map."""
    jitter = draw.uniform(np.arange(side * side), -1, 1).reshape(side, side)
    heights, step, amplitude = np.zeros((side, side)), side, 1.0
    rows, columns = np.indices((side, side))

    def fill(place, neighbours):
        total = sum(np.roll(heights, shift, axis=(0, 1)) for shift in neighbours)
        heights[place] = (total / 4 + amplitude * jitter)[place]

    while step >= 2:
        half = step // 2
        fill((rows % step == half) & (columns % step == half), [(a, b) for a in (-half, half) for b in (-half, half)])
        cross = [(half, 0), (-half, 0), (0, half), (0, -half)]
        fill((rows % step + columns % step == half) & ((rows % step) * (columns % step) == 0), cross)
        step, amplitude = half, amplitude / decay**2
    return (heights - heights.min()) / (heights.max() - heights.min())


@every_size
@published((0.2, 3), (0.5, 3), (0.75, 2.5), (1, 2), (1.5, 1.75))
def test_fog(shape, severity, row, draw):
    strength, decay = row
    image = scene(shape)
    haze = plasma(32, decay, draw)[: shape[0], : shape[1], None]
    check(image, "fog", severity, (image + strength * haze) * image.max() / (image.max() + strength))


@every_size
@published((0, 0, 0.08), (0.05, 0.2, 0.07), (0.08, 0.06, 0.06), (0.1, 0.04, 0.05), (0.1, 0.03, 0.03))
def test_elastic_transform(shape, severity, row, draw):
    image, (height, width, channels) = scene(shape), shape
    side, pixels = min(height, width), height * width
    alpha, sigma, affine = (side * x for x in row)
    reach, middle = side // 3, np.array([width // 2, height // 2])
    old = middle + reach * np.array([[1, 1], [1, -1], [-1, -1]])
    new = old + draw.uniform(np.arange(6), -affine, affine).reshape(3, 2)
    back = np.linalg.solve(np.column_stack([new, np.ones(3)]), old)  # [x y 1] @ back = source
    y, x = np.indices((height, width))
    source = np.stack([x, y, np.ones_like(x)], axis=-1) @ back

    def displacement(first):
        noise = draw.uniform(np.arange(first, first + pixels), -1, 1).reshape(height, width)
        return ndimage.gaussian_filter(noise, sigma, mode="reflect", truncate=3) * alpha

    places = [y + displacement(6), x + displacement(6 + pixels)]
    planes = []
    for c in range(channels):
        turned = ndimage.map_coordinates(image[..., c], [source[..., 1], source[..., 0]], order=1, mode="mirror")
        planes.append(ndimage.map_coordinates(turned, places, order=1, mode="reflect"))
    check(image, "elastic_transform", severity, np.stack(planes, axis=2), 2e-5)


@every_size
@published(0.75, 0.5, 0.4, 0.3, 0.15)
def test_contrast(shape, severity, row):
    image = scene(shape)
    means = image.mean(axis=(0, 1))
    check(image, "contrast", severity, (image - means) * row + means)


def liquid(shape, mean, deviation, sigma, threshold, draw):
    noise = (mean + deviation * draw.normal(np.arange(shape[0] * shape[1]))).reshape(shape[:2])
    smooth = ndimage.gaussian_filter(noise, sigma, mode="nearest")
    return np.where(smooth < threshold, 0, np.clip(smooth, 0, 1))


@every_size
@pytest.mark.parametrize("severity, sigma, threshold, outline", [(4, 0.7, 0.69, 0.6), (5, 0.5, 0.68, 0.6)])
def test_mud_covers_where_the_liquid_is_thick(shape, severity, sigma, threshold, outline, draw):
    image = scene(shape)
    wet = (liquid(shape, 0.65, 0.1, sigma, threshold, draw) > 0).astype(float)
    cover = ndimage.gaussian_filter(wet, outline, mode="nearest")
    cover = np.where(cover < 0.8, 0, cover)[..., None]
    brown = tinted([63 / 255, 42 / 255, 20 / 255], shape[2])
    check(image, "spatter", severity, image * (1 - cover) + brown * cover)


def equalised(image):
    """Whole numbers by their cumulative share, the lowest 0 and the highest 255."""
    lowest = (image == image.min()).sum()
    if lowest == image.size:
        return np.zeros(image.shape)
    return 255 * (np.searchsorted(np.sort(image.ravel()), image, side="right") - lowest) / (image.size - lowest)


@every_size
@pytest.mark.parametrize(
    "severity, mean, deviation, sigma, threshold",
    [(1, 0.62, 0.1, 0.7, 0.7), (2, 0.65, 0.1, 0.8, 0.7), (3, 0.65, 0.3, 1, 0.69)],
)
def test_water_shines_at_its_shores(shape, severity, mean, deviation, sigma, threshold, draw):
    image = scene(shape)
    layer = liquid(shape, mean, deviation, sigma, threshold, draw)
    wet = layer > 0
    inner = ndimage.binary_erosion(wet, border_value=1)
    shore = wet & ~inner
    distance = np.minimum(20, ndimage.distance_transform_edt(~shore)) if shore.any() else np.full(wet.shape, 20.0)
    ranks = equalised(np.floor(ndimage.uniform_filter(distance, 3, mode="mirror") + 1e-6))
    relief = ndimage.correlate(ranks, np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]]), mode="mirror")
    light = ndimage.uniform_filter(np.clip(relief, 0, 255), 3, mode="mirror") * layer
    light = 0.5 * light / light.max() if light.max() > 0 else light
    turquoise = tinted([175 / 255, 238 / 255, 238 / 255], shape[2])
    check(image, "spatter", severity, image + light[..., None] * turquoise, 1e-5)


def test_glyph_noises_are_strong(draw):
    image = scene((32, 32, 3))
    normal = draw.normal(np.arange(image.size)).reshape(image.shape)
    u = draw.uniform(np.arange(image.size)).reshape(image.shape)
    check(image, "glyph_gauss", 1, image + 0.45 * normal)
    check(image, "glyph_speckle", 1, image * (1 + 1.2 * normal))
    check(image, "glyph_impulse", 1, np.where(u < 0.15, 0, np.where(u < 0.3, 1, image)))


@every_size
def test_glyph_fog(shape, draw):
    image = scene(shape)
    fog = 0.5 * field(draw, shape[:2], 0, 3) + 0.3 * field(draw, shape[:2], 9, 6) + 0.2 * field(draw, shape[:2], 45, 11)
    fog = (fog - fog.min()) / (fog.max() - fog.min())
    check(image, "glyph_fog", 1, 0.45 * image + 0.55 * (0.3 + 0.7 * fog[..., None]), 1e-5)


@every_size
def test_glyph_texture(shape, draw):
    image = scene(shape)
    fields = [field(draw, shape[:2], 81 * c, 9) for c in range(shape[2])]
    check(image, "glyph_texture", 1, image + 0.4 * np.stack(fields, axis=2), 1e-5)


@every_size
def test_glyph_stripes(shape, draw):
    image, (y, x) = scene(shape), np.indices(shape[:2])
    angle, phase = draw.uniform([0, 1], 0, 2 * np.pi)
    wave = np.sin(1.2 * (x * np.cos(angle) + y * np.sin(angle)) + phase)
    check(image, "glyph_stripes", 1, image + 0.25 * wave[..., None])


@every_size
def test_glyph_gradient_spans_its_amplitude_both_ways(shape):
    grey = np.full(shape, 0.5, dtype=np.float32)
    ramp = applied(grey, "glyph_gradient", 1, SEED, SUBJECT)[..., 0].astype(float) - 0.5
    np.testing.assert_allclose([ramp.min(), ramp.max()], [-0.25, 0.25], atol=1e-6)
    np.testing.assert_allclose(np.diff(ramp, 2, axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(np.diff(ramp, 2, axis=1), 0, atol=1e-6)


def test_glyph_defocus_is_a_disk_of_81_pixels():
    image = scene((32, 32, 3))
    places = np.arange(-5, 6)
    disk = (places[:, None] ** 2 + places**2 <= 25.25).astype(float)
    assert disk.sum() == 81
    planes = [ndimage.correlate(image[..., c].astype(float), disk / 81, mode="nearest") for c in range(3)]
    check(image, "glyph_defocus", 1, np.stack(planes, axis=2))


def test_glyph_motion_is_nine_pixels_either_way(draw):
    image = scene((32, 32, 3))
    axis = 1 - draw.below([0], 2)[0]
    check(image, "glyph_motion", 1, ndimage.uniform_filter1d(image.astype(float), 9, axis=axis, mode="nearest"))


@pytest.mark.parametrize("name, function", {
    "glyph_bright": lambda x: x + 0.65,
    "glyph_dark": lambda x: 0.15 * x,
    "glyph_invert": lambda x: 1 - x,
    "glyph_contrast": lambda x: (x - x.mean(axis=(0, 1))) * 0.07 + x.mean(axis=(0, 1)),
    "glyph_pixelate": lambda x: x.reshape(8, 4, 8, 4, 3).mean(axis=(1, 3)).repeat(4, 0).repeat(4, 1),
}.items())
def test_plain_glyph_shifts(name, function):
    image = scene((32, 32, 3))
    check(image, name, 1, function(image.astype(np.float64)))


@published(0.95, 0.9, 0.85, 0.75, 0.65)
def test_pixelate(severity, row):
    image = scene((32, 32, 1))
    small = Image.fromarray(image[..., 0]).resize((int(32 * row), int(32 * row)), Image.BOX)
    check(image, "pixelate", severity, np.asarray(small.resize((32, 32), Image.BOX))[..., None])


# Shifts whose one step test_blocks.py compares with a library: here only that they use the published numbers.
STEPS = {
    ("defocus_blur", "defocus"): [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)],
    ("gaussian_blur", "gaussian_filter"): [(sigma, 4, 0) for sigma in (0.4, 0.6, 0.7, 0.8, 1)],
    ("jpeg_compression", "jpeg"): [(80,), (65,), (58,), (50,), (40,)],
    ("brightness", "add_value"): [(0.05,), (0.1,), (0.15,), (0.2,), (0.3,)],
    ("saturate", "change_saturation"): [(0.3, 0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)],
}


@pytest.mark.parametrize("shift, step", STEPS)
def test_one_step_shifts_use_the_published_numbers(shift, step):
    image = (scene((32, 32, 3)) * 255).astype(np.uint8) / np.float32(255)
    for severity, numbers in enumerate(STEPS[shift, step], 1):
        check(image, shift, severity, applied(image, step, *numbers))
