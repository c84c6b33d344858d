"""A self-supervised loss and the random numbers that it reads."""
import inspect
import re
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping

from .draws import Draw
from .errors import ExportError, require


@dataclass(frozen=True)
class Loss:
    """function(model, x, **draws) -> a scalar: the loss of the views x of one sample."""
    function: Callable[..., Any]
    draws: Mapping[str, Draw] = field(default_factory=dict)

    def check(self, name: str) -> None:
        """Raises unless the function takes the model, x and exactly these draws."""
        require(re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None,
                f"the loss {name!r} needs a name of small letters, digits and underscores")
        for draw, kind in self.draws.items():
            require(draw.isidentifier(), f"loss.{name}: the draw {draw!r} is not a name of Python")
            require(isinstance(kind, Draw), f"loss.{name}: the draw {draw} is {kind!r}; declare it as Uniform, Normal, Integers, "
                    "Permutation or Turns")
        try:
            inspect.signature(self.function).bind(None, None, **dict.fromkeys(self.draws))
        except TypeError as error:
            given = ", ".join(["model", "x", *self.draws])
            raise ExportError(f"loss.{name}: its function is called with ({given}), which it does not take: {error}") from None
