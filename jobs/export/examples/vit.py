#!/usr/bin/env python3
"""timm's ViT-tiny with a decoder that reconstructs masked patches.

  vit.py FOLDER     writes vit_tiny.program (random weights: it shows the mechanics)
"""
import timm
import torch
from torch import nn

import masked_reconstruction
from example import Example, write_all
from ttt_export import Image


class MaskedViT(nn.Module):
    """A classifier of timm, and the decoder that learns from what it encodes."""

    def __init__(self, vit: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.vit, self.decoder, self.patch = vit, decoder, vit.patch_embed.patch_size[0]

    def embed(self, x: torch.Tensor) -> torch.Tensor:
        """Patches with their positions, without the class token."""
        return self.vit.patch_embed(x) + self.vit.pos_embed[:, 1:]

    def encode(self, tokens: torch.Tensor) -> torch.Tensor:
        first = (self.vit.cls_token + self.vit.pos_embed[:, :1]).expand(tokens.shape[0], -1, -1)
        return self.vit.norm(self.vit.blocks(torch.cat([first, tokens], 1)))[:, 1:]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.vit(x)


def example(name: str, size: int, patch: int) -> Example:
    torch.manual_seed(1)
    vit = timm.create_model(name, img_size=size, patch_size=patch, num_classes=100)
    patches = (size // patch) ** 2
    model = MaskedViT(vit, masked_reconstruction.Decoder(patches, patch, vit.embed_dim, 96, layers=2, heads=3))
    return Example(model, input=Image(size, size, 3), predict=lambda m, x: m(x), losses={"mae": masked_reconstruction.mae(patches)},
                   adapt={"all": "all", "norm": "norm"}, learning_rate=1e-2)


EXAMPLES = {"vit_tiny": lambda: example("vit_tiny_patch16_224", 64, 8)}

if __name__ == "__main__":
    write_all(__doc__, EXAMPLES)
