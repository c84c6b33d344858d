"""Two small networks of a user's own, for images of 32 x 32: a ViT with a decoder, and ResNet-26 with BatchNorm."""
import torch
from torch import nn
from torch.nn import functional as F

from masked_reconstruction import Block, Decoder


class SmallViT(nn.Module):
    """4 x 4 patches, mean pooling, and a decoder of the hidden ones (masked_reconstruction.py)."""

    def __init__(self, size: int = 32, patch: int = 4, width: int = 96, layers: int = 4, heads: int = 3, classes: int = 10) -> None:
        super().__init__()
        self.patch, self.patches = patch, (size // patch) ** 2
        self.stem = nn.Conv2d(3, width, patch, stride=patch)
        self.position = nn.Parameter(0.02 * torch.randn(self.patches, width))
        self.blocks, self.norm = nn.Sequential(*[Block(width, heads) for _ in range(layers)]), nn.LayerNorm(width)
        self.head = nn.Linear(width, classes)
        self.decoder = Decoder(self.patches, patch, width, 64, layers=1, heads=2)

    def embed(self, x: torch.Tensor) -> torch.Tensor:
        return self.stem(x).flatten(2).transpose(1, 2) + self.position

    def encode(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.norm(self.blocks(tokens))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.encode(self.embed(x)).mean(1))


class Residual(nn.Module):
    """Two convolutions with BatchNorm around a shortcut (He et al., CVPR 2016)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.conv2, self.norm2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
        self.stride, self.more = stride, outputs - inputs

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shortcut = F.pad(x if self.stride == 1 else F.avg_pool2d(x, self.stride), (0, 0, 0, 0, 0, self.more))
        return F.relu(self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x))))) + shortcut)


class ResNet26(nn.Module):
    """26 layers, 16 to 64 channels; the stem strides by 2, which makes it four times cheaper than the usual one."""

    def __init__(self, classes: int = 10, widths: tuple[int, int, int] = (16, 32, 64), stem_stride: int = 2) -> None:
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, widths[0], 3, stem_stride, 1, bias=False), nn.BatchNorm2d(widths[0])
        blocks, inputs = [], widths[0]
        for group, outputs in enumerate(widths):
            for i in range(4):
                blocks.append(Residual(inputs, outputs, 2 if group and i == 0 else 1))
                inputs = outputs
        self.blocks, self.head = nn.Sequential(*blocks), nn.Linear(widths[-1], classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.blocks(F.relu(self.norm(self.stem(x)))).mean((2, 3)))
