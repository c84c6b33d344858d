"""What may adapt: named subsets of the parameters."""
from fnmatch import fnmatchcase
from typing import Mapping, Sequence, Union

from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from .batch_norm import ViewsNorm
from .errors import ExportError, require, some
from .low_rank import LoRA, add_low_rank

Choice = Union[str, Sequence[str], LoRA]
Adapt = Union[Choice, Mapping[str, Choice]]


def is_norm(module: nn.Module) -> bool:
    return isinstance(module, (_NormBase, ViewsNorm)) or "norm" in type(module).__name__.lower()


def _norm_parameters(model: nn.Module) -> list[str]:
    """Scales and shifts: parameters of at most one dimension that belong to a norm itself."""
    return [f"{name}.{own}".lstrip(".") for name, module in model.named_modules() if is_norm(module)
            for own, parameter in module.named_parameters(recurse=False) if parameter.dim() <= 1]


def _matching(patterns: Sequence[str], one_name: Mapping[str, str], subset: str) -> list[str]:
    """Parameters that a pattern matches and no pattern with "!" before it does. Tied ones match by any of their names."""
    names = list(one_name)
    wanted, unwanted = [p for p in patterns if not p.startswith("!")], [p[1:] for p in patterns if p.startswith("!")]
    for pattern in wanted + unwanted:
        require(any(fnmatchcase(name, pattern) for name in names),
                f"adapt: {pattern!r} of the subset {subset!r} matches no parameter; the model has {some(names)}")
    chosen = [one_name[n] for n in names if any(fnmatchcase(n, p) for p in wanted)]
    without = {one_name[n] for n in names if any(fnmatchcase(n, p) for p in unwanted)}
    return [n for n in dict.fromkeys(chosen) if n not in without]


def names_of_tied(model: nn.Module) -> dict[str, str]:
    """Every name of a parameter -> the one that the file uses. Tied weights have several names and one value."""
    first = {id(parameter): name for name, parameter in model.named_parameters()}
    return {name: first[id(parameter)] for name, parameter in model.named_parameters(remove_duplicate=False)}


def _by_name(adapt: Adapt) -> dict[str, Choice]:
    if isinstance(adapt, Mapping):
        return dict(adapt)
    if isinstance(adapt, LoRA):
        return {"low_rank": adapt}
    if adapt in ("all", "norm"):
        return {str(adapt): str(adapt)}
    raise ExportError(f'adapt is {adapt!r}; give each subset a name, as in adapt={{"blocks": ["blocks.*", "!*.bias"]}}')


def choose(model: nn.Module, adapt: Adapt) -> dict[str, list[str]]:
    """Subsets by name, each in the model's order. LoRA factors are added to the model."""
    choices = _by_name(adapt)
    require(len(choices) > 0, 'adapt is empty; "all" adapts every parameter')
    require(sum(isinstance(c, LoRA) for c in choices.values()) <= 1, "adapt: only one subset can be LoRA")
    own, one_name = [name for name, _ in model.named_parameters()], names_of_tied(model)
    norm = set(_norm_parameters(model))
    subsets = {}
    for subset, choice in choices.items():
        require(subset.isidentifier(), f"adapt: the subset {subset!r} needs a name of letters, digits and underscores")
        if isinstance(choice, LoRA):
            names = add_low_rank(model, choice)
        elif choice == "all":
            names = own
        elif choice == "norm":
            names = [n for n in own if n in norm]
            require(len(names) > 0, 'adapt: "norm" selects nothing, because the model has no norm layer with weights')
        else:
            names = _matching([choice] if isinstance(choice, str) else list(choice), one_name, subset)
        require(len(names) > 0, f"adapt: the subset {subset!r} is empty")
        subsets[subset] = list(names)
    return subsets
