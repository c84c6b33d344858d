#!/usr/bin/env python3
"""A module of the user's own, with a contrastive loss: two noisy copies of a view must be closer to each other than to
the copies of other views (Chen et al., ICML 2020).

  own_module.py FOLDER     writes own_module.program
"""
import torch
from torch import nn
from torch.nn import functional as F

from example import Example, write_all
from ttt_export import Image, LoRA, Loss, Normal, Uniform


class Mixer(nn.Module):
    """Patches mixed by linears over places and over channels (Tolstikhin et al., NeurIPS 2021)."""

    def __init__(self, patches: int = 49, width: int = 64, layers: int = 3, classes: int = 10) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, width, 4, stride=4)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2 * layers))
        self.places = nn.ModuleList(nn.Linear(patches, patches) for _ in range(layers))
        self.channels = nn.ModuleList(nn.Linear(width, width) for _ in range(layers))
        self.dropout = nn.Dropout(0.1)
        self.project, self.head = nn.Linear(width, 32), nn.Linear(width, classes)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x).flatten(2).transpose(1, 2)
        for i, (places, channels) in enumerate(zip(self.places, self.channels)):
            x = x + places(self.norms[2 * i](x).transpose(1, 2)).transpose(1, 2)
            x = x + F.gelu(channels(self.norms[2 * i + 1](x)))
        return self.dropout(x.mean(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(x))


def contrast(model: Mixer, x: torch.Tensor, noise: torch.Tensor, strength: torch.Tensor) -> torch.Tensor:
    noisy = x + 0.2 * strength[:, None, None, None] * noise
    a, b = (F.normalize(model.project(model.features(v)), dim=1) for v in (x, noisy))
    return F.cross_entropy(a @ b.T / 0.1, torch.arange(x.shape[0], device=x.device))


def example() -> Example:
    torch.manual_seed(1)
    draws = {"noise": Normal("views", 1, 28, 28), "strength": Uniform("views")}
    return Example(Mixer(), input=Image(28, 28, 1), predict=lambda m, x: (m(x), m.features(x)), losses={"contrast": Loss(contrast, draws)},
                   adapt={"all": "all", "norm": "norm", "low_rank": LoRA(rank=4, on=["places.*", "channels.*"])}, learning_rate=1e-2)


EXAMPLES = {"own_module": example}

if __name__ == "__main__":
    write_all(__doc__, EXAMPLES)
