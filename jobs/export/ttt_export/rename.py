"""Renames tensors by a table of lines OLD = NEW.

A * in OLD stands for a part of a name without dots, or for the whole rest at its end; each * of NEW is what the next * of OLD stood for,
and *+1 is one more than that number. Nothing after = drops the tensor; # begins a comment.
"""
import difflib
import re
from dataclasses import dataclass
from typing import Iterable, Mapping

import torch

from .errors import require, some


@dataclass(frozen=True)
class Line:
    number: int
    old: str
    new: str

    def match(self, name: str) -> list[str] | None:
        """What each * stands for; None where the name does not fit."""
        parts = [re.escape(p) for p in self.old.split("*")]
        pattern = r"([^.]+)".join(parts[:-1]) + (r"(.+)" if self.old.endswith("*") else r"([^.]+)") + parts[-1] if len(parts) > 1 else parts[0]
        found = re.fullmatch(pattern, name)
        return list(found.groups()) if found else None

    def renamed(self, stars: list[str]) -> str:
        rest = iter(stars)
        return re.sub(r"\*(\+1)?", lambda m: str(int(next(rest)) + 1) if m.group(1) else next(rest), self.new)


def read_table(text: str, source: str) -> list[Line]:
    """Raises an ExportError that names the line."""
    lines = []
    for number, written in enumerate(text.splitlines(), start=1):
        words = written.split("#")[0].strip()
        if not words:
            continue
        old, equals, new = (w.strip().strip('"') for w in words.partition("="))
        require(bool(equals and old), f"{source}:{number}: {written.strip()!r} is not OLD = NEW")
        require(not new or old.count("*") == new.count("*"), f"{source}:{number}: {old} has {old.count('*')} stars and {new} has {new.count('*')}")
        lines.append(Line(number, old, new))
    require(len(lines) > 0, f"{source} has no line OLD = NEW")
    return lines


def _nearest(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=1, cutoff=0.0)
    return near[0] if near else "nothing"


def _as_float(name: str, tensor: torch.Tensor, file: str) -> torch.Tensor:
    require(tensor.is_floating_point(), f"{file}: {name} is {str(tensor.dtype)[6:]}; weight files hold floats: drop it with the line {name} =")
    bad = int((~tensor.isfinite()).sum())
    require(bad == 0, f"{file}: {name} has {bad} values that are not finite")
    return tensor.float().contiguous()


def rename(tensors: Mapping[str, torch.Tensor], table: list[Line], file: str, source: str) -> dict[str, torch.Tensor]:
    """file and source: how messages call the checkpoint and the table."""
    out, from_where, used = {}, {}, set()
    for name, tensor in tensors.items():
        line, stars = next(((x, s) for x in table if (s := x.match(name)) is not None), (None, []))
        if line is None:
            near = _nearest(name, [x.old for x in table])
            require(False, f"{file} holds {name} {list(tensor.shape)}, which no line of {source} renames; the nearest is {near}. "
                    f'Add a line, or drop it with "{name} ="')
        used.add(line.number)
        if not line.new:
            continue
        new = line.renamed(stars)
        require(new not in out, f"{source}:{line.number}: {name} and {from_where.get(new)} both become {new}")
        out[new], from_where[new] = _as_float(name, tensor, file), name
    for line in table:
        require(line.number in used, f"{source}:{line.number}: {file} holds nothing called {line.old}; the nearest is {_nearest(line.old, tensors)} "
                f"(it holds {len(tensors)} tensors: {some(list(tensors))})")
    return out
