"""`check` opens everything that a spec names, says what it found, and leaves nothing behind."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file, save_file

from small_job import ENVIRONMENT, PROGRAM, SPEC as GLYPHS, Job, job, trained  # noqa: F401 (fixtures)

SPEC, DATA = 64, 65
TTT = "\n[method.ttt]\nkind = 'adapt'\nsubset = 'norm'\nsteps = 1\nviews_per_step = 2\n"
IMAGES = GLYPHS.replace('source = "glyphs"', 'source = "images"\npath = "{here}/pets"').replace(
    "base_images = 4", "base_images = 3").replace("train_images = 200", "train_images = 0").replace(
    '["glyph_gauss", "glyph_fog", "glyph_invert"]', '["gaussian_noise", "fog"]')


def check(folder, spec, *words):
    file = folder / "job.toml"
    file.write_text((spec + TTT).replace("{here}", str(folder)))
    return subprocess.run([PROGRAM, "check", file, "--out", folder / "out", *map(str, words)], env=ENVIRONMENT,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)


def problems(done):
    return done.stderr.splitlines()


def draw(file, grey=False, side=12):
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(len(str(file))).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(np.repeat(pixels[:, :, :1], 3, axis=2) if grey else pixels).save(file)


@pytest.fixture
def pets(tmp_path):
    """Three classes of two training images and two test images each."""
    for part in ("train", "test"):
        for name in ("cat", "dog", "fox"):
            for number in (1, 2):
                draw(tmp_path / "pets" / part / name / f"{number}.png")
    return tmp_path / "pets"


def test_what_is_right_is_counted_and_nothing_is_left(tmp_path):
    done = check(tmp_path, GLYPHS)
    assert (done.returncode, done.stderr) == (0, "")
    assert "200 images of 32 x 32 x 3; 10 classes: 20 images of each" in done.stdout
    assert "4 base images x (3 shifts x severities 5) = 12 samples" in done.stdout
    assert not (tmp_path / "out").exists()


def test_classes_files_and_colours_of_a_folder_are_told(tmp_path, pets):
    draw(pets / "train" / "cat" / "3.png", grey=True)
    (pets / "train" / "dog" / "old.webp").write_bytes(b"x")
    done = check(tmp_path, IMAGES)
    assert (done.returncode, done.stderr) == (0, "")
    for words in ["7 images of 12 x 12 x 3; 3 classes: cat 3, dog 2, fox 2", "7 of them are trained on",
                  "training part passes over 1 file(s)", "train/dog/old.webp",
                  "1 of 7 decoded images of the training part hold no colour",
                  "views of training, method.ttt mirror images"]:
        assert words in done.stdout, words


def test_views_that_do_not_mirror_are_not_mentioned(tmp_path):
    done = check(tmp_path, GLYPHS, "--set", "training.views.flip=false", "--set", "method.ttt.views.flip=false")
    assert "mirror images" not in done.stdout


def test_a_class_without_test_images_is_told(tmp_path, pets):
    for file in (pets / "test" / "fox").iterdir():
        file.unlink()
    done = check(tmp_path, IMAGES)
    assert done.returncode == 0
    assert "class fox has 2 training images and no test image" in done.stdout


def test_every_problem_is_a_line(tmp_path, pets):
    (pets / "test" / "cat" / "2.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    draw(pets / "train" / "dog" / "2.png", side=16)
    done = check(tmp_path, IMAGES, "--set", "data.train_images=100", "--set", "data.report.shifts=['fgo']")
    assert done.returncode == DATA
    assert len(problems(done)) == 4
    for words in ["train/dog/2.png: is 16 x 16", "data.train_images is 100, but the training part holds 6",
                  "test/cat/2.png", 'no shift is called "fgo"; did you mean "fog"']:
        assert sum(words in line for line in problems(done)) == 1, words
    assert "4 problems" in done.stdout


@pytest.mark.parametrize("edit, code, words", [
    (("data.report.base_images=7",), DATA, "want 7 base images, but the test part holds 6"),
    (("data.path='nowhere'",), DATA, "nowhere"),
    (("run.split='tune'", "data.report.base_images=3"), SPEC, "[data.tune] is empty"),
    (("training.epochs=0",), SPEC, "training.epochs"),
])
def test_problems_come_with_the_code_that_the_stage_would_return(tmp_path, pets, edit, code, words):
    done = check(tmp_path, IMAGES, *(word for change in edit for word in ("--set", change)))
    assert done.returncode == code
    assert words in problems(done)[0]


def test_images_that_are_not_square_are_found_before_prepare(tmp_path, pets):
    for file in pets.rglob("*.png"):
        Image.open(file).resize((12, 16)).save(file)
    done = check(tmp_path, IMAGES)
    assert done.returncode == SPEC
    assert "12 x 16" in done.stderr or "16 x 12" in done.stderr


def test_every_weight_file_is_opened(job, tmp_path):  # noqa: F811
    arrays = load_file(job.out / "models" / "joint-1.safetensors")
    save_file(arrays, tmp_path / "good.safetensors")
    save_file({name: array for name, array in arrays.items() if name != "main.linear.bias"}, tmp_path / "less.safetensors")
    job.spec.write_text(job.spec.read_text().replace(
        "seeds = [1, 2]", f'weights = ["{tmp_path}/good.safetensors", "{tmp_path}/none.safetensors", '
                          f'"{tmp_path}/less.safetensors"]'))
    done = job.ask("check")
    assert done.returncode == DATA
    none, less = problems(done)
    assert "none.safetensors" in none and "model.joint" in none
    assert "less.safetensors" in less and "main.linear.bias" in less


def test_a_folder_made_with_other_data_is_a_problem(job):  # noqa: F811
    assert "prepared already" in job.ask("check").stdout
    job.changes = ["data.seed=7"]
    done = job.ask("check")
    assert done.returncode == DATA
    assert "made with another spec" in done.stderr


def test_a_test_set_of_ones_own_is_counted(job, tmp_path):  # noqa: F811
    own = tmp_path / "own.toml"
    own.write_text(f"""
        data = {{ source = "testset", path = "{job.out}/testset.h5" }}
        [model.joint]
        depth = 8
        widths = [8, 16, 16]
        norm_groups = 4
        stem_stride = 2
        split_after = 3
        weights = ["{job.out}/models/joint-1.safetensors"]
        {TTT}""")

    def ask(*words):
        return subprocess.run([PROGRAM, "check", own, "--out", tmp_path / "o", *words], env=ENVIRONMENT,
                              capture_output=True, text=True)

    done = ask()
    assert (done.returncode, done.stderr) == (0, "")
    assert "12 samples of 32 x 32 x 3, 12 in the split report and 0 in tune" in done.stdout
    assert "selects no sample" in ask("--set", "run.split=tune").stderr


DOCUMENTS = """
[data]
source = "{source}"
train_documents = {train}

