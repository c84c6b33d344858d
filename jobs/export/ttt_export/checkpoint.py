"""Tensors of a checkpoint by name, whatever wrote it: safetensors, a state_dict, or a dictionary that holds some."""
import contextlib
import os
from typing import Any, Mapping

import torch
from safetensors.torch import load_file

from .errors import ExportError, require

_NOT_WEIGHTS = ("optimizer", "optimiser", "scheduler", "scaler")


def _numpy_scalars() -> Any:
    """Lets accuracies that were stored beside the weights be read: plain numbers of numpy."""
    try:
        import _codecs

        import numpy
        core = getattr(numpy, "_core", None) or numpy.core
        kinds = [type(numpy.dtype(k)) for k in ("float32", "float64", "int64")]
        return torch.serialization.safe_globals([core.multiarray.scalar, (core.multiarray.scalar, "numpy.core.multiarray.scalar"), numpy.dtype,
                                                 *kinds, _codecs.encode])
    except (ImportError, AttributeError):
        return contextlib.nullcontext()


def _load(path: str, trusted: bool) -> Any:
    with open(path, "rb") as file:
        require(file.read(2) in (b"PK", b"\x80\x02"), f"{path} is no checkpoint of PyTorch: neither torch.save nor safetensors wrote it")
    try:
        with _numpy_scalars():
            return torch.load(path, map_location="cpu", weights_only=not trusted)
    except Exception as error:
        reason = str(error).splitlines()[0]
        if "Weights only" in str(error) or "Unsupported" in reason:
            raise ExportError(f"{path} holds Python objects beside its tensors, which could run code when they are read; add --trust if it "
                              "comes from someone you trust") from error
        raise ExportError(f"{path} is no checkpoint of PyTorch: {reason}") from error


def _flat(value: Any, name: str, into: dict[str, torch.Tensor]) -> None:
    """Tensors of nested dictionaries under names joined by dots. Optimisers' are left out."""
    if isinstance(value, torch.Tensor):
        into[name.removeprefix("module.").replace(".module.", ".")] = value.detach()
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _NOT_WEIGHTS:
                _flat(inner, f"{name}.{key}" if name else str(key), into)


def read_tensors(path: str | os.PathLike[str], trusted: bool = False) -> dict[str, torch.Tensor]:
    """Raises an ExportError when the file holds no tensors. DataParallel's "module." is taken off the names."""
    path, found = str(path), {}
    require(os.path.exists(path), f"{path} is not there")
    if path.endswith(".safetensors"):
        try:
            return load_file(path)
        except Exception as error:
            raise ExportError(f"{path} is no whole safetensors file: {str(error).splitlines()[0]}") from error
    loaded = _load(path, trusted)
    _flat(loaded.state_dict() if isinstance(loaded, torch.nn.Module) else loaded, "", found)
    kinds = ", ".join(map(str, list(loaded)[:6])) if isinstance(loaded, Mapping) else type(loaded).__name__
    require(len(found) > 0, f"{path} holds no tensors by name; it holds {kinds}")
    return found
