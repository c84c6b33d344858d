"""From a module and functions to a file."""
import copy
import os
import time
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

import torch
from torch import nn

from . import agreement, contract, costs
from .batch_norm import Statistics, set_statistics
from .errors import ExportError, require, some
from .function import Function
from .graph import Naming, Traced, write_graph
from .inputs import Image, Tokens
from .loss import Loss
from .low_rank import LoRA
from .program_file import Program, read, write
from .subsets import Adapt, choose
from .summary import print_summary
from .trace import start_generators, trace

VERSION = "1.0"


def _copy(model: nn.Module) -> nn.Module:
    """The user's model stays as it is."""
    require(isinstance(model, nn.Module), f"the model is {type(model).__name__}; it must be a torch.nn.Module")
    try:
        mine = copy.deepcopy(model).cpu().eval()
    except Exception as error:
        raise ExportError(f"the model cannot be copied ({str(error).splitlines()[0]}); remove hooks and values of earlier passes") from error
    return mine


def _check_weights(model: nn.Module) -> None:
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        kind = str(tensor.dtype)[6:]
        require(not tensor.is_complex(), f"{name} is {kind}; a program holds no complex numbers")
        require(not tensor.is_floating_point() or tensor.dtype == torch.float32, f"{name} is {kind}; convert the model with model.float()")
        bad = int(tensor.isnan().sum()) if tensor.is_floating_point() else 0
        require(bad == 0, f"{name} has NaN in {bad} of its {tensor.numel()} values; the checkpoint is damaged or its training diverged")
        infinite = isinstance(tensor, nn.Parameter) and not bool(tensor.isfinite().all())  # buffers may: masks of attention
        require(not infinite, f"{name} holds infinity; the checkpoint is damaged or its training diverged")


def _functions(model: nn.Module, input: Image | Tokens, predict: Callable[..., Any], losses: Mapping[str, Any]) -> list[Function]:
    functions = [Function("predict", model, predict, input, {})]
    for name, loss in losses.items():
        loss = loss if isinstance(loss, Loss) else Loss(loss)
        loss.check(name)
        functions.append(Function(f"loss.{name}", model, loss.function, input, loss.draws))
    return functions


def _repeats(function: Function) -> bool:
    """Whether it gives the same value twice, whatever the global random generators are at."""
    values = []
    for seed in (1, 2):
        start_generators(seed)
        values.append(function.try_once(2))
    return all(torch.equal(a.nan_to_num(), b.nan_to_num()) for a, b in zip(*values))


def _traced(function: Function, naming: Naming) -> Traced:
    """Refuses what draws at random outside PyTorch's operators, with the line where two traces differ."""
    start_generators(1)
    first = write_graph(function, trace(function), naming)
    if _repeats(function):
        return first
    start_generators(2)
    second = write_graph(function, trace(function), naming)
    lines = [a["line"] for a, b in zip(first.graph["nodes"], second.graph["nodes"]) if a != b]
    raise ExportError(f"{function.where(lines[0] if lines else '')}: two calls with the same arguments differ, because it draws random numbers "
                      "outside PyTorch (random, numpy.random) or counts its calls. Declare a draw and read it as an argument")


def _reached(functions: list[Function], subsets: dict[str, list[str]], adapt: Adapt) -> dict[str, set[str]]:
    """What each function reaches. "all", "norm" and LoRA lose what none reaches; names that were chosen must be reached."""
    adapted = list(dict.fromkeys(n for names in subsets.values() for n in names))
    by = {f.name: agreement.reached(f, adapted) for f in functions}
    anywhere = set().union(*by.values())
    require(len(anywhere) > 0, "no function depends on a parameter of the model: each must use its first argument, which is the copy of the "
            "model that adapts")
    for subset, names in subsets.items():
        lost = [n for n in names if n not in anywhere]
        choice = adapt.get(subset) if isinstance(adapt, Mapping) else adapt
        chosen = choice not in ("all", "norm") and not isinstance(choice, LoRA)
        require(not (lost and chosen), f"adapt: no function reaches {some(lost)} of the subset {subset!r}: leave them out")
        subsets[subset] = [n for n in names if n in anywhere]
        for name, reach in by.items():
            require(name == "predict" or any(n in reach for n in names),
                    f"{name} reaches no parameter of the subset {subset!r} ({some(names)}): it could not adapt anything")
    return by


