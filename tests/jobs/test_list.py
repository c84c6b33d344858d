"""`ttt-eval list` shows every registered name, and the pages of docs/ say what the program does."""

import functools
import re
import subprocess
from pathlib import Path

import pytest

from small_job import ENVIRONMENT, PATIENCE, PROGRAM, one_line

ROOT = Path(__file__).parent.parent.parent
SPEC, DATA = 64, 65
CHOSEN = ["tasks", "votes", "policies", "memory"]  # registries of which a method's table names an entry

BASE = """
[data.report]
base_images = 4
shifts = ["glyph_gauss"]

[data.tune]
base_images = 4
shifts = ["glyph_fog"]

[model.joint]
depth = 8
seeds = [1, 2]
"""
ADAPT = """
[method.adapting]
kind = "adapt"
keep = ["features", "auxiliary_confidence", "probe_loss"]
"""
RUN = '\n[run]\nsplit = "all"\n'


def ask(*words):
    return subprocess.run([PROGRAM, *map(str, words)], env=ENVIRONMENT, capture_output=True, text=True, timeout=PATIENCE)


@functools.cache
def listed(*words):
    done = ask("list", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def names_in_rows(folder):
    """The names of the rows of a registry, by their sources."""
    return [name for file in sorted((ROOT / "pipeline" / folder).glob("*.cpp"))
            for name in re.findall(r'\.name = "(\w+)"', file.read_text())]


def shift_names():
    return [name for file in ["cifar10_c.cpp", "glyph_set.cpp"]
            for name in re.findall(r'^ +\{"(\w+)", "', (ROOT / "kernels/shifts" / file).read_text(), re.MULTILINE)]


REGISTERED = [(folder, name) for folder in [*CHOSEN, "methods", "scores"] for name in names_in_rows(folder)]
REGISTERED += [("shifts", name) for name in shift_names()]


def refusal(tmp_path, text):
    """What the reader of specs says to a spec; "" when it takes it: then a report of no results is refused."""
    spec = tmp_path / "page.toml"
    spec.write_text(text)
    done = ask("report", spec, "--out", tmp_path / "out")
    assert done.returncode in (SPEC, DATA), done.stderr
    return done.stderr if done.returncode == SPEC else ""


def completed(block):
    """A spec around the block: what other methods read, and both splits, unless the block says it itself."""
    adapts = 'kind = "adapt"' in block
    return BASE + ("" if "[run]" in block else RUN) + ("" if adapts else ADAPT) + block


BLOCKS = re.findall(r"^```toml\n(.*?)^```", (ROOT / "docs/methods.md").read_text(), re.MULTILINE | re.DOTALL)


def test_the_registries_are_found():
    found = {registry for registry, _ in REGISTERED}
    assert found == {*CHOSEN, "methods", "scores", "shifts"} and len(REGISTERED) > 60


@pytest.mark.parametrize("registry", sorted({registry for registry, _ in REGISTERED}))
def test_every_registered_name_is_listed_once(registry):
    expected = [name for owner, name in REGISTERED if owner == registry]
    text = next(part for part in listed().split("\n\n") if part.startswith(f"{registry}: "))
    names = re.findall(r"^  (\w+) +\S", text, re.MULTILINE)
    assert sorted(names) == sorted(expected)


def test_every_name_has_a_source():
    text = listed(*(name for _, name in REGISTERED))
    for registry, name in REGISTERED:
        assert re.search(rf"^{name} \({registry}: .*\n  \S.*\n  source: \S", text, re.MULTILINE), name


@pytest.mark.parametrize("what", ["models", "tasks", "methods", "votes", "policies", "memory", "scores", "sources", "shifts"])
def test_a_registry_alone_is_the_part_of_the_whole_list(what):
    alone = listed(what)
    part = next(part for part in listed().split("\n\n") if part.startswith(f"{what}: "))
    assert part in alone


def test_keys_of_a_name_come_with_default_and_limits():
    assert re.search(r"^ +margin = 0\.4 +# a number above 0, at most", listed("eata"), re.MULTILINE)
    assert re.search(r"^ +threshold +# fitted on the tune split, or a number", listed("entropy_gate"), re.MULTILINE)


def test_an_unknown_name_is_one_line_with_the_closest():
    assert 'did you mean "rotation"' in one_line(ask("list", "rotatoin"), SPEC)


def test_architecture_names_files_that_exist():
    named = re.findall(r"\b(?:schemas|kernels|pipeline|jobs)/[\w/]+\.(?:h|cpp)\b", (ROOT / "docs/architecture.md").read_text())
    files = {name for name in named if "NAME" not in name}
    assert len(files) > 8 and [name for name in files if not (ROOT / name).is_file()] == []


def test_docs_keys_is_current():
    assert (ROOT / "docs/keys.md").read_text() == listed("--keys"), "build/ttt-eval list --keys > docs/keys.md"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: re.search(r"\[method\.(\w+)", block)[1])
