"""What every example is: a model and the arguments of export()."""
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Mapping

from torch import nn

from ttt_export import Image, Loss, Program, Tokens, export


@dataclass
class Example:
    model: nn.Module
    input: Image | Tokens = field(kw_only=True)
    predict: Callable[..., Any] = field(kw_only=True)
    losses: dict[str, Loss] = field(kw_only=True, default_factory=dict)
    adapt: Any = field(kw_only=True, default="all")
    batch_norm: Any = field(kw_only=True, default="source")
    learning_rate: float = field(kw_only=True, default=1e-3)  # of the comparison with the eager loop
    views: int = field(kw_only=True, default=8)               # the same

    def export(self, path: Path, quiet: bool = False) -> Program:
        return export(path, self.model, input=self.input, predict=self.predict, losses=self.losses, adapt=self.adapt,
                      batch_norm=self.batch_norm, quiet=quiet)


def write_all(usage: str, examples: Mapping[str, Callable[[], Example]]) -> None:
    """The main function of a file of examples: FOLDER [NAME ...]."""
    if len(sys.argv) < 2:
        sys.exit(usage)
    for name in sys.argv[2:] or examples:
        examples[name]().export(Path(sys.argv[1]) / f"{name}.program")
