"""Whatever is wrong with what it is given, the program says so in one line, with its code, and writes nothing.

A row says what is done to a job, which command then fails, with which code and which words.
"""

import gzip
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import Callable

import h5py
import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file, save_file

from small_job import ENVIRONMENT, METHODS, MPIRUN, PATIENCE, PROGRAM, job, one_line, spec_text, trained  # noqa: F401

SPEC, DATA, IO = 64, 65, 74


@dataclass
class Row:
    what: str
    code: int
    words: list  # that the line must hold
    stage: str = "prepare"
    sets: list = field(default_factory=list)  # --set
    edit: tuple = ("", "")  # of the spec: this text becomes that one
    spoil: Callable = lambda job: None
    ranks: int | None = None


def images(source):
    """The edit that makes a spec read its images from a folder beside it."""
    return 'source = "glyphs"', f'source = "{source}"\npath = "{{here}}/images"'


# Specs

SPECS = [
    Row("syntax", SPEC, ["job.toml:4:16"], edit=("train_images = 200", "train_images = =")),
    Row("not text", SPEC, ["job.toml"], spoil=lambda job: job.spec.write_bytes(b"\x93\xff\x00\x01")),
    Row("nested too deeply", SPEC, ["job.toml"], spoil=lambda job: job.spec.write_text("a = " + "[" * 5000)),
    Row("empty", SPEC, ["job.toml: data.report: missing"], spoil=lambda job: job.spec.write_text("")),
    Row("missing file", SPEC, ["job.toml", "no such file"], spoil=lambda job: job.spec.unlink()),
    Row("a folder", SPEC, ["job.toml", "is a folder"], spoil=lambda job: (job.spec.unlink(), job.spec.mkdir())),
    Row("unknown key", SPEC, ["job.toml:4:1", "data.train_imagse", 'did you mean "train_images"'],
        edit=("train_images", "train_imagse")),
    Row("unknown part", SPEC, ["job.toml:18:2", "traning", 'did you mean "training"'], 
        edit=("[training]", "[traning]")),
    Row("twice the same key", SPEC, ["job.toml:21:9", "batch"], edit=("batch = 20", "batch = 20\nbatch = 20")),
    Row("text for a number", SPEC, ["job.toml:19:10", "training.epochs", '"one"'],
        edit=("epochs = 1", 'epochs = "one"')),
    Row("a fraction for a count", SPEC, ["training.epochs", "1.5"], edit=("epochs = 1", "epochs = 1.5")),
    Row("out of range", SPEC, ["job.toml:20:9", "training.batch", "1 to 65536"], edit=("batch = 20", "batch = 0")),
    Row("infinite", SPEC, ["--set", "training.learning_rate", "inf"], sets=["training.learning_rate=inf"]),
    Row("unknown choice", SPEC, ["training.schedule", "did you mean"], edit=('"cosine"', '"cosin"')),
    Row("groups that do not divide a width", SPEC, ["norm_groups", "does not divide"],
        edit=("norm_groups = 4", "norm_groups = 3")),
    Row("milestone past the steps", SPEC, ["milestones", "9 is past steps = 2"], sets=["method.norm.milestones=[0, 9]"]),
    Row("milestones without the source model", SPEC, ["milestones", "begin with 0"],
        sets=["method.norm.milestones=[1, 2]"]),
    Row("ensembles of predictions that nothing records", SPEC, ["ensembles", "adapt"],
        spoil=lambda job: job.spec.write_text(spec_text({name: METHODS[name] for name in ["vote", "ensemble"]}))),
    Row("more votes than views", SPEC, ["method.vote", "162 distinct views"], sets=["method.vote.views=200"]),
    Row("a name that leaves its folder", SPEC, ["method"], edit=("[method.vote]", '[method."../vote"]')),
    Row("report on no method", SPEC, ["report.method", "did you mean"], sets=["report.method='nor'"]),
    Row("ensembles without logits", SPEC, ["run.logits", "ensembles"], sets=["run.logits=false"]),
    Row("tuning on nothing", SPEC, ["run.split", "[data.tune]"], sets=["run.split='tune'"]),
    Row("--set without a value", SPEC, ["--set", "run.seed"], sets=["run.seed"]),
    Row("--set with a broken value", SPEC, ["--set", "run.seed"], sets=["run.seed=[1"]),
    Row("--set of an unknown key", SPEC, ["--set", "run.sed", 'did you mean "seed"'], sets=["run.sed=1"]),
    Row("a spec that eight ranks read", SPEC, ["training.epochs"], "run", ["training.epochs=-1"], ranks=8),
    Row("a spec that two ranks train by", SPEC, ["training.epochs"], "train", ["training.epochs=-1"], ranks=2),
    Row("a GPU for a build without", SPEC, ["run.device", "cuda"], "run", ["run.device='cuda'"]),
]

