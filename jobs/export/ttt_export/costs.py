"""FLOPs and memory of a function, measured on one run of it in eager PyTorch."""
import math
import weakref
from typing import Any, Callable

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from .agreement import _scalar
from .function import Function

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


def _run(function: Function, subset: list[str] | None, mode: Any, views: int) -> None:
    """Forward, and back to the subset's parameters where there is one."""
    for name, parameter in function.model.named_parameters():
        parameter.requires_grad_(subset is not None and name in subset)
    x, draws = function.example(views)
    if isinstance(mode, LiveBytes):
        for tensor in [x, *draws.values(), *function.parameters(), *function.buffers()]:
            mode.hold(tensor)
    with mode:
        if subset is None:
            with torch.no_grad():
                function(x, draws)
        else:
            outputs = function(x, draws)
            wanted = [p for p in function.model.parameters() if p.requires_grad]
            torch.autograd.grad(_scalar(outputs), wanted, allow_unused=True)


def _flops(function: Function, subset: list[str] | None, views: int) -> float:
    mode = FlopCounterMode(display=False, custom_mapping=_CPU_ATTENTION)
    _run(function, subset, mode, views)
    return mode.get_total_flops() / views


def _bytes(function: Function, subset: list[str] | None, views: int) -> float:
    mode = LiveBytes()
    _run(function, subset, mode, views)
    return mode.most / views


def _measure(by: Callable[..., float], function: Function, subsets: dict[str, list[str]], views: int) -> tuple[float, dict[str, float]]:
    return by(function, None, views), {name: by(function, names, views) for name, names in subsets.items()}


def costs(function: Function, subsets: dict[str, list[str]], views: int) -> dict[str, Any]:
    """FLOPs (2 x MAC) of one view: forward, and back to each subset."""
    forward, both = _measure(_flops, function, subsets, views)
    return {"forward": forward, "backward": {name: total - forward for name, total in both.items()}}


def memory(function: Function, subsets: dict[str, list[str]], views: int) -> dict[str, Any]:
    """Bytes of one view beside the weights at the fullest moment: of a forward pass, and of one with its way back."""
    forward, both = _measure(_bytes, function, subsets, views)
    return {"forward": int(forward), "backward": {name: int(total) for name, total in both.items()}}
