"""Which statistics BatchNorm normalises with.

"source": the running statistics of training.  "views": those of the views of the step.  Prior(N): N parts of the former
and as many parts of the latter as there are views (Schneider et al., NeurIPS 2020).
"""
from dataclasses import dataclass
from typing import Any, Literal, Union

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.modules.batchnorm import _BatchNorm

from .errors import ExportError, require


@dataclass(frozen=True)
class Prior:
    """The source statistics count as much as `samples` views."""
    samples: int

    def __post_init__(self) -> None:
        require(isinstance(self.samples, int) and self.samples >= 0, f"Prior: {self.samples!r} is not a whole number of samples")


Statistics = Union[Literal["source", "views"], Prior]


class ViewsNorm(nn.Module):
    """Takes the place of a BatchNorm layer, under the same names of weights and buffers."""

    def __init__(self, layer: nn.Module, statistics: Statistics) -> None:
        super().__init__()
        self.weight, self.bias, self.eps, self.statistics = layer.weight, layer.bias, layer.eps, statistics
        if isinstance(statistics, Prior):
            self.register_buffer("running_mean", layer.running_mean)
            self.register_buffer("running_var", layer.running_var)
        # timm's BatchNormAct2d is a norm, a dropout and an activation in one.
        self.drop, self.act = getattr(layer, "drop", None), getattr(layer, "act", None)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if isinstance(self.statistics, Prior):
            y = self.mixed(x, self.statistics.samples)
        else:
            y = F.batch_norm(x, None, None, self.weight, self.bias, training=True, eps=self.eps)
        for after in (self.drop, self.act):
            y = y if after is None else after(y)
        return y

    def mixed(self, x: torch.Tensor, prior: int) -> torch.Tensor:
        over = [0, *range(2, x.dim())]
        views, column = x.shape[0], [1, -1] + [1] * (x.dim() - 2)
        variance, mean = torch.var_mean(x, over, correction=0)
        mean = (self.running_mean * prior + mean * views) / (views + prior)
        variance = (self.running_var * prior + variance * views) / (views + prior)
        scale = (variance + self.eps).rsqrt()
        scale = scale if self.weight is None else scale * self.weight
        shift = -mean * scale if self.bias is None else self.bias - mean * scale
        return x * scale.view(column) + shift.view(column)


def _check(name: str, layer: nn.Module, statistics: Statistics) -> None:
    known = type(layer).__module__.startswith(("torch.nn.", "timm.")) or type(layer).forward is _BatchNorm.forward
    if not known and statistics != "source":
        raise ExportError(f"{name} is a {type(layer).__name__}, whose forward is its own: batch_norm= cannot replace it; "
                          'choose batch_norm="source" or make it an nn.BatchNorm2d')
    if layer.running_mean is None and statistics != "views":
        raise ExportError(f'{name} has no running statistics: choose batch_norm="views"')


def set_statistics(model: nn.Module, statistics: Any) -> str | dict[str, int] | None:
    """Replaces the BatchNorm layers and returns what the file says of them; None where there is none."""
    require(statistics in ("source", "views") or isinstance(statistics, Prior),
            f'batch_norm is {statistics!r}; it must be "source", "views" or Prior(N)')
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, _BatchNorm)}
    for name, layer in layers.items():
        _check(name or "the model", layer, statistics)
        if statistics != "source":
            require(bool(name), "the model is a BatchNorm layer itself: put it into an nn.Sequential")
            parent, _, child = name.rpartition(".")
            setattr(model.get_submodule(parent), child, ViewsNorm(layer, statistics))
    if not layers:
        return None
    return {"prior": statistics.samples} if isinstance(statistics, Prior) else str(statistics)
