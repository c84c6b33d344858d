"""Random inputs of a loss. The runner draws them; a loss that draws by itself is refused.

A shape is a number of dimensions, each an integer or "views": Uniform("views", 3) is [views, 3].
"""
from typing import Any, Union

import torch

from .errors import require

Dimension = Union[int, str]


class Draw:
    """One random tensor that a loss reads."""
    kind = ""

    def __init__(self, *shape: Dimension) -> None:
        for dimension in shape:
            good = dimension == "views" or (isinstance(dimension, int) and not isinstance(dimension, bool) and dimension > 0)
            require(good, f'{type(self).__name__}: a dimension is {dimension!r}; it must be "views" or an integer above 0')
        self.shape = shape

    def at(self, views: int) -> tuple[int, ...]:
        """The shape for so many views."""
        return tuple(views if d == "views" else int(d) for d in self.shape)

    def example(self, views: int, generator: torch.Generator) -> torch.Tensor:
        raise NotImplementedError

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "shape": list(self.shape)}


class Uniform(Draw):
    """Floats in [0, 1)."""
    kind = "uniform"

    def example(self, views: int, generator: torch.Generator) -> torch.Tensor:
        return torch.rand(self.at(views), generator=generator)


class Normal(Draw):
    """Floats of mean 0 and deviation 1."""
    kind = "normal"

    def example(self, views: int, generator: torch.Generator) -> torch.Tensor:
        return torch.randn(self.at(views), generator=generator)


class Integers(Draw):
    """int64 in [low, high)."""
    kind = "integers"

    def __init__(self, *shape: Dimension, low: int = 0, high: int) -> None:
        super().__init__(*shape)
        require(high > low, f"Integers: high is {high}, which must be above low, {low}")
        self.low, self.high = low, high

    def example(self, views: int, generator: torch.Generator) -> torch.Tensor:
        return torch.randint(self.low, self.high, self.at(views), generator=generator)

    def as_json(self) -> dict[str, Any]:
        return super().as_json() | {"low": self.low, "high": self.high}


class Permutation(Draw):
    """int64 orders of the last dimension, one for each index of those before: Permutation("views", 64)."""
    kind = "permutation"

    def __init__(self, *shape: Dimension) -> None:
        super().__init__(*shape)
        require(len(shape) > 0 and shape[-1] != "views", "Permutation: its last dimension, which it orders, must be an integer")

    def example(self, views: int, generator: torch.Generator) -> torch.Tensor:
        return torch.rand(self.at(views), generator=generator).argsort(-1)


class Turns(Draw):
    """int64 in 0..3: quarter turns."""
    kind = "turns"

    def example(self, views: int, generator: torch.Generator) -> torch.Tensor:
        return torch.randint(4, self.at(views), generator=generator)
