"""Writes a PyTorch model and its self-supervised losses as one file that ttt-eval runs without Python.

    from ttt_export import Image, Loss, Turns, export
    export("resnet18.program", model, input=Image(32, 32, 3), predict=lambda m, x: m(x),
           losses={"rotation": Loss(rotation, draws={"turns": Turns("views")})}, adapt={"all": "all", "norm": "norm"})

docs/your-model.md explains every argument and every refusal.
"""
from .batch_norm import Prior
from .draws import Integers, Normal, Permutation, Turns, Uniform
from .errors import ExportError
from .export import export
from .inputs import Image, Tokens
from .loss import Loss
from .low_rank import LoRA
from .program_file import Program, read

__all__ = ["ExportError", "Image", "Integers", "LoRA", "Loss", "Normal", "Permutation", "Prior", "Program", "Tokens", "Turns",
           "Uniform", "export", "read"]