# Images


def cifar10(job, size=30_730_000):
    folder = job.spec.parent / "images"
    folder.mkdir()
    (folder / "batches.meta.txt").write_text("\n".join("abcdefghij"))
    (folder / "test_batch.bin").write_bytes(bytes(size))


ONE_SHIFT = ['data.report.shifts=["glyph_gauss"]']  # whose file cifar10c() makes


def cifar10c(job, shape=(50_000, 32, 32, 3), dtype=np.uint8):
    folder = job.spec.parent / "images"
    folder.mkdir()
    np.save(folder / "labels.npy", np.zeros(50_000, np.int64))
    np.save(folder / "glyph_gauss.npy", np.zeros(shape, dtype))


def mnist(job):
    folder = job.spec.parent / "images"
    folder.mkdir()
    for name in ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]:
        (folder / name).write_bytes(gzip.compress(b""))


def pictures(job, sizes=((16, 16),) * 4, suffix="png", part="test"):
    for i, size in enumerate(sizes):
        folder = job.spec.parent / "images" / part / f"class{i % 2}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, (40 * i, 90, 10)).save(folder / f"{i}.{suffix}")
    return folder / f"{i}.{suffix}"


def cut(file, share=0.5):
    data = file.read_bytes()
    file.write_bytes(data[:int(share * len(data))])


IMAGES = [
    Row("unknown shift", SPEC, ["glyph_gaus", "did you mean", "glyph_gauss"], edit=("glyph_gauss", "glyph_gaus")),
    Row("no folder", DATA, ["images", "test_batch.bin"], edit=images("cifar10")),
    Row("a batch cut short", DATA, ["test_batch.bin", "holds 20000 bytes"], edit=images("cifar10"),
        spoil=lambda job: cifar10(job, 20_000)),
    Row("an array of another shape", DATA, [".npy", "10 x 32 x 32 x 3", "50000 x 32 x 32 x 3"],
        edit=images("cifar10c"), sets=ONE_SHIFT, spoil=lambda job: cifar10c(job, (10, 32, 32, 3))),
    Row("an array of another type", DATA, [".npy", "f4"], edit=images("cifar10c"), sets=ONE_SHIFT,
        spoil=lambda job: cifar10c(job, (2, 2), np.float32)),
    Row("compressed digits", DATA, ["t10k-images-idx3-ubyte.gz", "gunzip"], edit=images("mnist"), spoil=mnist),
    Row("a damaged JPEG", DATA, ["3.jpg", "damaged JPEG"], edit=images("images"),
        spoil=lambda job: cut(pictures(job, ((64, 64),) * 4, "jpg"))),
    Row("a damaged PNG", DATA, ["3.png", "PNG"], edit=images("images"),
        spoil=lambda job: cut(pictures(job, ((64, 64),) * 4))),
    Row("pictures of two sizes", DATA, ["3.png", "16 x 17", "16 x 16", "one size"], edit=images("images"),
        spoil=lambda job: pictures(job, ((16, 16),) * 3 + ((16, 17),))),
    Row("pictures too small", DATA, ["4 x 4", "8 x 8"], edit=images("images"),
        spoil=lambda job: pictures(job, ((4, 4),) * 4)),
    Row("training and test pictures of two sizes", DATA, ["32 x 32 x 3", "16 x 16 x 3", "images"], "train",
        ["data.train_images=4"], images("images"),
        lambda job: (pictures(job, ((32, 32),) * 4, part="train"), pictures(job))),
    Row("more base images than there are", DATA, ["want 4 base images", "holds 2"], edit=images("images"),
        spoil=lambda job: pictures(job, ((16, 16),) * 2)),
]

# Test sets of users


def users_test_set(job, change):
    """A right one beside the spec, then changed; the spec reads it."""
    with h5py.File(job.spec.parent / "mine.h5", "w") as file:
        file.attrs["class_names"] = ["a", "b"]
        file["image"] = np.zeros((6, 16, 16, 3), np.uint8)
        for name, values in {"label": [0, 1] * 3, "base": [0, 0, 1, 1, 2, 2], "shift": [0, 1] * 3,
                             "severity": [0, 5] * 3, "split": [1] * 6}.items():
            file[name] = np.array(values)
        file["shift"].attrs["flag_values"] = [0, 1]
        file["shift"].attrs["flag_meanings"] = "clean fog"
        change(file)
    text = job.spec.read_text()
    end = text.index("[model")
    job.spec.write_text(f'[data]\nsource = "testset"\npath = "{job.spec.parent}/mine.h5"\n\n{text[end:]}')


def replace(file, name, values):
    del file[name]
    file[name] = values


def with_test_set(what, words, change, stage="prepare"):
    return Row(what, DATA, ["mine.h5", *words], stage, spoil=lambda job: users_test_set(job, change))


