"""Every source read from files that the packages people use have written."""

import shutil
import struct

import h5py
import numpy as np
import pytest
from PIL import Image
from prepared import prepare, prepared

CLEAN = "[data.report]\nbase_images = {}\nclean = true\n"


def images_of(found):
    """The images in the order of the source."""
    return found["image"][np.argsort(found["base"])]


@pytest.fixture
def pictures():
    """Five smooth pictures [5, 32, 32, 3]."""
    ramp = np.linspace(0, 255, 32)
    rng = np.random.default_rng(1)
    mix = rng.random((5, 3, 2)) / 2
    return (ramp[:, None, None] * mix[:, None, None, :, 0] + ramp[None, :, None] * mix[:, None, None, :, 1]).astype(np.uint8)


@pytest.mark.parametrize("mode, suffix", [("RGB", "png"), ("L", "png"), ("P", "png"), ("1", "png"), ("RGBA", "png"),
                                          ("I;16", "png"), ("RGB", "jpg"), ("L", "jpeg"), ("RGB", "JPEG")])  # fmt: skip
def test_image_files_have_pillows_pixels(tmp_path, pictures, mode, suffix):
    folder = tmp_path / "images" / "test" / "class"
    folder.mkdir(parents=True)
    expected = []
    for i, picture in enumerate(pictures):
        if mode == "I;16":  # Pillow would clip: whole multiples of 257 are exactly eight bits
            image = Image.fromarray(picture[..., 0].astype(np.uint16) * 257)
            expected.append(np.repeat(picture[..., :1], 3, axis=2))
        else:
            image = Image.fromarray(picture).convert(mode)
        file = folder / f"{i}.{suffix}"
        image.save(file)
        if mode != "I;16":
            expected.append(np.asarray(Image.open(file).convert("RGB")))
    found = prepared(tmp_path, f'[data]\nsource = "images"\npath = "images"\n{CLEAN.format(5)}')
    difference = images_of(found).astype(int) - np.array(expected)
    assert np.abs(difference).max() <= (0 if suffix == "png" else 2), "another build of libjpeg rounds otherwise"


def test_cmyk_jpeg_has_pillows_pixels(tmp_path):
    """Blocks of 16 x 16 pixels, so that nothing but the inks matters."""
    inks = np.random.default_rng(6).integers(0, 256, (3, 2, 2, 4)).astype(np.uint8)
    folder = tmp_path / "images" / "test" / "class"
    folder.mkdir(parents=True)
    expected = []
    for i, blocks in enumerate(inks):
        Image.fromarray(blocks.repeat(16, 0).repeat(16, 1), "CMYK").save(folder / f"{i}.jpg", quality=100)
        expected.append(np.asarray(Image.open(folder / f"{i}.jpg").convert("RGB")))
    found = prepared(tmp_path, f'[data]\nsource = "images"\npath = "images"\n{CLEAN.format(3)}')
    assert np.abs(images_of(found).astype(int) - np.array(expected)).max() <= 2


def test_exif_orientation_is_ignored_with_one_word(tmp_path, pictures):
    """As torchvision's loader does; a task that turns images learns from what is upright."""
    folder = tmp_path / "images" / "test" / "class"
    folder.mkdir(parents=True)
    data = f'[data]\nsource = "images"\npath = "images"\n{CLEAN.format(5)}'
    said = []
    for orientation in (1, 6):
        tags = Image.Exif()
        tags[0x0112] = orientation
        for i, picture in enumerate(pictures):
            Image.fromarray(picture).save(folder / f"{i}.jpg", exif=tags)
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        said.append([line for line in prepare(tmp_path, data).stderr.splitlines() if "EXIF" in line])
    assert said[0] == []
    (line,) = said[1]
    assert ".jpg" in line
    as_stored = np.array([np.asarray(Image.open(folder / f"{i}.jpg")) for i in range(5)]).astype(int)
    with h5py.File(tmp_path / "out" / "testset.h5") as file:
        images = file["image"][()][np.argsort(file["base"])]
    assert np.abs(images - as_stored).max() <= 2


def test_interlaced_png_is_read(tmp_path, pictures):
    """Pillow writes no interlaced files: this one is put together by hand, seven passes of raw rows."""
    import zlib

    picture = pictures[0]
    passes = [(0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2), (1, 2, 0, 1)]
    rows = b"".join(b"\0" + row.tobytes() for y, dy, x, dx in passes for row in picture[y::dy, x::dx])

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 1)
    folder = tmp_path / "images" / "test" / "class"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    found = prepared(tmp_path, f'[data]\nsource = "images"\npath = "images"\n{CLEAN.format(1)}')
    np.testing.assert_array_equal(found["image"][0], picture)