[data.report]
base_images = 2
shifts = ["noise"]
severities = [1]
clean = true

[model.small]
family = "transformer"
width = 16
layers = 1
heads = 2
window = 32
seeds = [1]

[method.ttt]
kind = "document"
steps = [0, 1]
chunk = 16
context = 32
"""


def check_documents(folder, **values):
    (folder / "job.toml").write_text(DOCUMENTS.format(**values))
    return subprocess.run([PROGRAM, "check", folder / "job.toml", "--out", folder / "out"], env=ENVIRONMENT,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)


def test_documents_are_counted(tmp_path):
    done = check_documents(tmp_path, source="language", train=20)
    assert (done.returncode, done.stderr) == (0, "")
    assert "20 documents of 20480 tokens together" in done.stdout
    assert "4 samples of 1024 to 1024 tokens, 4096 together" in done.stdout
    assert "shifts       clean 2, noise 2" in done.stdout


def texts(folder, documents):
    for name, text in documents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)


@pytest.mark.parametrize("bad, words", [
    (b"", ["b.txt", "empty"]),
    (b"caf\xe9 au lait, and more of it", ["b.txt", "UTF-8"]),
])
def test_a_document_that_cannot_be_read_is_named(tmp_path, bad, words):
    texts(tmp_path / "docs", {"train/a.txt": b"words of a training document, " * 9,
                              "test/a.txt": b"words of a test document, " * 9, "test/b.txt": bad})
    done = check_documents(tmp_path, source=f'texts"\npath = "{tmp_path}/docs', train=0)
    assert done.returncode == DATA
    (line,) = problems(done)
    assert all(word in line for word in words)


def test_the_shipped_job_on_documents_is_right(tmp_path):
    spec = Path(__file__).parents[2] / "jobs/specs/text.toml"
    done = subprocess.run([PROGRAM, "check", spec, "--out", tmp_path / "out"], env=ENVIRONMENT,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