TEST_SETS = [
    with_test_set("images without channels", ["image", "[sample, height, width, channel]"],
                  lambda file: replace(file, "image", np.zeros((6, 16, 16), np.uint8))),
    with_test_set("images of floats", ["image"],
                  lambda file: replace(file, "image", np.zeros((6, 16, 16, 3), np.float32))),
    with_test_set("labels of fewer samples", ["label", "6"], lambda file: replace(file, "label", np.zeros(5, int))),
    with_test_set("no labels", ["label"], lambda file: file.__delitem__("label")),
    with_test_set("no class names", ["class_names"], lambda file: file.attrs.__delitem__("class_names")),
    with_test_set("a shift without a name", ["shift", "sample 1"], lambda file: file["shift"].__setitem__(1, 7)),
    with_test_set("nothing to train on", ["training"], lambda file: None, "train"),
    Row("a test set cut short", DATA, ["mine.h5", "HDF5"],
        spoil=lambda job: (users_test_set(job, lambda file: None), cut(job.spec.parent / "mine.h5"))),
]

# Stages on files that are not there or not theirs


def remake(job):
    """The test set of a spec that was changed."""
    (job.out / "testset.toml").unlink()
    job.changes = ["data.report.base_images=1"]
    job.do("prepare")


STAGES = [
    Row("run before prepare", DATA, ["testset.h5", "ttt-eval prepare"], "run",
        spoil=lambda job: shutil.rmtree(job.out)),
    Row("three ranks before prepare", DATA, ["testset.h5", "ttt-eval prepare"], "run",
        spoil=lambda job: shutil.rmtree(job.out), ranks=3),
    Row("run before train", DATA, ["joint-1.safetensors", "ttt-eval train"], "run",
        spoil=lambda job: shutil.rmtree(job.out / "models")),
    Row("aggregate before run", DATA, ["32 missing", "ttt-eval run"], "aggregate"),
    Row("report before aggregate", DATA, ["results.h5", "ttt-eval aggregate"], "report"),
    Row("report on damaged results", DATA, ["results.h5"], "report",
        spoil=lambda job: (job.out / "results.h5").write_bytes(b"\x89HDF\r\n\x1a\n" * 9)),
    Row("report on a test set", DATA, ["results.h5"], "report",
        spoil=lambda job: shutil.copyfile(job.out / "testset.h5", job.out / "results.h5")),
    Row("report on the results of another spec", DATA, ["results.h5", "another spec", "[run] seed = 1 there, seed = 2"],
        "report", ["run.seed=2"], spoil=lambda job: job.do("run", "aggregate")),
    Row("networks of two sizes", SPEC, ["model.joint", "model.deep", "a spec each"], "run",
        edit=("[training]", "[model.deep]\ndepth = 14\nwidths = [8, 16, 16]\nnorm_groups = 4\nseeds = [1]\n[training]")),
    Row("a placebo without another sample", DATA, ["adapt_on", "base image", "glyph_gauss"], "run",
        ["data.report.base_images=1", "method.norm.adapt_on='other'"],
        spoil=remake),
    Row("other images in the same folder", DATA, ["testset.h5", "another spec", "seed = 1", "seed = 2"],
        sets=["data.seed=2"]),
    Row("other training in the same folder", DATA, ["joint-1", "another spec", "epochs = 1", "epochs = 2"],
        "train", ["training.epochs=2"]),
    Row("a test set damaged later", DATA, ["testset.h5"], "run", spoil=lambda job: cut(job.out / "testset.h5")),
    Row("a segment that is none", DATA, ["norm/joint-1/0-"], "run",
        spoil=lambda job: (job.do("run"),
                           next((job.out / "segments/norm/joint-1").glob("0-*.h5")).write_bytes(b"no segment"))),
    Row("a file in place of the folder", IO, ["out"],
        spoil=lambda job: (shutil.rmtree(job.out), job.out.write_text("a file"))),
    Row("a file in place of the folder of segments", IO, ["segments"], "run",
        spoil=lambda job: (job.out / "segments").write_text("a file")),
]

# Weights

STEM = "trunk.stem.weight"


def weights(job, change):
    """The trained model beside the spec, its tensors changed, named in the spec."""
    arrays = load_file(job.out / "models/joint-1.safetensors")
    change(arrays)
    save_file(arrays, job.spec.parent / "mine.safetensors")
    mine = f'weights = ["{job.spec.parent}/mine.safetensors"]'
    job.spec.write_text(job.spec.read_text().replace("seeds = [1, 2]", mine))


def with_weights(what, words, change=lambda arrays: None, damage=lambda file: None):
    def spoil(job):
        weights(job, change)
        damage(job.spec.parent / "mine.safetensors")
    return Row(what, DATA, ["mine.safetensors", *words], "run", spoil=spoil)


