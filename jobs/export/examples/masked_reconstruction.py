"""Masked reconstruction (Gandelsman et al., "Test-Time Training with Masked Autoencoders", NeurIPS 2022).

A quarter of the patches of each view is encoded; a decoder draws the others. Which ones are hidden is the draw "order".
"""
import torch
from torch import nn
from torch.nn import functional as F

from ttt_export import Loss, Permutation


class Block(nn.Module):
    """A transformer's layer: attention and two linears, each behind a norm and added to its input."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.qkv, self.proj = nn.LayerNorm(width), nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.norm2, self.fc1, self.fc2 = nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n, tokens, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(n, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        x = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, tokens, width))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Decoder(nn.Module):
    """Draws every patch from the encoded ones."""

    def __init__(self, patches: int, patch: int, encoded: int, width: int, layers: int, heads: int) -> None:
        super().__init__()
        self.enter = nn.Linear(encoded, width)
        self.hidden = nn.Parameter(0.02 * torch.randn(width))
        self.position = nn.Parameter(0.02 * torch.randn(patches, width))
        self.blocks = nn.Sequential(*[Block(width, heads) for _ in range(layers)])
        self.norm, self.pixels = nn.LayerNorm(width), nn.Linear(width, 3 * patch * patch)

    def forward(self, seen: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
        """seen: [V, K, encoded], the first K patches of `order` [V, P] -> all patches in their places [V, P, pixels]."""
        seen = self.enter(seen)
        hidden = self.hidden.expand(seen.shape[0], order.shape[1] - seen.shape[1], -1)
        place = order.argsort(1)[:, :, None].expand(-1, -1, seen.shape[2])
        tokens = torch.cat([seen, hidden], 1).gather(1, place) + self.position
        return self.pixels(self.norm(self.blocks(tokens)))


def patches_of(x: torch.Tensor, patch: int) -> torch.Tensor:
    """[V, 3, H, W] -> [V, P, 3 patch^2]"""
    return F.unfold(x, patch, stride=patch).transpose(1, 2)


def loss(model: nn.Module, x: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
    """Mean squared error of the hidden patches. model: patch, embed(x) [V, P, E], encode(tokens), decoder."""
    kept = order.shape[1] // 4
    tokens = model.embed(x)
    seen = tokens.gather(1, order[:, :kept, None].expand(-1, -1, tokens.shape[2]))
    drawn, true = model.decoder(model.encode(seen), order), patches_of(x, model.patch)
    hidden = order[:, kept:, None].expand(-1, -1, true.shape[2])
    return F.mse_loss(drawn.gather(1, hidden), true.gather(1, hidden))


def mae(patches: int) -> Loss:
    return Loss(loss, draws={"order": Permutation("views", patches)})
