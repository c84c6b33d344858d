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


def _place(path: str, line: int) -> str:
    return f"{os.path.basename(path)}:{line}"


def _words(places: list[str]) -> str:
    """places: of the user's code, outermost first. The innermost, and the user's own where that is another file."""
    if not places:
        return ""
    outer, inner = places[0], places[-1]
    return inner if outer.split(":")[0] == inner.split(":")[0] else f"{inner}, called by {outer}"


def _of_frame(frame: FrameType | None) -> list[str]:
    """The user's frames within the function that is being traced, outermost first."""
    places: list[str] = []
    while frame is not None and not (places and frame.f_code.co_filename.startswith(_OURS)):
        if _is_users(frame.f_code.co_filename):
            places.append(_place(frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return places[::-1]


def line_of_error(trace: TracebackType | None) -> str:
    """Where in the user's code an exception was raised; empty where that is unknown."""
    places = []
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if path == _OURS + "function.py":
            places = []
        elif _is_users(path):
            places.append(_place(path, trace.tb_lineno))
        trace = trace.tb_next
    return _words(places)


class SourceLines(TorchFunctionMode):
    """While a function is traced: writes into each operator's node the line that called it."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        places = _of_frame(sys._getframe(1))
        with annotate({"line": places[-1] if places else "", "where": _words(places)}):
            return function(*args, **(kwargs or {}))
