"""Which line of the user's code an operator, or an error, comes from."""
import functools
import os
import sys
import sysconfig
from types import FrameType, TracebackType

import torch
from torch.fx.traceback import annotate
from torch.overrides import TorchFunctionMode

_OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep
_TORCH = os.path.dirname(os.path.abspath(torch.__file__)) + os.sep
_PYTHON = sysconfig.get_paths()["stdlib"] + os.sep
_SITE = sysconfig.get_paths()["purelib"] + os.sep


@functools.cache
def _is_users(path: str) -> bool:
    if path.startswith("<frozen"):
        return False
    path = os.path.abspath(path)
    return not path.startswith((_OURS, _TORCH)) and (path.startswith(_SITE) or not path.startswith(_PYTHON))


def line_of_frame(frame: FrameType | None) -> str:
    """FILE:LINE of the innermost frame that is neither PyTorch's nor ours; empty where there is none."""
    while frame is not None:
        if _is_users(frame.f_code.co_filename):
            return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def line_of_error(trace: TracebackType | None) -> str:
    """The same of the place where an exception was raised."""
    line = ""
    while trace is not None:
        if _is_users(trace.tb_frame.f_code.co_filename):
            line = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return line


class SourceLines(TorchFunctionMode):
    """While a function is traced: writes into each operator's node the line that called it."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        with annotate({"line": line_of_frame(sys._getframe(1))}):
            return function(*args, **(kwargs or {}))
