"""FLOPs and memory of a function, measured on one replay of its graph. Of predict the logits alone count, without features."""
import math
import weakref
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from .agreement import _scalar
from .function import Function
from .graph import Traced
from .replay import Replay, first_output_alone

aten = torch.ops.aten


def _attention(q: Any, k: Any, v: Any, *rest: Any, **named: Any) -> int:
    """Shapes [N, heads, length, width]; keys may have fewer heads than queries. Scores, and their product with the values."""
    return 2 * math.prod(q[:-1]) * k[-2] * (q[-1] + v[-1])


def _attention_backward(grad: Any, q: Any, k: Any, v: Any, *rest: Any, **named: Any) -> int:
    """The scores again, and the gradients of values, of scores, of queries and of keys."""
    return 2 * math.prod(q[:-1]) * k[-2] * (3 * q[-1] + 2 * v[-1])


# PyTorch's counter does not know the attention of its CPU.
_CPU_ATTENTION = {aten._scaled_dot_product_flash_attention_for_cpu: _attention,
                  aten._scaled_dot_product_flash_attention_for_cpu_backward: _attention_backward}


class LiveBytes(TorchDispatchMode):
    """Follows the memory of tensors that operators make: the most that was alive at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0
        self.known: set[int] = set()

    def hold(self, tensor: Any) -> None:
        """Memory from before is not counted."""
        self.known.add(tensor.untyped_storage()._cdata)

    def _free(self, key: int, size: int) -> None:
        self.known.discard(key)
        self.now -= size

    def _made(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        key, size = storage._cdata, storage.nbytes()
        if key in self.known:
            return
        self.known.add(key)
        weakref.finalize(storage, self._free, key, size)
        self.now += size
        self.most = max(self.most, self.now)

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        for tensor in tree_leaves(out):
            if isinstance(tensor, torch.Tensor):
                self._made(tensor)
        return out


@dataclass
class Measured:
    """A function that is about to be measured."""
    function: Function
    traced: Traced
    views: int

    def run(self, subset: list[str] | None, mode: Any) -> None:
        """Forward, and back to the subset's parameters where there is one."""
        graph = first_output_alone(self.traced.graph)
        x, draws = self.function.example(self.views)
        given = {"x": x} | {f"d.{n}": d for n, d in draws.items()} | {n: t.detach().clone() for n, t in self.traced.tensors.items()}
        leaves = [given[f"p.{n}"].requires_grad_() for n in subset or [] if f"p.{n}" in given]
        if isinstance(mode, LiveBytes):
            for tensor in given.values():
                mode.hold(tensor)
        with mode, torch.set_grad_enabled(subset is not None):
            outputs = Replay(graph)(given)
            if leaves:
                torch.autograd.grad(_scalar(outputs), leaves, allow_unused=True)

    def flops(self, subset: list[str] | None) -> float:
        mode = FlopCounterMode(display=False, custom_mapping=_CPU_ATTENTION)
        self.run(subset, mode)
        return mode.get_total_flops() / self.views

    def bytes(self, subset: list[str] | None) -> float:
        mode = LiveBytes()
        self.run(subset, mode)
        return mode.most / self.views


def costs(measured: Measured, subsets: dict[str, list[str]]) -> dict[str, Any]:
    """FLOPs (2 x MAC) of one view: forward, and back to each subset."""
    forward = measured.flops(None)
    return {"forward": forward, "backward": {name: measured.flops(names) - forward for name, names in subsets.items()}}


def memory(measured: Measured, subsets: dict[str, list[str]]) -> dict[str, Any]:
    """Bytes of one view beside the weights at the fullest moment: of a forward pass, and of one with its way back."""
    return {"forward": int(measured.bytes(None)), "backward": {name: int(measured.bytes(names)) for name, names in subsets.items()}}
