"""The GPU kernels compile for Hopper and keep their sums in registers; needs nvcc, but no GPU."""

import functools
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NVCC = shutil.which("nvcc")
SOURCES = sorted((ROOT / "kernels" / "cuda").rglob("*.cu"))
THREADS, REGISTERS = 256, 65536  # of a block, of a multiprocessor
# Bytes that a thread may keep in memory. The gathers put a few indices there, outside the loop over products; on tensor
# cores too.
SPILLS = {"Gather": 128}

pytestmark = pytest.mark.skipif(NVCC is None, reason="no nvcc on the PATH")


@functools.cache
def assembled(source):
    """What the assembler says about each kernel of a source: [(name, bytes of stack, spilled bytes, registers)]."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            [NVCC, "-std=c++20", "-O3", "-DNDEBUG", "-fmad=false", "-arch=sm_90", "-cubin", "-Xptxas", "-v", "-Werror",
             "all-warnings", f"-I{ROOT}", source, "-o", f"{folder}/out.cubin"],
            capture_output=True, text=True)  # fmt: skip
    assert run.returncode == 0, run.stderr
    return re.findall(r"Compiling entry function '(\w+)'.*?(\d+) bytes stack frame, (\d+) bytes spill stores"
                      r".*?Used (\d+) registers", run.stderr, re.DOTALL)  # fmt: skip


@pytest.mark.parametrize("source", SOURCES, ids=[path.name for path in SOURCES])
def test_no_kernel_keeps_its_sums_in_memory(source):
    for name, stack, spilled, registers in assembled(source):
        allowed = next((bytes for kernel, bytes in SPILLS.items() if kernel in name), 0)
        assert int(stack) <= allowed, f"{name} keeps {stack} bytes on the stack"
        assert int(spilled) <= allowed, f"{name} spills {spilled} bytes"
        assert 2 * THREADS * int(registers) <= REGISTERS, f"{name}: no two blocks fit a multiprocessor"


def test_every_kernel_is_looked_at():
    names = [name for source in SOURCES for name, *_ in assembled(source)]
    for kernel in ("14ScalarProducts", "14TensorProducts", "20ScalarWeightProducts", "20TensorWeightProducts", "9AddChunks", "12NormBackward", "14NormParameters", "7Moments"):
        assert any(kernel in name for name in names), f"{kernel} is in none of {names}"
