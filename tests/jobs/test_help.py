"""Help with examples, completion by the shell itself, and a first spec that `check` takes."""

import re
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

from small_job import ENVIRONMENT, PROGRAM

SPEC = 64


def ask(*words, code=0):
    done = subprocess.run([PROGRAM, *map(str, words)], env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


SUBCOMMANDS = re.findall(r"^  (\w+) +\S", ask("--help").partition("Subcommands:")[2], re.MULTILINE)


def test_the_subcommands_are_found():
    assert {"prepare", "run", "check", "plan", "status", "init", "completion"} <= set(SUBCOMMANDS)


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_help_ends_with_an_example(name):
    text = ask(name, "--help").rstrip()
    assert re.search(rf"Example:\n  (mpirun -n \d+ )?ttt-eval {name} .*$", text)


def complete(folder, *words):
    """What bash offers for the last of the words."""
    (folder / "script").write_text(ask("completion", "bash"))
    quoted = " ".join(f"'{word}'" for word in words)
    done = subprocess.run(["bash", "-c", f"""
        source {folder}/script || exit 1
        COMP_WORDS=(ttt-eval {quoted}); COMP_CWORD={len(words)}
        _ttt_eval
        printf '%s\\n' "${{COMPREPLY[@]}}" """], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_bash_completes_subcommands_options_keys_names_and_files(tmp_path):
    (tmp_path / "job.toml").touch()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "runs").mkdir()
    assert complete(tmp_path, "pre") == ["prepare"]
    assert set(SUBCOMMANDS) <= set(complete(tmp_path, ""))
    assert complete(tmp_path, "plan", "--ra") == ["--ranks", "--ranks-per-node"]
    assert complete(tmp_path, "run", "--set", "run.se") == ["run.seed="]
    assert complete(tmp_path, "list", "rotat") == ["rotation"]
    assert complete(tmp_path, "completion", "") == ["bash", "zsh", "fish"]
    assert complete(tmp_path, "check", "") == ["job.toml", "runs"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_that_they_read(tmp_path, shell):
    script = tmp_path / "script"
    script.write_text(ask("completion", shell))
    assert "prepare" in script.read_text()
    if shutil.which(shell):
        assert subprocess.run([shell, "-n", script]).returncode == 0


def test_a_shell_that_is_not_known_is_refused():
    assert "tcsh: no such shell" in ask("completion", "tcsh", code=SPEC)


@pytest.fixture
def pets(tmp_path):
    for part in ("train", "test"):
        for name in ("cat", "dog"):
            (tmp_path / "pets" / part / name).mkdir(parents=True)
            for number in range(4):
                pixels = np.random.default_rng(number).integers(0, 256, (16, 16, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(tmp_path / "pets" / part / name / f"{number}.png")
    return tmp_path / "pets"


@pytest.mark.parametrize("words", [[], ["--data", "pets"]], ids=["glyphs", "images"])
def test_a_first_spec_passes_check(tmp_path, pets, words):
    spec = tmp_path / "mine.toml"
    words = [pets if word == "pets" else word for word in words]
    assert f"ttt-eval check {spec}" in ask("init", spec, *words)
    assert "nothing is wrong with it" in ask("check", spec, "--out", tmp_path / "out")
    text = spec.read_text()
    assert text.count("#") > 20 and "flip = true" not in text.replace("# flip", "")


def test_a_first_spec_replaces_no_file_and_says_what_it_lacks(tmp_path):
    spec = tmp_path / "mine.toml"
    assert "needs --data" in ask("init", spec, "--source", "mnist", code=SPEC)
    assert 'did you mean "cifar10"' in ask("init", spec, "--source", "cifar01", "--data", tmp_path, code=SPEC)
    assert not spec.exists()
    spec.write_text("mine")
    assert "is there already" in ask("init", spec, code=SPEC)
    assert spec.read_text() == "mine"
