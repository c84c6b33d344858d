"""Traces a function into a graph of the operators that eager PyTorch calls, for any number of views."""
import random
import warnings
from typing import Any

import torch
from torch.export import Dim, ExportedProgram
from torch.fx.traceback import preserve_node_meta

from .errors import ExportError
from .function import Function
from .source_lines import line_of_error

EXAMPLE_VIEWS = 6  # not 0 or 1, which PyTorch takes for constants, and no size that models have often


def _dynamic(shape: tuple[Any, ...], views: Any) -> dict[int, Any]:
    return {i: views for i, dimension in enumerate(shape) if dimension == "views"}


def _export(function: Function) -> ExportedProgram:
    views = Dim("views", min=1)
    shapes = {"x": _dynamic(tuple(function.input.shape()), views),
              "draws": {name: _dynamic(draw.shape, views) for name, draw in function.draws.items()}}
    with preserve_node_meta(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.export.export(function, function.example(EXAMPLE_VIEWS), dynamic_shapes=shapes, strict=False)


def _sentence(function: Function, error: Exception) -> str:
    """What to change, from PyTorch's own words."""
    text, at = str(error), function.where(line_of_error(error.__traceback__))
    kind = type(error).__name__
    if "data-dependent" in text.lower() or "DataDependent" in kind or "DynamicOutputShape" in kind or "_local_scalar_dense" in text:
        return (f"{at}: the control flow, a shape or a Python number depends on the values of a tensor. A program has one "
                "path: write it with torch.where, a mask or an index")
    if "Constraints violated" in text or "ConstraintViolation" in kind or "specialized" in text:
        return (f"{at}: the number of views is baked in. Take it from x.shape[0], write -1 or x.shape[0] instead of a number, and do not "
                "loop over views in Python")
    if "Generator" in text:
        return f"{at}: it draws random numbers from a torch.Generator. Declare a draw and read it as an argument"
    if "fake tensor in the exported program" in text:
        return f"{at}: it uses .data, or a tensor that it keeps from call to call. Use .detach(), and compute everything from the arguments"
    words = (text.strip() or kind).splitlines()[0]
    return f"{at}: torch.export cannot trace it: {words[:300]}"


def trace(function: Function) -> ExportedProgram:
    """Raises an ExportError that names the line and what to change."""
    try:
        return _export(function)
    except ExportError:
        raise
    except Exception as error:
        raise ExportError(_sentence(function, error)) from error


def start_generators(seed: int) -> None:
    """Starts every global random generator from a seed."""
    torch.manual_seed(seed)
    random.seed(seed)
    try:
        import numpy
        numpy.random.seed(seed)
    except ImportError:
        pass
