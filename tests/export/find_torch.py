"""Imports torch: this Python's own, or the one that lies in LibTorch. Where there is none, a test file that imports this is skipped.

The lean LibTorch has no CUDA libraries, without which Python refuses to import its torch; cuda_stubs made some.
"""
import ctypes
import importlib.util
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _libtorch() -> Path | None:
    """The folder of the Python package in LibTorch."""
    given = [Path(os.environ["TTT_LIBTORCH"])] if "TTT_LIBTORCH" in os.environ else []
    found = [*given, *ROOT.glob(".deps/libtorch/lib/python3*/site-packages/torch")]
    return next((p for p in found if (p / "__init__.py").exists()), None)


def _add_to_path(torch: Path) -> None:
    sys.path.append(str(torch.parent))
    if not any(torch.parent.glob("nvidia/**/libcublas.so*")):
        for stub in (Path(os.environ.get("TTT_BUILD", ROOT / "build")) / "tests/cuda_stubs").glob("lib*"):
            ctypes.CDLL(str(stub), mode=ctypes.RTLD_GLOBAL)


if importlib.util.find_spec("torch") is None and (found := _libtorch()):
    _add_to_path(found)
try:
    import torch  # noqa: F401
except (ImportError, OSError) as error:
    if "TTT_TORCH_MUST_BE_FOUND" in os.environ:
        raise
    pytest.skip(f"this Python cannot import torch ({error}); jobs/setup --tests makes one that can", allow_module_level=True)
