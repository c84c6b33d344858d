"""A function of the model as a module of its own, so that it can be traced."""
import contextlib
from typing import Any, Callable, Mapping

import torch
from torch import nn

from .draws import Draw
from .errors import ExportError
from .inputs import Image, Tokens
from .soft_targets import SoftTargets
from .source_lines import SourceLines, line_of_error


class Function(nn.Module):
    """predict, or one loss: what the file stores a graph of."""

    def __init__(self, name: str, model: nn.Module, body: Callable[..., Any], input: Image | Tokens, draws: Mapping[str, Draw]) -> None:
        super().__init__()
        self.name, self.body, self.input, self.draws = name, body, input, dict(draws)
        self.model = model

    def forward(self, x: torch.Tensor, draws: dict[str, torch.Tensor]) -> tuple[torch.Tensor, ...]:
        with contextlib.ExitStack() as modes:
            if torch.compiler.is_exporting():
                modes.enter_context(SourceLines())
                modes.enter_context(SoftTargets())
            out = self.body(self.model, x, **draws)
        return tuple(out) if isinstance(out, (tuple, list)) else (out,)

    def example(self, views: int, seed: int = 0) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """x and draws for so many views: random, of the declared shapes."""
        generator = torch.Generator().manual_seed(1000 * seed + views)
        return self.input.example(views, generator), {n: d.example(views, generator) for n, d in self.draws.items()}

    def try_once(self, views: int) -> tuple[torch.Tensor, ...]:
        """Runs the function as PyTorch does. Raises an ExportError when it fails on x of the declared shape."""
        x, draws = self.example(views)
        try:
            with torch.no_grad():
                return self(x, draws)
        except Exception as error:
            words = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise ExportError(f"{self.where(line_of_error(error.__traceback__))}: fails on x of shape {list(x.shape)} ({x.dtype}): {words}. "
                              "Compare the declared input with what the model reads, and take the number of views from x.shape[0]") from error

    def where(self, line: str) -> str:
        """How a message begins that speaks of one line of it."""
        return f"{self.name}, {line}" if line else self.name