def _entry(function: Function, traced: Traced, adapted: list[str], reach: set[str]) -> dict[str, Any]:
    loss = function.name != "predict"
    outputs = ["loss"] if loss else ["logits", "features"][: len(traced.graph["outputs"])]
    entry = {"graph": traced.graph, "outputs": outputs, "unreached": [n for n in adapted if n not in reach],
             "least_views": agreement.least_views(function)}
    return entry | ({"draws": [{"name": n} | d.as_json() for n, d in function.draws.items()]} if loss else {})


def export(path: str | os.PathLike[str], model: nn.Module, *, input: Image | Tokens, predict: Callable[..., Any],
           losses: Mapping[str, Loss | Callable[..., Any]] | None = None, adapt: Adapt = "all", batch_norm: Statistics = "source",
           class_names: Sequence[str] | None = None, name: str | None = None, quiet: bool = False) -> Program:
    """Writes the model's predict and losses to `path` and returns what was written.

    predict(model, x) -> logits [views, classes] (tokens: [views, length, vocabulary]), or (logits, features).
    Each loss(model, x, **draws) -> scalar, for the views of one sample. Raises an ExportError with one sentence that says what
    to change. The model is left as it is.
    """
    start = time.perf_counter()
    with torch.random.fork_rng(devices=[]):
        mine = _copy(model)
        _check_weights(mine)
        statistics = set_statistics(mine, batch_norm)
        subsets = choose(mine, adapt)
        functions = _functions(mine, input, predict, losses or {})
        classes = contract.classes_of(functions[0])
        require(class_names is None or len(class_names) == classes,
                f"class_names has {len(class_names or [])} names; the logits have {classes} classes")
        program, rows = _program(functions, subsets, adapt)
    tensors = program.tensors
    text = program.text | {
        "torch": torch.__version__.split("+")[0], "name": name or Path(path).stem, "input": input.as_json(), "classes": classes,
        "statistics": statistics, "made_with": {"exporter": VERSION}} | ({"class_names": list(class_names)} if class_names else {})
    write(path, text, tensors)
    if not quiet:
        print(agreement.table(rows))
        print_summary(path, text, time.perf_counter() - start)
    return read(path)


def _program(functions: list[Function], subsets: dict[str, list[str]], adapt: Adapt) -> tuple[Program, list[agreement.Row]]:
    """Traces, checks and measures."""
    model = functions[0].model
    every = {n for names in subsets.values() for n in names}
    naming, rows, traces = Naming(model, every), [], {}
    for function in functions:  # before anything else runs: refusals name lines
        if function.name != "predict":
            contract.check_loss(function)
        traces[function.name] = _traced(function, naming)
    reach = _reached(functions, subsets, adapt)
    adapted = [n for n, _ in model.named_parameters() if any(n in names for names in subsets.values())]
    text: dict[str, Any] = {"functions": {}, "costs": {}, "memory": {}, "subsets": subsets,
                            "parameters": [{"name": n, "shape": list(model.get_parameter(n).shape)} for n in adapted]}
    tensors: dict[str, torch.Tensor] = {}
    for function in functions:
        traced = traces[function.name]
        rows += agreement.check(function, traced, adapted)
        entry = text["functions"][function.name] = _entry(function, traced, adapted, reach[function.name])
        reachable = {s: [n for n in names if n in reach[function.name]] for s, names in subsets.items()}
        measured = costs.Measured(function, traced, entry["least_views"])
        text["costs"][function.name], text["memory"][function.name] = costs.costs(measured, reachable), costs.memory(measured, reachable)
        tensors |= traced.tensors
    return Program(text, tensors), rows
