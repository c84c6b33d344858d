"""data.resize and data.crop against Pillow, as torchvision's Resize and CenterCrop call it."""

import numpy as np
import pytest
from PIL import Image
from prepared import prepare, prepared
from test_sources import CLEAN, images_of


def expected(image, resize, crop):
    """torchvision.transforms.v2 on a PIL image: the shorter side, the longer one rounded down; then the middle."""
    if resize:
        width, height = image.size
        short, long = min(image.size), max(image.size)
        longer = int(resize * long / short)
        image = image.resize((resize, longer) if width <= height else (longer, resize), Image.Resampling.BILINEAR)
    pixels = np.asarray(image)
    if not crop:
        return pixels
    lacking = [max(crop - length, 0) for length in pixels.shape[:2]]
    pixels = np.pad(pixels, [(n // 2, (n + 1) // 2) for n in lacking] + [(0, 0)])
    top, left = (int(round((length - crop) / 2.0)) for length in pixels.shape[:2])
    return pixels[top : top + crop, left : left + crop]


def write(folder, sizes):
    images = []
    (folder / "images/test/class").mkdir(parents=True)
    for i, (height, width) in enumerate(sizes):
        noise = np.random.default_rng(i).integers(0, 256, (height, width, 3), dtype=np.uint8)
        images.append(Image.fromarray(noise))
        images[-1].save(folder / f"images/test/class/{i}.png")
    return images


@pytest.mark.parametrize("resize, crop", [(64, 56), (224, 224), (20, 20), (33, 16), (0, 40), (24, 40)])
def test_images_of_any_size_have_pillows_pixels(tmp_path, resize, crop):
    images = write(tmp_path, [(37, 50), (64, 64), (101, 63), (48, 97), (33, 40)])
    data = f'[data]\nsource = "images"\npath = "images"\nresize = {resize}\ncrop = {crop}\n{CLEAN.format(5)}'
    found = images_of(prepared(tmp_path, data))
    assert found.shape[1:] == (crop, crop, 3)
    for image, pixels in zip(images, found):
        assert np.array_equal(expected(image, resize, crop), pixels), image.size


def test_resizing_alone_keeps_the_shape(tmp_path):
    images = write(tmp_path, [(40, 60), (80, 120)])
    found = images_of(prepared(tmp_path, f'[data]\nsource = "images"\npath = "images"\nresize = 30\n{CLEAN.format(2)}'))
    assert found.shape[1:] == (30, 45, 3)
    assert all(np.array_equal(expected(image, 30, 0), pixels) for image, pixels in zip(images, found))


def test_images_of_two_sizes_are_told_what_makes_them_one(tmp_path):
    write(tmp_path, [(40, 60), (80, 120)])
    done = prepare(tmp_path, f'[data]\nsource = "images"\npath = "images"\n{CLEAN.format(2)}', check=False)
    assert done.returncode == 65 and "data.resize and data.crop" in done.stderr


def test_other_sources_have_their_size(tmp_path):
    done = prepare(tmp_path, f'[data]\nsource = "glyphs"\nresize = 30\n{CLEAN.format(2)}', check=False)
    assert done.returncode == 64 and "data.resize" in done.stderr
