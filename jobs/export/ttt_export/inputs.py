"""What a model reads: images or tokens."""
from dataclasses import dataclass, field
from typing import Any, Sequence

import torch

from .errors import require


@dataclass(frozen=True)
class Image:
    """Views of an image. The model sees float [views, channels, height, width]: (pixel - mean) / deviation, pixels in [0, 1]."""
    height: int
    width: int
    channels: int = 3
    mean: Sequence[float] = field(default=(0.5,), kw_only=True)       # one for each channel, or one for all
    deviation: Sequence[float] = field(default=(0.5,), kw_only=True)  # the same

    def __post_init__(self) -> None:
        require(min(self.height, self.width, self.channels) > 0, f"Image: {self.height} x {self.width} x {self.channels} has no pixels")
        for name in ("mean", "deviation"):
            values = tuple(float(v) for v in getattr(self, name))
            require(len(values) in (1, self.channels), f"Image: {name} has {len(values)} values for {self.channels} channels")
            object.__setattr__(self, name, values * self.channels if len(values) == 1 else values)
        require(min(self.deviation) > 0, "Image: a deviation must be above 0, because pixels are divided by it")

    def example(self, views: int, generator: torch.Generator) -> torch.Tensor:
        return torch.randn(views, self.channels, self.height, self.width, generator=generator)

    def shape(self) -> list[str | int]:
        return ["views", self.channels, self.height, self.width]

    def as_json(self) -> dict[str, Any]:
        return {"kind": "image", "height": self.height, "width": self.width, "channels": self.channels, "mean": list(self.mean),
                "deviation": list(self.deviation)}


@dataclass(frozen=True)
class Tokens:
    """Sequences of tokens: int64 [views, length], each in [0, vocabulary)."""
    length: int
    vocabulary: int

    def __post_init__(self) -> None:
        require(self.length > 0 and self.vocabulary > 1, f"Tokens: length {self.length} and vocabulary {self.vocabulary} leave nothing to read")

    def example(self, views: int, generator: torch.Generator) -> torch.Tensor:
        return torch.randint(self.vocabulary, (views, self.length), generator=generator)

    def shape(self) -> list[str | int]:
        return ["views", self.length]

    def as_json(self) -> dict[str, Any]:
        return {"kind": "tokens", "length": self.length, "vocabulary": self.vocabulary}
