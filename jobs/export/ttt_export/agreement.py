"""The graph's replay against eager PyTorch: values and gradients, in float32 and float64, at several numbers of views."""
import contextlib
import copy
from dataclasses import dataclass
from typing import Mapping

import torch

from .errors import ExportError
from .function import Function
from .graph import Traced
from .precision import Float64, in_precision
from .replay import Replay

VIEWS = (1, 2, 5)
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-10}  # of values, relative to their largest
GRADIENT_TOLERANCE = {torch.float32: 1e-4, torch.float64: 1e-9}


@dataclass
class Row:
    """Largest relative differences of one function at one number of views."""
    function: str
    views: int
    value: dict[torch.dtype, float]
    gradient: dict[torch.dtype, float]


def difference(a: torch.Tensor, b: torch.Tensor) -> float:
    """Largest |a - b| over the largest |b|; infinite where one of them is not finite and the other is."""
    if a.shape != b.shape:
        return float("inf")
    if a.numel() == 0:
        return 0.0
    a, b = a.double(), b.double()
    same = (a == b) | (a.isnan() & b.isnan())
    gap = torch.where(same, 0.0, (a - b).abs()).nan_to_num(nan=float("inf"), posinf=float("inf")).max().item()
    return gap / max(b[b.isfinite()].abs().max().item() if b.isfinite().any() else 0.0, 1e-30)


def _scalar(outputs: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """What gradients are taken of: the loss itself, or a fixed mixture of predict's outputs."""
    if outputs[0].dim() == 0:
        return outputs[0]
    return sum((o * torch.linspace(-1, 1, o.numel(), dtype=o.dtype).view(o.shape)).sum() for o in outputs)


@dataclass
class Result:
    outputs: tuple[torch.Tensor, ...]
    gradients: dict[str, torch.Tensor | None]


def _gradients(outputs: tuple[torch.Tensor, ...], leaves: Mapping[str, torch.Tensor], where: str) -> dict[str, torch.Tensor | None]:
    if not _scalar(outputs).requires_grad:
        return dict.fromkeys(leaves)
    found = torch.autograd.grad(_scalar(outputs), list(leaves.values()), allow_unused=True)
    return dict(zip(leaves, found))


def eager(function: Function, views: int, precision: torch.dtype, adapted: list[str]) -> Result:
    """The model's own code and autograd."""
    mine = copy.deepcopy(function).to(precision) if precision != torch.float32 else function
    x, draws = function.example(views, seed=1)
    leaves = {n: mine.model.get_parameter(n) for n in adapted}
    for parameter in mine.parameters():
        parameter.requires_grad_(False)
    for parameter in leaves.values():
        parameter.requires_grad_(True)
    with Float64() if precision == torch.float64 else contextlib.nullcontext():
        outputs = mine(in_precision(x, precision), {n: in_precision(d, precision) for n, d in draws.items()})
        return Result(outputs, _gradients(outputs, leaves, function.name))


def replayed(function: Function, traced: Traced, views: int, precision: torch.dtype, adapted: list[str]) -> Result:
    """The same of the graph."""
    x, draws = function.example(views, seed=1)
    given = {n: in_precision(t, precision).detach().clone() for n, t in traced.tensors.items()}
    given |= {"x": in_precision(x, precision)} | {f"d.{n}": in_precision(d, precision) for n, d in draws.items()}
    leaves = {n: given[f"p.{n}"].requires_grad_() for n in adapted if f"p.{n}" in given}
    outputs = Replay(traced.graph, precision)(given)
    return Result(outputs, dict.fromkeys(adapted) | _gradients(outputs, leaves, function.name))


def compare(function: Function, mine: Result, theirs: Result) -> tuple[float, float]:
    """(values, gradients)"""
    for name, gradient in theirs.gradients.items():
        if (gradient is None) != (mine.gradients[name] is None):
            raise ExportError(f"{function.name}: the traced graph {'does not reach' if gradient is not None else 'reaches'} {name}, unlike the "
                              "model's own code. A value was frozen while tracing")
    values = max(difference(a, b) for a, b in zip(mine.outputs, theirs.outputs))
    largest = max((g.abs().max().item() for g in theirs.gradients.values() if g is not None), default=0.0)
    gaps = [(mine.gradients[n].double() - g.double()).abs().max().item() for n, g in theirs.gradients.items() if g is not None]
    return values, max(gaps, default=0.0) / max(largest, 1e-30)


def least_views(function: Function) -> int:
    """1, or 2 where a single view is refused or has no finite value, as with a deviation over views."""
    try:
        if all(bool(o.isfinite().all()) for o in function.try_once(1)):
            return 1
    except ExportError:
        pass
    function.try_once(2)
    return 2


def check(function: Function, traced: Traced, adapted: list[str]) -> list[Row]:
    """Raises an ExportError where they differ by more than rounding."""
    rows, least = [], least_views(function)
    for views in (v for v in VIEWS if v >= least):
        row = Row(function.name, views, {}, {})
        for precision in (torch.float32, torch.float64):
            theirs = eager(function, views, precision, adapted)
            mine = replayed(function, traced, views, precision, adapted)
            row.value[precision], row.gradient[precision] = compare(function, mine, theirs)
        rows.append(row)
        refuse(row)
    return rows


def refuse(row: Row) -> None:
    for what, found, allowed in (("values", row.value, TOLERANCE), ("gradients", row.gradient, GRADIENT_TOLERANCE)):
        for precision, gap in found.items():
            if not gap <= allowed[precision]:
                raise ExportError(f"{row.function}: with {row.views} views the traced graph's {what} differ from the model's own by {gap:.1e} "
                                  f"in {str(precision)[6:]} (allowed: {allowed[precision]:.0e}). The function may depend on something beside "
                                  "its arguments, such as a counter, a cache, the time or the number of views")


def table(rows: list[Row]) -> str:
    """For people: the rows under a header."""
    kinds = [(r, p) for r in ("value", "gradient") for p in (torch.float32, torch.float64)]
    lines = [f"{'difference from eager PyTorch':32}views  " + "  ".join(f"{r + ' ' + str(p)[6:]:>16}" for r, p in kinds)]
    for row in rows:
        lines.append(f"{row.function:32}{row.views:5}  " + "  ".join(f"{getattr(row, r)[p]:16.1e}" for r, p in kinds))
    return "\n".join(lines)


def reached(function: Function, adapted: list[str]) -> set[str]:
    """Parameters that the function's value depends on."""
    gradients = eager(function, 2, torch.float32, adapted).gradients
    return {n for n, g in gradients.items() if g is not None}


