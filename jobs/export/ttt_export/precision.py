"""Eager PyTorch in float64, also where the code says float32."""
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map


def in_precision(tensor: torch.Tensor, precision: torch.dtype) -> torch.Tensor:
    return tensor.to(precision) if tensor.dtype in (torch.float32, torch.float64) else tensor


class Float64(TorchDispatchMode):
    """Every float32 that an operator reads or is asked for becomes float64."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        def widen(a: Any) -> Any:
            if a is torch.float32:
                return torch.float64
            return a.double() if isinstance(a, torch.Tensor) and a.dtype == torch.float32 else a
        return function(*tree_map(widen, args), **tree_map(widen, kwargs or {}))

    def __enter__(self):
        torch.set_default_dtype(torch.float64)
        return super().__enter__()

    def __exit__(self, *error):
        torch.set_default_dtype(torch.float32)
        return super().__exit__(*error)
