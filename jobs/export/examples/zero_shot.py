#!/usr/bin/env python3
"""A classifier in the manner of CLIP: images and class names meet in one space (Radford et al., ICML 2021).

  zero_shot.py FOLDER     writes zero_shot.program (random weights: it shows the mechanics)

Tent, MEMO and the other entropy tasks of ttt-eval work on the logits of any program. This one brings its own all the same.
"""
import torch
import timm
from torch import nn
from torch.nn import functional as F

from example import Example, write_all
from ttt_export import Image, Loss


class ZeroShot(nn.Module):
    def __init__(self, vision: nn.Module, texts: torch.Tensor) -> None:
        super().__init__()
        self.vision = vision
        self.scale = nn.Parameter(torch.tensor(100.0).log())
        self.register_buffer("texts", F.normalize(texts, dim=1))  # [classes, width]: what the text encoder made of the names, once

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = F.normalize(self.vision(x), dim=1)
        return self.scale.exp() * features @ self.texts.T, features


def entropy(model: ZeroShot, x: torch.Tensor) -> torch.Tensor:
    """Of each view's prediction (Wang et al., ICLR 2021)."""
    words = F.log_softmax(model(x)[0], 1)
    return -(words.exp() * words).sum(1).mean()


def example() -> Example:
    torch.manual_seed(1)
    vision = timm.create_model("vit_tiny_patch16_224", img_size=64, patch_size=8, num_classes=128)
    model = ZeroShot(vision, torch.randn(20, 128))
    return Example(model, input=Image(64, 64, 3, mean=(0.481, 0.458, 0.408), deviation=(0.269, 0.261, 0.276)),
                   predict=lambda m, x: m(x), losses={"entropy": Loss(entropy)}, adapt={"norm": "norm", "all": ["*", "!scale"]})


EXAMPLES = {"zero_shot": example}

if __name__ == "__main__":
    write_all(__doc__, EXAMPLES)
