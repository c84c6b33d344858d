"""The program, and the one that measures a GPU, build and link with the GPU kernels, which keep their sums in registers;
needs nvcc, but no GPU and none of LibTorch's CUDA packages."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ARCHITECTURES = {"sm_80", "sm_90"}
THREADS, REGISTERS = 256, 65536  # of a block, of a multiprocessor
# Bytes that a thread may keep in memory. The gathers put a few indices there, outside the loop over products; on tensor
# cores too.
SPILLS = {"Gather": 128}

pytestmark = pytest.mark.skipif(shutil.which("nvcc") is None, reason="no nvcc on the PATH")


@pytest.fixture(scope="module")
def build():
    """The build folder of the cuda preset. What is compiled as in the folder of all other tests comes from there."""
    tests = os.environ["TTT_BUILD"]
    build = Path(tests) / "cuda"
    launcher = f"{sys.executable};{Path(__file__).with_name('launcher.py')}"
    options = {"LIBTORCH_ROOT": os.environ["TTT_LIBTORCH"], "TTT_TESTS": "ON",
               "CMAKE_CXX_COMPILER_LAUNCHER": f"{launcher};reuse;{tests}",
               "CMAKE_CUDA_COMPILER_LAUNCHER": f"{launcher};notes",
               "CMAKE_CUDA_FLAGS": "-Xptxas=-v -Werror all-warnings"}  # fmt: skip
    for command in (["cmake", "--preset", "cuda", "-B", build, *(f"-D{key}={value}" for key, value in options.items())],
                    ["cmake", "--build", build, "--target", "ttt-eval", "measure_cuda"]):  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, "\n".join((done.stdout + done.stderr).splitlines()[-40:])
    return build


@pytest.fixture(scope="module")
def kernels(build):
    """What the assembler says of each kernel: [(name, architecture, bytes of stack, bytes spilled, registers)]."""
    notes = "".join(file.read_text() for file in sorted(build.glob("kernels/**/*.cu.o.notes")))
    found = re.findall(r"Compiling entry function '(\w+)' for '(\w+)'.*?(\d+) bytes stack frame, (\d+) bytes spill stores"
                       r".*?Used (\d+) registers", notes, re.DOTALL)  # fmt: skip
    return [(name, architecture, int(stack), int(spilled), int(registers))
            for name, architecture, stack, spilled, registers in found]  # fmt: skip


def test_the_cuda_preset_builds_and_links_both_programs(build):
    assert (build / "ttt-eval").exists() and (build / "measure_cuda").exists()


def test_no_kernel_keeps_its_sums_in_memory(kernels):
    for name, architecture, stack, spilled, registers in kernels:
        allowed = next((bytes for kernel, bytes in SPILLS.items() if kernel in name), 0)
        assert stack <= allowed, f"{name} keeps {stack} bytes on the stack ({architecture})"
        assert spilled <= allowed, f"{name} spills {spilled} bytes ({architecture})"
        assert 2 * THREADS * registers <= REGISTERS, f"{name}: no two blocks fit a multiprocessor ({architecture})"


@pytest.mark.parametrize("kernel", ["14ScalarProducts", "14TensorProducts", "20ScalarWeightProducts",
                                    "20TensorWeightProducts", "9AddChunks", "12NormBackward", "14NormParameters",
                                    "7Moments"])  # fmt: skip
def test_every_kernel_is_looked_at(kernels, kernel):
    assert {architecture for name, architecture, *_ in kernels if kernel in name} == ARCHITECTURES
