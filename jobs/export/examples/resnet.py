#!/usr/bin/env python3
"""torchvision's ResNet-18 and ResNet-50 with a rotation head, and three choices of BatchNorm's statistics.

  resnet.py FOLDER     writes resnet18_source.program, resnet18_views.program, ... (random weights: it shows the mechanics)
"""
import torch
import torchvision
from torch import nn

import rotation
from example import Example, write_all
from ttt_export import Image, Prior

IMAGENET = {"mean": (0.485, 0.456, 0.406), "deviation": (0.229, 0.224, 0.225)}


def network(build, classes: int) -> rotation.TwoHeads:
    torch.manual_seed(1)
    trunk = build(weights=None)
    features = trunk.fc.in_features
    trunk.fc = nn.Identity()
    for layer in trunk.modules():  # running statistics as training leaves them: not those of no data
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.running_mean, -0.1, 0.1)
            nn.init.uniform_(layer.running_var, 0.5, 2)
    return rotation.TwoHeads(trunk, features, classes)


def example(build, size: int, classes: int, batch_norm) -> Example:
    return Example(network(build, classes), input=Image(size, size, 3, **IMAGENET), predict=lambda m, x: m(x),
                   losses={"rotation": rotation.LOSS}, adapt={"all": "all", "norm": "norm"}, batch_norm=batch_norm,
                   views=8 if size < 100 else 2)


EXAMPLES = {
    "resnet18_source": lambda: example(torchvision.models.resnet18, 64, 100, "source"),
    "resnet18_views": lambda: example(torchvision.models.resnet18, 64, 100, "views"),
    "resnet18_prior": lambda: example(torchvision.models.resnet18, 64, 100, Prior(16)),
    "resnet50_source": lambda: example(torchvision.models.resnet50, 224, 1000, "source"),
}

if __name__ == "__main__":
    write_all(__doc__, EXAMPLES)
