"""Runs a graph of a program with PyTorch's own operators: what the C++ runner does, in its shortest form."""
import operator
from typing import Any, Mapping

import torch

Json = Any
_INTEGERS = {"int::add": operator.add, "int::sub": operator.sub, "int::mul": operator.mul, "int::floordiv": operator.floordiv}


def _overload(op: str, overload: str) -> Any:
    library, name = op.split("::")
    return getattr(getattr(getattr(torch.ops, library), name), overload or "default")


class Replay:
    """One graph, ready to run in a precision: float32 of the file means that precision."""

    def __init__(self, graph: Json, precision: torch.dtype = torch.float32, device: str = "cpu") -> None:
        self.inputs, self.outputs, self.slots = graph["inputs"], graph["outputs"], len(graph["slots"])
        self.precision, self.device = precision, torch.device(device)
        self.steps = [self._step(node) for node in graph["nodes"]]
        last = {s: i for i, node in enumerate(graph["nodes"]) for s in _slots_of(node["args"])}
        kept = set(self.outputs) | {s for _, s in self.inputs}
        self.dead = [[s for s, at in last.items() if at == i and s not in kept] for i in range(len(self.steps))]

    def _step(self, node: Json) -> tuple[Any, list[Json], list[str | None], list[int]]:
        """(function, arguments, the keyword of each argument that only has one, output slots)"""
        if node["op"] in _INTEGERS:
            return _INTEGERS[node["op"]], node["args"], [None] * len(node["args"]), node["out"]
        function = _overload(node["op"], node["overload"])
        keywords = [a.name if a.kwarg_only else None for a in function._schema.arguments]
        return function, [self._constant(a) for a in node["args"]], keywords, node["out"]

    def _constant(self, a: Json) -> Any:
        """Everything of an argument that does not wait for a value."""
        if isinstance(a, list):
            return [self._constant(v) for v in a]
        if not isinstance(a, dict) or "slot" in a:
            return a
        (word, value), = a.items()
        if word == "float":
            return float(value)
        if word == "device":
            return self.device
        if word == "dtype":
            return self.precision if value == "float32" else getattr(torch, value)
        return getattr(torch, value)  # a layout or a memory format

    def _value(self, a: Any, values: list[Any]) -> Any:
        if isinstance(a, dict):
            return values[a["slot"]]
        return [self._value(v, values) for v in a] if isinstance(a, list) else a

    def __call__(self, given: Mapping[str, torch.Tensor]) -> tuple[Any, ...]:
        """given: every input of the graph by its name in the file, in the precision."""
        values: list[Any] = [None] * self.slots
        for name, slot in self.inputs:
            values[slot] = given[name]
        for (function, args, keywords, out), dead in zip(self.steps, self.dead):
            now = [self._value(a, values) for a in args]
            result = function(*[a for a, k in zip(now, keywords) if k is None], **{k: a for a, k in zip(now, keywords) if k})
            for slot, value in zip(out, result if isinstance(result, (tuple, list)) else [result]):
                if slot >= 0:
                    values[slot] = value
            for slot in dead:
                values[slot] = None
        return tuple(values[s] for s in self.outputs)


def first_output_alone(graph: Json) -> Json:
    """The graph without the operators that only later outputs need. What changes a value in place stays."""
    needed, kept = {graph["outputs"][0]}, []
    for node in reversed(graph["nodes"]):
        in_place = not node["op"].startswith("int::") and _overload(node["op"], node["overload"])._schema.is_mutable
        if in_place or needed & set(node["out"]):
            needed |= set(_slots_of(node["args"]))
            kept.append(node)
    return graph | {"nodes": kept[::-1], "outputs": graph["outputs"][:1], "inputs": [[n, s] for n, s in graph["inputs"] if s in needed]}


def _slots_of(a: Json) -> list[int]:
    if isinstance(a, dict):
        return [a["slot"]] if "slot" in a else []
    return [s for v in a for s in _slots_of(v)] if isinstance(a, list) else []
