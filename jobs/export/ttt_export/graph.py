"""The graph of a function as JSON values, in the words of the file format "ttt-program 1"."""
import math
import operator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.export import ExportedProgram
from torch.export.graph_signature import InputKind
from torch.fx import GraphModule, Node

from .errors import ExportError
from .function import Function
from .no_grad import inline_no_grad
from .refusals import DROPPED, INTEGERS, argument, at, check_graph, line_of

Json = Any


def is_dynamic(size: Any) -> bool:
    return isinstance(size, torch.SymInt) and not size.node.expr.is_number


@dataclass
class GraphText:
    """What a graph is written from, slot by slot."""
    slots: list[Json] = field(default_factory=list)
    nodes: list[Json] = field(default_factory=list)
    where: dict[Node, int] = field(default_factory=dict)
    views: str = ""  # PyTorch's symbol for the number of views

    def dimension(self, size: Any) -> Json:
        if not is_dynamic(size):
            return int(size)
        return "views" if str(size.node.expr) == self.views else None

    def add_slot(self, value: Any) -> int:
        if isinstance(value, torch.Tensor):
            self.slots.append([str(value.dtype)[6:], [self.dimension(s) for s in value.shape]])
        else:
            self.slots.append(["int"] if isinstance(value, (int, torch.SymInt)) else None)
        return len(self.slots) - 1

    def value(self, function: Function, node: Node, a: Any) -> Json:
        """An argument of an operator."""
        words = {torch.dtype: "dtype", torch.layout: "layout", torch.memory_format: "memory_format"}
        if isinstance(a, Node):
            return {"slot": self.where[a]}
        if isinstance(a, (list, tuple)):
            return [self.value(function, node, v) for v in a]
        if isinstance(a, float) and not math.isfinite(a):
            return {"float": str(a)}
        if a is None or isinstance(a, (bool, int, float, str)):
            return a
        if isinstance(a, torch.device):
            return {"device": "run"}
        for kind, word in words.items():
            if isinstance(a, kind):
                return {word: str(a).removeprefix("torch.")}
        raise ExportError(f"{at(function, node)}: {node.target} has an argument of type {type(a).__name__}, for which the file has no word")

    def add_node(self, function: Function, node: Node) -> None:
        if node.target in INTEGERS:
            args, op, overload = list(node.args), INTEGERS[node.target], ""
        else:
            schema = node.target._schema
            args, op, overload = [argument(node, a.name) for a in schema.arguments], schema.name, schema.overload_name
        out = {"op": op, "args": [self.value(function, node, a) for a in args], "out": self.outputs(node), "line": line_of(node)}
        self.nodes.append(out if op.startswith("int::") else out | {"overload": overload})

    def outputs(self, node: Node) -> list[int]:
        value = node.meta["val"]
        if not isinstance(value, (tuple, list)):
            self.where[node] = self.add_slot(value)
            return [self.where[node]]
        out = [-1] * len(value)
        for user in node.users:
            i = user.args[1]
            if out[i] < 0:
                out[i] = self.add_slot(value[i])
            self.where[user] = out[i]
        return out


def _skip_identities(module: GraphModule) -> None:
    """Dropout that is off and PyTorch's own assertions leave the graph."""
    for node in list(module.graph.nodes):
        if node.op != "call_function" or not isinstance(node.target, torch._ops.OpOverload):
            continue
        name = node.target._schema.name
        if name in DROPPED:
            module.graph.erase_node(node)
        elif name.endswith("dropout") and argument(node, "train") is False:
            node.replace_all_uses_with(node.args[0])
            module.graph.erase_node(node)
    module.graph.eliminate_dead_code()


@dataclass
class Traced:
    """A graph and the tensors that it reads beside x and draws, under their names in the file."""
    graph: Json
    tensors: dict[str, torch.Tensor]


class Naming:
    """Names of inputs in the file: p. adapted parameter, b. frozen weight or buffer, c. constant."""

    def __init__(self, model: torch.nn.Module, adapted: set[str]) -> None:
        self.adapted = adapted
        self.of = {id(t): name for name, t in [*model.named_buffers(), *model.named_parameters()]}
        self.constants: list[torch.Tensor] = []

    def weight(self, tensor: torch.Tensor) -> str:
        name = self.of[id(tensor)]
        if tensor.is_floating_point() and not bool(tensor.isfinite().all()):  # a mask, not a weight
            return self.constant(tensor)
        return ("p." if name in self.adapted else "b.") + name

    def constant(self, tensor: torch.Tensor) -> str:
        """Equal constants of several functions are stored once."""
        for i, known in enumerate(self.constants):
            if known.dtype == tensor.dtype and known.shape == tensor.shape and torch.equal(known, tensor):
                return f"c.{i}"
        self.constants.append(tensor.detach().clone())
        return f"c.{len(self.constants) - 1}"


def _input(function: Function, program: ExportedProgram, spec: Any, naming: Naming) -> tuple[str, torch.Tensor | None]:
    """(name in the file, its tensor) of one input of the trace."""
    if spec.kind == InputKind.USER_INPUT:
        name = spec.arg.name
        return ("x" if name == "x" else "d." + name.removeprefix("draws_")), None
    target = spec.target
    if spec.kind in (InputKind.PARAMETER, InputKind.BUFFER):
        tensor = function.get_parameter(target) if spec.kind == InputKind.PARAMETER else function.get_buffer(target)
        return naming.weight(tensor), tensor
    tensor = program.constants[target]
    if not isinstance(tensor, torch.Tensor):
        raise ExportError(f"{function.name}: it reads {target}, an object that the file cannot hold")
    if id(tensor) in naming.of:
        return naming.weight(tensor), tensor
    if tensor.requires_grad or isinstance(tensor, torch.nn.Parameter):
        raise ExportError(f"{function.name}: it reads a parameter of shape {list(tensor.shape)} that is not the model's. Use its first argument, "
                          "which is the copy that adapts, and put every part that adapts into it")
    return naming.constant(tensor), tensor


def write_graph(function: Function, program: ExportedProgram, naming: Naming) -> Traced:
    """Raises an ExportError when the trace does what a program cannot."""
    module, text = program.graph_module, GraphText()
    inline_no_grad(module)
    _skip_identities(module)
    placeholders = [n for n in module.graph.nodes if n.op == "placeholder"]
    named = [_input(function, program, spec, naming) for spec in program.graph_signature.input_specs]
    check_graph(function, module, {p: name for p, (name, _) in zip(placeholders, named)})
    inputs, tensors = {}, {}
    for placeholder, (name, tensor) in zip(placeholders, named):
        if name == "x":
            text.views = str(placeholder.meta["val"].shape[0].node.expr)
        if placeholder.users or tensor is None:
            if name not in inputs:
                inputs[name] = text.add_slot(placeholder.meta["val"])
            text.where[placeholder] = inputs[name]
            if tensor is not None:
                tensors[name] = tensor.detach()
    for node in module.graph.nodes:
        if node.op == "get_attr":
            tensor = getattr(module, node.target)
            inputs[naming.constant(tensor)] = text.where[node] = text.add_slot(tensor)
            tensors[naming.constant(tensor)] = tensor
        elif node.op == "call_function" and node.target is not operator.getitem:
            text.add_node(function, node)
        elif node.op == "output":
            outputs = [text.where[v] for v in node.args[0]]
    return Traced({"inputs": [[n, s] for n, s in inputs.items()], "slots": text.slots, "nodes": text.nodes, "outputs": outputs}, tensors)