@pytest.mark.parametrize("version", [(1, 0), (2, 0)])
@pytest.mark.parametrize("label_type", [np.uint8, np.int32, np.int64])
def test_cifar10c_reads_what_numpy_writes(tmp_path, version, label_type):
    rng = np.random.default_rng(2)
    pixels = rng.integers(0, 256, (15, 32, 32, 3), np.uint8)
    folder = tmp_path / "CIFAR-10-C"
    folder.mkdir()
    for name, array in {"fog": pixels, "labels": np.tile([3, 0, 9], 5).astype(label_type)}.items():
        with open(folder / f"{name}.npy", "wb") as file:
            np.lib.format.write_array(file, array, version)
    found = prepared(
        tmp_path,
        '[data]\nsource = "cifar10c"\npath = "CIFAR-10-C"\n[data.report]\nbase_images = 3\nshifts = ["fog"]\n'
        "severities = [2, 5]\n",
    )
    assert sorted(zip(found["base"], found["severity"])) == [(b, s) for b in range(3) for s in (2, 5)]
    np.testing.assert_array_equal(found["image"], pixels[(found["severity"] - 1) * 3 + found["base"]])
    np.testing.assert_array_equal(found["label"], np.array([3, 0, 9])[found["base"]])


def test_cifar10c_reads_what_python_2_wrote(tmp_path):
    """Its shapes hold long integers; NumPy still reads them."""
    pixels = np.random.default_rng(5).integers(0, 256, (10, 32, 32, 3), np.uint8)
    folder = tmp_path / "CIFAR-10-C"
    folder.mkdir()
    np.save(folder / "labels.npy", np.tile(np.array([4, 7], np.uint8), 5))
    header = b"{'descr': '|u1', 'fortran_order': False, 'shape': (10L, 32L, 32L, 3L), }"
    header += b" " * (-(len(header) + 11) % 16) + b"\n"
    (folder / "fog.npy").write_bytes(b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header + pixels.tobytes())
    np.testing.assert_array_equal(np.load(folder / "fog.npy"), pixels)
    found = prepared(
        tmp_path, '[data]\nsource = "cifar10c"\npath = "CIFAR-10-C"\n[data.report]\nbase_images = 2\nshifts = ["fog"]\n'
    )
    np.testing.assert_array_equal(found["image"], pixels[(found["severity"] - 1) * 2 + found["base"]])


def test_arrays_in_fortran_order_are_refused(tmp_path):
    folder = tmp_path / "CIFAR-10-C"
    folder.mkdir()
    np.save(folder / "labels.npy", np.zeros(5, np.uint8))
    np.save(folder / "fog.npy", np.asfortranarray(np.zeros((5, 32, 32, 3), np.uint8)))
    done = prepare(
        tmp_path,
        '[data]\nsource = "cifar10c"\npath = "CIFAR-10-C"\n[data.report]\nbase_images = 1\nshifts = ["fog"]\n',
        check=False,
    )
    assert done.returncode == 65
    assert "fog.npy" in done.stderr and "Fortran order" in done.stderr
    assert not (tmp_path / "out" / "testset.h5").exists()


def test_cifar10_binary_is_read(tmp_path):
    rng = np.random.default_rng(3)
    records = rng.integers(0, 256, (10000, 3073), np.uint8)
    records[:, 0] %= 10
    folder = tmp_path / "cifar-10-batches-bin"
    folder.mkdir()
    records.tofile(folder / "test_batch.bin")
    (folder / "batches.meta.txt").write_text("\n".join("abcdefghij") + "\n\n")
    found = prepared(tmp_path, f'[data]\nsource = "cifar10"\npath = "."\n{CLEAN.format(500)}')
    chosen = records[found["base"]]
    np.testing.assert_array_equal(found["label"], chosen[:, 0])
    np.testing.assert_array_equal(found["image"], chosen[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))


def test_mnist_is_read(tmp_path):
    rng = np.random.default_rng(4)
    pixels, labels = rng.integers(0, 256, (20, 28, 28), np.uint8), rng.integers(0, 10, 20, np.uint8)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(struct.pack(">IIII", 0x803, 20, 28, 28) + pixels.tobytes())
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, 20) + labels.tobytes())
    found = prepared(tmp_path, f'[data]\nsource = "mnist"\npath = "."\n{CLEAN.format(20)}')
    np.testing.assert_array_equal(images_of(found)[..., 0], pixels)
    np.testing.assert_array_equal(found["label"], labels[found["base"]])


def test_contact_sheet_is_a_picture(tmp_path):
    prepare(tmp_path, '[data]\nsource = "glyphs"\n[data.report]\nbase_images = 3\nshifts = ["fog"]\n')
    sheet = Image.open(tmp_path / "out" / "contact_sheet.png")
    assert sheet.mode == "RGB" and min(sheet.size) > 100
