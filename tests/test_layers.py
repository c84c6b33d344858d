"""The include direction is the architecture: schemas <- kernels <- pipeline <- jobs, and foreign APIs enter by one door."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ["schemas", "kernels", "pipeline", "jobs"]
# Inside pipeline a folder includes only those of earlier lines.
ROOMS = [
    ["puzzles"],
    ["process", "sources", "models", "scores", "streams", "documents"],
    ["sharing", "testset", "votes", "policies", "memory", "tasks"],
    ["methods"],
    ["engine", "catalogue", "results", "training"],
    ["plan", "analysis", "inspect"],
    ["report", "verify", "checks", "forecast", "standing", "starter"],
]
TOP_LEVEL = {*LAYERS, "slurm", "tests"}
LONGEST = 400  # lines

# Which foreign headers are let in where; the first pattern that fits counts.
DOORS = {
    r"mpi\.h": r"pipeline/sharing/.*",
    r"hdf5(_hl)?\.h|H5.*\.h": r"schemas/files/hdf5_door\.h",
    r"ATen/core/Tensor\.h": r"(kernels|pipeline)/.*",
    r"c10/cuda/.*": r"kernels/torch_cuda\.h",
    r"ATen/core/(dispatch/.*|ivalue\.h)": r"kernels/torch_operators\.h",
    r"(torch|ATen|c10)/.*": r"kernels/torch\.h",
    r"cuda.*\.h": r"kernels/cuda/device_team\.cuh",
    r"(librsvg|glib.*|gdk.*|pango)/.*|cairo.*\.h|glib.*\.h": r"pipeline/report/pdf\.cpp",
}


def sources():
    for folder in sorted(TOP_LEVEL):
        for suffix in ("h", "cpp", "cu", "cuh"):
            for path in sorted((ROOT / folder).rglob(f"*.{suffix}")):
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def includes(text):
    return re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', text, re.MULTILINE)


def breaches_of_direction(path, text):
    layer = path.split("/")[0]
    allowed = LAYERS[: LAYERS.index(layer) + 1] if layer in LAYERS else [*LAYERS, layer]
    own = [name for mark, name in includes(text) if mark == '"']
    return [f"{path} includes {name}" for name in own if name.split("/")[0] not in allowed or "/" not in name]


def room_of(path):
    return next((line for line, rooms in enumerate(ROOMS) if path.split("/")[1] in rooms), None)


def breaches_of_rooms(path, text):
    if not path.startswith("pipeline/"):
        return []
    if room_of(path) is None:
        return [f"{path} lies in no room of the pipeline"]
    others = [name for mark, name in includes(text) if name.startswith("pipeline/") and name.split("/")[1] != path.split("/")[1]]
    return [f"{path} includes {name}" for name in others if room_of(name) is None or room_of(name) >= room_of(path)]


def breaches_of_doors(path, text):
    if path.startswith("tests/"):
        return []
    found = []
    for _, name in includes(text):
        door = next((where for what, where in DOORS.items() if re.fullmatch(what, name)), None)
        if door is not None and not re.fullmatch(door, path):
            found.append(f"{path} includes {name}, which enters by {door}")
        if name == "kernels/torch.h" and path.endswith(".h"):
            found.append(f"{path} is a header and includes {name}; ATen/core/Tensor.h declares at::Tensor")
    return found


def none_of(found):
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("breaches", [breaches_of_direction, breaches_of_rooms, breaches_of_doors])
def test_every_source_keeps_to_its_layer(breaches):
    none_of([line for path, text in sources() for line in breaches(path, text)])


@pytest.mark.parametrize(
    "breaches, path, line",
    [
        (breaches_of_direction, "schemas/a.h", '#include "kernels/draw.h"'),
        (breaches_of_direction, "kernels/lanes/a.cpp", '#  include "pipeline/results/units.h"'),
        (breaches_of_direction, "pipeline/a.cpp", '#include "jobs/table.h"'),
        (breaches_of_direction, "pipeline/a.cpp", '#include "units.h"'),
        (breaches_of_rooms, "pipeline/votes/a.cpp", '#include "pipeline/methods/method.h"'),
        (breaches_of_rooms, "pipeline/votes/a.cpp", '#include "pipeline/memory/rule.h"'),
        (breaches_of_rooms, "pipeline/plan.cpp", "#include <vector>"),
        (breaches_of_doors, "jobs/run.cpp", "#include <mpi.h>"),
        (breaches_of_doors, "pipeline/a.cpp", "#include <hdf5.h>"),
        (breaches_of_doors, "schemas/a.h", "#include <ATen/core/Tensor.h>"),
        (breaches_of_doors, "pipeline/models/a.cpp", "#include <torch/torch.h>"),
        (breaches_of_doors, "pipeline/models/a.h", '#include "kernels/torch.h"'),
        (breaches_of_doors, "kernels/lanes/a.cpp", "#include <c10/cuda/CUDAStream.h>"),
        (breaches_of_doors, "kernels/cuda/a.h", "#include <cuda_runtime.h>"),
        (breaches_of_doors, "jobs/report.cpp", "#include <cairo-pdf.h>"),
        (breaches_of_doors, "pipeline/report/svg.cpp", "#include <librsvg/rsvg.h>"),
    ],
)
def test_a_breach_is_seen(breaches, path, line):
    assert breaches(path, f"#pragma once\n{line}\n") != []


def test_what_points_the_right_way_is_let_through():
    text = '#include <vector>\n#include "schemas/error.h"\n#include "kernels/torch.h"\n'
    assert breaches_of_direction("pipeline/a.cpp", text) == breaches_of_doors("pipeline/a.cpp", text) == []


def test_every_included_file_of_ours_exists():
    own = [(path, name) for path, text in sources() for mark, name in includes(text) if mark == '"']
    none_of([f"{path} includes {name}" for path, name in own if not (ROOT / name).is_file()])


def test_no_source_is_too_long():
    none_of([path for path, text in sources() if text.count("\n") > LONGEST])


def test_nothing_is_called_utils():
    none_of([path for path, _ in sources() if re.search(r"(^|[/_])utils?([/_.]|$)", path)])


def test_names_of_a_jobs_files_are_made_in_one_place():
    names = re.findall(r'"/?(\w+\.(?:h5|toml|png|csv|svg|html|log))"', (ROOT / "schemas/files/job_folder.cpp").read_text())
    assert "testset.h5" in names
    none_of([f"{path} makes the name {name}" for path, text in sources() for name in names
             if f'"{name}"' in text and not path.startswith("tests/") and path != "schemas/files/job_folder.cpp"])
