"""Regions under torch.no_grad(), which the trace holds as graphs within the graph, become operators on detached values."""
from typing import Any

import torch
from torch.fx import GraphModule, Node

from .errors import ExportError

_REGION = "wrap_with_set_grad_enabled"


def _name(node: Node) -> str:
    return getattr(node.target, "__name__", str(node.target)) if node.op == "call_function" else ""


def _copy_inside(outer: GraphModule, region: Node, inner: GraphModule, detach: bool) -> list[Any]:
    """Copies the inner nodes before `region` and returns what they give."""
    graph, values = outer.graph, {}
    given = iter(region.args[2:])
    for node in inner.graph.nodes:
        if node.op == "placeholder":
            value = next(given)
            if detach and isinstance(value, Node) and isinstance(value.meta.get("val"), torch.Tensor):
                with graph.inserting_before(region):
                    held = graph.call_function(torch.ops.aten.detach.default, (value,))
                held.meta = dict(value.meta) | {"custom": region.meta.get("custom", {})}
                value = held
            values[node] = value
        elif node.op == "output":
            return list(torch.fx.node.map_arg(node.args[0], lambda n: values[n]))
        elif node.op == "get_attr":
            name = f"{region.name}_{node.target}".replace(".", "_")
            setattr(outer, name, getattr(inner, node.target))
            with graph.inserting_before(region):
                values[node] = graph.get_attr(name)
            values[node].meta = dict(node.meta)
        else:
            with graph.inserting_before(region):
                values[node] = graph.node_copy(node, lambda n: values[n])
    raise ExportError("a region under torch.no_grad() returns nothing")


def inline_no_grad(module: GraphModule) -> None:
    """In place. Gradients do not flow through such a region, as in eager PyTorch."""
    while regions := [n for n in module.graph.nodes if _name(n) == _REGION]:
        region = regions[0]
        enabled, body = region.args[0], region.args[1]
        outputs = _copy_inside(module, region, getattr(module, body.target), detach=not enabled)
        for user in list(region.users):
            user.replace_all_uses_with(outputs[user.args[1]])
            module.graph.erase_node(user)
        module.graph.erase_node(region)
        if not body.users:
            module.graph.erase_node(body)
    module.graph.lint()
