"""Small models for the tests of the exporter, and one way to export them."""
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ttt_export import Image, Program, export


class Net(nn.Module):
    """A convolution, a norm, two heads."""

    def __init__(self, norm: nn.Module | None = None) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), norm or nn.GroupNorm(2, 8), nn.ReLU(), nn.Dropout(0.5))
        self.main, self.side = nn.Linear(8, 5), nn.Linear(8, 4)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x).mean((2, 3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.main(self.features(x))


def net(norm: nn.Module | None = None) -> Net:
    torch.manual_seed(1)
    model = Net(norm)
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm2d) and layer.track_running_stats:
            nn.init.uniform_(layer.running_mean, -1, 1)
            nn.init.uniform_(layer.running_var, 0.5, 2)
    return model


def write(folder: Path, model: nn.Module | None = None, **arguments: Any) -> Program:
    """Exports a model on images of 8 x 8; arguments replace those given here."""
    arguments = {"input": Image(8, 8), "predict": lambda m, x: m(x), "quiet": True} | arguments
    return export(folder / "it.program", model or net(), **arguments)
