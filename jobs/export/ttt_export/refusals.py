"""What a graph must not do. Each check raises an ExportError with the line of the user's code."""
import operator
from typing import Any

import torch
from torch.fx import GraphModule, Node

from .errors import ExportError
from .function import Function

DROPPED = {"aten::_assert_tensor_metadata", "aten::_assert_scalar", "aten::sym_constrain_range_for_size", "aten::sym_constrain_range",
           "aten::_assert_async"}
INTEGERS = {operator.add: "int::add", operator.sub: "int::sub", operator.mul: "int::mul", operator.floordiv: "int::floordiv"}
_DTYPES = {torch.float32, torch.float64, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool}


def line_of(node: Node) -> str:
    return node.meta.get("custom", {}).get("line", "")


def at(function: Function, node: Node) -> str:
    """How a message about a node begins."""
    return function.where(node.meta.get("custom", {}).get("where", ""))


def argument(node: Node, name: str) -> Any:
    """An argument of an operator by its name, or its default; None where it has no such argument."""
    for i, a in enumerate(node.target._schema.arguments):
        if a.name == name:
            return node.args[i] if i < len(node.args) else node.kwargs.get(name, a.default_value)
    return None


def _draws(node: Node) -> bool:
    """Whether the operator would use PyTorch's random generator."""
    target = node.target
    if torch.Tag.nondeterministic_seeded not in target.tags and not any("Generator" in str(a.type) for a in target._schema.arguments):
        return False
    switches = [argument(node, name) for name in ("train", "training")]
    if any(s is False for s in switches):
        return False
    return not any(argument(node, name) == 0.0 for name in ("dropout_p", "dropout", "p") if argument(node, name) is not None)


def check_random(function: Function, node: Node) -> None:
    if not _draws(node):
        return
    place, name = at(function, node), node.target._schema.name
    if "dropout" in name or argument(node, "dropout_p"):
        raise ExportError(f"{place}: dropout is active ({name}). A program has none: leave out training=True and do not call .train()")
    raise ExportError(f'{place}: it draws random numbers ({name}). The runner draws them: declare a draw, such as draws={{"noise": '
                      'Normal("views", 8)}, and read it as an argument')


def check_batch_norm(function: Function, node: Node) -> None:
    if "batch_norm" not in node.target._schema.name and "instance_norm" not in node.target._schema.name:
        return
    updates = (argument(node, "training") or argument(node, "use_input_stats")) and argument(node, "running_mean") is not None
    if updates:
        raise ExportError(f"{at(function, node)}: BatchNorm in training mode changes its running statistics. Do not call .train(); "
                          'choose batch_norm="source", "views" or Prior(N)')


def check_operator(function: Function, node: Node) -> None:
    """Only PyTorch's own operators exist in a C++ program."""
    target, place = node.target, at(function, node)
    if isinstance(target, torch._ops.HigherOrderOperator):
        region = {"wrap_with_autocast": "torch.autocast chooses a precision, which is the runner's to choose: leave it out",
                  "cond": "torch.cond is control flow that depends on data: write torch.where"}
        raise ExportError(f"{place}: " + region.get(target.__name__, f"{target.__name__} has no counterpart in a C++ program"))
    if not isinstance(target, torch._ops.OpOverload):
        name = getattr(target, "__name__", str(target))
        raise ExportError(f"{place}: it computes {name} of the number of views. Only +, -, * and // of it are possible; divide tensors by it, "
                          "as in loss / x.shape[0]")
    name = target._schema.name
    if not name.startswith("aten::"):
        raise ExportError(f"{place}: it calls {name}, an operator of a Python library that a C++ program does not have. Write it with "
                          "PyTorch's own operators")
    if name in ("aten::item", "aten::_local_scalar_dense"):
        raise ExportError(f"{place}: it reads a number out of a tensor (.item(), float() or int()). Keep it a tensor")


def check_dtype(function: Function, node: Node) -> None:
    value = node.meta.get("val")
    for tensor in value if isinstance(value, (tuple, list)) else [value]:
        if isinstance(tensor, torch.Tensor) and tensor.dtype not in _DTYPES:
            raise ExportError(f"{at(function, node)}: it computes with {str(tensor.dtype)[6:]}. A program computes with float32, "
                              "integers and bool")


def _bases(node: Node) -> list[Node]:
    """Nodes whose memory an operator's result may share."""
    if isinstance(node.target, torch._ops.OpOverload) and any(r.alias_info for r in node.target._schema.returns):
        return [a for i, a in enumerate(node.args) if isinstance(a, Node) and node.target._schema.arguments[i].alias_info]
    if node.target is operator.getitem:
        return [node.args[0]]
    # reshape, flatten and their like return a view or a copy: the schema does not say which
    may_view = {"aten::reshape", "aten::flatten", "aten::contiguous", "aten::to", "aten::reshape_as", "aten::ravel", "aten::dropout"}
    if isinstance(node.target, torch._ops.OpOverload) and node.target._schema.name in may_view:
        return [node.args[0]]
    return []


def _roots(node: Node) -> set[Node]:
    bases = _bases(node) if node.op == "call_function" else []
    return set().union(*(_roots(b) for b in bases)) if bases else {node}


def check_changes(function: Function, node: Node, names: dict[Node, str]) -> None:
    """In-place operators may change values of the function's own, never weights, buffers, x or draws."""
    for i, a in enumerate(node.target._schema.arguments):
        if a.alias_info is None or not a.alias_info.is_write or i >= len(node.args) or not isinstance(node.args[i], Node):
            continue
        for root in _roots(node.args[i]):
            if root in names:
                raise ExportError(f"{at(function, node)}: {node.target._schema.name} changes {names[root]} in place. An episode must "
                                  f"leave it as it is: work on {names[root]}.clone(), or make a new tensor")


def check_graph(function: Function, module: GraphModule, names: dict[Node, str]) -> None:
    """names: what each placeholder is called in messages."""
    nodes = [n for n in module.graph.nodes if n.op == "call_function" and n.target not in INTEGERS and n.target is not operator.getitem]
    for node in nodes:
        check_operator(function, node)
        check_random(function, node)
        check_batch_norm(function, node)
    for node in nodes:
        check_dtype(function, node)
        check_changes(function, node, names)