WEIGHTS = [
    with_weights("no weights", ["missing"], damage=lambda file: file.unlink()),
    with_weights("a pickle", ["pickle"], damage=lambda file: file.write_bytes(b"PK\x03\x04 what torch.save makes")),
    with_weights("weights cut short", ["cut short"], damage=cut),
    with_weights("weights of no bytes", ["too short"], damage=lambda file: file.write_bytes(b"")),
    with_weights("a header without an end", ["past the end"],
                 damage=lambda file: file.write_bytes(b"\xff\xff\0\0\0\0\0\0{}")),
    with_weights("half precision", [STEM, "F16"],
                 lambda a: a.update({STEM: a[STEM].astype(np.float16)})),
    with_weights("a tensor of another shape", [STEM, "shape [8, 1, 3, 3]", "[8, 3, 3, 3]"],
                 lambda a: a.update({STEM: a[STEM][:, :1].copy()})),
    with_weights("a tensor that is missing", [STEM, "missing"], lambda a: a.pop(STEM)),
    with_weights("a tensor too many", ["trunk.stem.bias", "no layer"],
                 lambda a: a.update({"trunk.stem.bias": np.zeros(8, np.float32)})),
    with_weights("a name that would clear the terminal", [r"\x1b[2Jall is well", "no layer"],
                 lambda a: a.update({"\x1b[2Jall is well": np.zeros(8, np.float32)})),
    with_weights("a weight that is no number", [STEM, "not finite"], lambda a: a[STEM].__setitem__(0, np.nan)),
]


@pytest.mark.parametrize("row", SPECS + IMAGES + TEST_SETS + STAGES + WEIGHTS, ids=lambda row: row.what)
def test_bad_input_is_one_line_and_its_code(job, row):
    old, new = row.edit
    text = job.spec.read_text()
    assert old in text
    job.spec.write_text(text.replace(old, new.replace("{here}", str(job.spec.parent)), 1))
    row.spoil(job)
    job.changes = row.sets
    if row in IMAGES + TEST_SETS:
        shutil.rmtree(job.out)
    before = job.files()
    line = one_line(job.ask(row.stage, ranks=row.ranks), row.code)
    assert [word for word in row.words if word not in line] == [], line
    assert job.files() == before


@pytest.mark.parametrize("ranks", [None, 2])
@pytest.mark.parametrize("row", WEIGHTS, ids=lambda row: row.what)
def test_bad_weights_are_refused_before_other_models_are_trained(job, row, ranks):
    text = job.spec.read_text()
    other = text[text.index("[model.joint]") : text.index("[training]")].replace("joint", "other")
    row.spoil(job)
    job.spec.write_text(job.spec.read_text().replace("[training]", other + "[training]"))
    before = job.files()
    line = one_line(job.ask("train", ranks=ranks), row.code)
    assert [word for word in row.words if word not in line] == [], line
    assert job.files() == before


@pytest.mark.parametrize("words, said", [
    ([], "subcommand"),
    (["prepair"], "prepair"),
    (["prepare"], "SPEC"),
    (["prepare", "a.toml", "b.toml"], "b.toml"),
    (["run", "a.toml", "--lanes", "4"], "--lanes"),
    (["all", "a.toml", "--ranks", "0"], "--ranks"),
    (["all", "a.toml", "--ranks", "two"], "--ranks"),
    (["run", "a.toml", "--set"], "--set"),
    (["run", "no\nsuch.toml"], "such.toml"),
])
def test_a_wrong_command_line_is_one_line_and_64(tmp_path, words, said):
    done = subprocess.run([PROGRAM, *words], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True,
                          timeout=PATIENCE)
    assert said in one_line(done, SPEC)
    assert done.stdout == "" and list(tmp_path.iterdir()) == []


def test_ranks_of_two_kinds_are_one_line_and_nothing_is_begun(job):
    """Rank 1 would compute under other conditions: segments that nobody could aggregate."""
    command, before = job.command("run"), job.files()
    done = subprocess.run([*MPIRUN, "-n", "1", *command, ":", "-n", "2", *command, "--set", "run.convolution=direct"],
                          env=ENVIRONMENT, capture_output=True, text=True, timeout=PATIENCE)
    line = one_line(done, SPEC)
    assert "rank 1 differs from rank 0" in line and "convolution: here winograd4, there direct" in line
    assert job.files() == before


def test_a_spec_that_one_rank_cannot_read_stops_all(job):
    elsewhere = [word.replace("job.toml", "none.toml") for word in job.command("run")]
    done = subprocess.run([*MPIRUN, "-n", "2", *job.command("run"), ":", "-n", "1", *elsewhere], env=ENVIRONMENT,
                          capture_output=True, text=True, timeout=PATIENCE)
    assert "none.toml" in one_line(done, SPEC)
