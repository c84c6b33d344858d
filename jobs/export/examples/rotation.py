"""Rotation prediction (Sun et al., ICML 2020): which quarter turn was applied to each view."""
import torch
from torch import nn
from torch.nn import functional as F

from ttt_export import Loss, Turns


def turned(x: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    """Each of the views [V, C, H, W] by its own number of quarter turns [V]."""
    every = torch.stack([torch.rot90(x, k, (2, 3)) for k in range(4)], 1)
    return every[torch.arange(x.shape[0], device=x.device), turns]


class TwoHeads(nn.Module):
    """A trunk that gives features, a classifier and a second head that tells turns."""

    def __init__(self, trunk: nn.Module, features: int, classes: int) -> None:
        super().__init__()
        self.trunk, self.main, self.turn = trunk, nn.Linear(features, classes), nn.Linear(features, 4)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.trunk(x)
        return self.main(features), features


def loss(model: TwoHeads, x: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(model.turn(model.trunk(turned(x, turns))), turns)


LOSS = Loss(loss, draws={"turns": Turns("views")})
