"""The program, and the one that measures a GPU, build and link with the GPU kernels; needs nvcc, but no GPU and none of
LibTorch's CUDA packages."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.skipif(shutil.which("nvcc") is None, reason="no nvcc on the PATH")
def test_the_cuda_preset_builds_and_links_both_programs():
    build = Path(os.environ["TTT_BUILD"]) / "cuda"
    library = os.environ["TTT_LIBTORCH"]
    for command in (["cmake", "--preset", "cuda", "-B", build, f"-DLIBTORCH_ROOT={library}", "-DTTT_TESTS=ON"],
                    ["cmake", "--build", build, "--target", "ttt-eval", "measure_cuda"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, "\n".join((done.stdout + done.stderr).splitlines()[-40:])
    assert (build / "ttt-eval").exists() and (build / "measure_cuda").exists()