def test_examples_are_valid(tmp_path, block):
    assert refusal(tmp_path, completed(block)) == ""


def test_an_example_with_a_wrong_key_is_refused(tmp_path):
    assert "did you mean" in refusal(tmp_path, completed(BLOCKS[0].replace("turns", "turn")))


@pytest.mark.parametrize("registry", CHOSEN)
def test_examples_show_every_rule_and_task(registry):
    key = "task" if registry == "tasks" else "rule"
    shown = {name for block in BLOCKS for name in re.findall(rf'^{key} = "(\w+)"', block, re.MULTILINE)}
    assert {name for owner, name in REGISTERED if owner == registry} <= shown


def key_tables():
    """The tables of docs/keys.md by their titles: pairs of key and default."""
    parts = re.split(r"^## `(.*)`$", (ROOT / "docs/keys.md").read_text(), flags=re.MULTILINE)
    return {title: re.findall(r"^\| `(\S+)` \| `(.*?)` \|", text, re.MULTILINE)
            for title, text in zip(parts[1::2], parts[2::2])}


def with_defaults(title, tables):
    """One table of a spec in which every default is written; of a method with what it selects."""
    head, _, rest = title.partition(" with ")
    if not rest:
        return dict(tables[title])
    kind, *selection = rest.split(", ")
    pairs = dict(tables[f"{head} with {kind}"]) | dict(tables[title])
    pairs |= dict(line.split(" = ") for line in [kind, *selection])
    return pairs | ({"sam_radius": "0.05"} if pairs.get("task") == '"sar"' else {})


def test_written_defaults_are_valid(tmp_path):
    tables, text = key_tables(), BASE[:BASE.index("[model")] + ADAPT
    for number, title in enumerate(tables):
        if title.startswith("[model.NAME] with"):  # which has no defaults: it names files
            continue
        pairs = with_defaults(title, tables)
        if title in ("[data]", "[model.NAME]"):  # what must be written, and what excludes the rest
            pairs = {key: value for key, value in pairs.items() if not key.startswith(("report.", "tune.", "weights"))}
        if pairs.get("kind") == '"document_ensemble"':  # whose readings have to be kept
            pairs["from"] = '"read"'
            text += "\n[method.read]\nkind = 'document'\nkeep = ['token_nats']\n"
        if pairs.get("kind") == '"puzzle_ensemble"':
            pairs["from"] = '"asked"'
            text += "\n[method.asked]\nkind = 'demonstrations'\n"
        if title == "[run]":  # policies are fitted
            pairs["split"] = '"all"'
        head = title.partition(" with ")[0].replace("NAME", f"number{number}")
        text += f"\n{head}\n" + "".join(f"{key} = {value}\n" for key, value in pairs.items())
    assert refusal(tmp_path, text) == ""
    assert text.count("[method.") > 20
