#!/usr/bin/env python3
"""The network that ttt-eval trains itself (pipeline/models/architecture.h), in PyTorch, from one of its weight files.

  reference_network.py WEIGHTS.safetensors FILE.program [SIDE]     SIDE: of the images in pixels, 32 unless given

As a program it must predict what the hand-written kernels predict from the same weights.
"""
import sys
import tomllib
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors import safe_open
from torch import nn
from torch.nn import functional as F

from example import Example
from rotation import turned
from ttt_export import Image, Loss, Turns

OURS = Path(__file__).parents[2] / "models/cifar10_reference.safetensors"


class Block(nn.Module):
    """Pre-activation; the shortcut is pooled where the block strides, and its new channels are zeros."""

    def __init__(self, inputs: int, outputs: int, stride: int, groups: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(groups, inputs), nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm2, self.conv2 = nn.GroupNorm(groups, outputs), nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.stride, self.more = stride, outputs - inputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shortcut = x if self.stride == 1 else F.avg_pool2d(x, self.stride, ceil_mode=True, count_include_pad=False)
        shortcut = F.pad(shortcut, (0, 0, 0, 0, 0, self.more)) if self.more else shortcut
        return self.conv2(F.relu(self.norm2(self.conv1(F.relu(self.norm1(x)))))) + shortcut


class Part(nn.Module):
    """Some of the three groups, then perhaps the closing norm, then perhaps a classifier."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for name, child in self.named_children():
            x = F.relu(child(x)).mean((2, 3)) if name == "norm" else child(x)
        return x


class Network(nn.Module):
    def __init__(self, model: dict, channels: int, classes: int) -> None:
        super().__init__()
        widths, split, groups = model["widths"], model["split_after"], model["norm_groups"]
        self.trunk, self.main, self.auxiliary = Part(), Part(), Part()
        self.trunk.stem = nn.Conv2d(channels, widths[0], 3, model["stem_stride"], 1, bias=False)
        for part in (self.trunk, self.main, self.auxiliary):
            inputs = widths[0]
            for g, outputs in enumerate(widths, start=1):
                if (g <= split) == (part is self.trunk):
                    sizes = [(inputs if b == 1 else outputs, 2 if g > 1 and b == 1 else 1) for b in range(1, (model["depth"] - 2) // 6 + 1)]
                    part.add_module(f"group{g}", nn.Sequential(OrderedDict(
                        (f"block{b}", Block(i, outputs, stride, groups)) for b, (i, stride) in enumerate(sizes, start=1))))
                inputs = outputs
            if (part is self.trunk) == (split == 3):
                part.norm = nn.GroupNorm(groups, widths[2])
        self.main.linear, self.auxiliary.linear = nn.Linear(widths[2], classes), nn.Linear(widths[2], 4)


def rotation(model: Network, x: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(model.auxiliary(model.trunk(turned(x, turns))), turns)


def example(weights: Path = OURS, side: int = 32) -> Example:
    with safe_open(str(weights), framework="pt") as file:
        recipe = tomllib.loads(file.metadata()["recipe"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    model, = recipe["model"].values()
    channels, classes = tensors["trunk.stem.weight"].shape[1], len(tensors["main.linear.bias"])
    network = Network(model, channels, classes)
    network.load_state_dict(tensors)
    return Example(network, predict=lambda m, x: m.main(m.trunk(x)), losses={"rotation": Loss(rotation, draws={"turns": Turns("views")})},
                   input=Image(side, side, channels, mean=[model["pixel_mean"]], deviation=[model["pixel_deviation"]]),
                   adapt={"all": "all", "norm": "norm", "trunk": "trunk.*"})


EXAMPLES = {"reference": example}

if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    example(Path(sys.argv[1]), *map(int, sys.argv[3:])).export(Path(sys.argv[2]))
