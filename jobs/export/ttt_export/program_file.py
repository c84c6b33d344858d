"""The file NAME.program: a safetensors file of the tensors, and a JSON text of everything else in its metadata."""
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

import torch
from safetensors import safe_open
from safetensors.torch import save

from .errors import require

FORMAT = "ttt-program 1"
_WORDS = {torch.float32: "F32", torch.float64: "F64", torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
          torch.uint8: "U8", torch.bool: "BOOL"}


@dataclass
class Program:
    """What a file holds."""
    text: dict[str, Any]
    tensors: dict[str, torch.Tensor]

    def functions(self) -> dict[str, Any]:
        return self.text["functions"]


def digest(tensors: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 over each tensor in the order of names: "NAME DTYPE d0,d1,...\\n" in UTF-8, then its bytes."""
    sha = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        sha.update(f"{name} {_WORDS[tensor.dtype]} {','.join(map(str, tensor.shape))}\n".encode())
        sha.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return sha.hexdigest()


def write(path: str | os.PathLike[str], text: dict[str, Any], tensors: Mapping[str, torch.Tensor]) -> None:
    """Writes beside the path first, so that a file of this name is always whole."""
    plain = {name: t.detach().cpu().contiguous().clone() for name, t in tensors.items()}
    text = text | {"format": FORMAT, "weights_digest": digest(plain)}
    part = Path(f"{path}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    words = json.dumps(text, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    part.write_bytes(save(plain, metadata={"program": words}))
    os.replace(part, path)


def read(path: str | os.PathLike[str]) -> Program:
    """Raises an ExportError for a file that is no program, of another format, or of other weights than it says."""
    try:
        with safe_open(str(path), framework="pt") as file:
            words = (file.metadata() or {}).get("program")
            tensors = {name: file.get_tensor(name) for name in file.keys()}
    except Exception as error:
        require(False, f"{path} is no whole safetensors file: {str(error).splitlines()[0]}")
    require(words is not None, f'{path} holds tensors but no "program": write it with ttt_export.export')
    text = json.loads(words)
    require(text.get("format") == FORMAT, f'{path} has the format {text.get("format")!r}; this version reads {FORMAT!r}')
    require(digest(tensors) == text.get("weights_digest"), f"{path}: its tensors are not those that were exported; export it again")
    return Program(text, tensors)
