"""Low-rank adaptation of chosen linear layers (Hu et al., ICLR 2022)."""
import math
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Sequence

import torch
from torch import nn
from torch.nn import functional as F

from .errors import require, some


@dataclass(frozen=True)
class LoRA:
    """y = linear(x) + scale * B A x, B = 0 at the start, A ~ U(+-1 / sqrt(inputs)) from the seed."""
    rank: int
    on: str | Sequence[str] = "*"  # patterns of names of linear layers
    scale: float = 1.0             # alpha / rank in the paper's words
    seed: int = 0

    def patterns(self) -> list[str]:
        return [self.on] if isinstance(self.on, str) else list(self.on)


def _sizes(module: nn.Module) -> tuple[int, int] | None:
    """(inputs, outputs) of a linear layer; GPT-2's Conv1D is one whose weight is transposed."""
    if isinstance(module, nn.Linear):
        return module.in_features, module.out_features
    if type(module).__name__ == "Conv1D" and getattr(module, "weight", torch.empty(0)).dim() == 2:
        return module.weight.shape[0], module.weight.shape[1]
    return None


def _attach(module: nn.Module, sizes: tuple[int, int], lora: LoRA, generator: torch.Generator) -> None:
    inputs, outputs = sizes
    a = (2 * torch.rand(lora.rank, inputs, generator=generator) - 1) / math.sqrt(inputs)
    module.register_parameter("low_rank_a", nn.Parameter(a))
    module.register_parameter("low_rank_b", nn.Parameter(torch.zeros(outputs, lora.rank)))

    def add(layer: Any, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
        return output + lora.scale * F.linear(F.linear(inputs[0], layer.low_rank_a), layer.low_rank_b)

    module.register_forward_hook(add)


def add_low_rank(model: nn.Module, lora: LoRA) -> list[str]:
    """Adds the factors to the model and returns their names."""
    require(lora.rank > 0, f"LoRA: rank is {lora.rank}; it must be above 0")
    linear = {name: sizes for name, module in model.named_modules() if (sizes := _sizes(module)) is not None}
    for pattern in lora.patterns():
        require(any(fnmatchcase(name, pattern) for name in linear),
                f"LoRA: {pattern!r} matches no linear layer; the model has {some(list(linear)) or 'none'}")
    generator = torch.Generator().manual_seed(lora.seed)
    names = []
    for name, sizes in linear.items():
        if any(fnmatchcase(name, pattern) for pattern in lora.patterns()):
            require(lora.rank <= min(sizes), f"LoRA: rank {lora.rank} is above the {min(sizes)} that {name} has at most")
            _attach(model.get_submodule(name), sizes, lora, generator)
            names += [f"{name}.low_rank_a", f"{name}.low_rank_b"]
    return names
