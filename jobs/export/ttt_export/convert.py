"""python -m ttt_export.convert CHECKPOINT OUT.safetensors [--names TABLE] [--trust]

Makes a weight file of ours from a checkpoint of PyTorch. TABLE is a text of lines OLD = NEW (rename.py). Without one the checkpoint must be of
github.com/yueatsprograms/ttt_cifar_release, trained with --group_norm and --shared layer2 or layer3.
"""
import argparse
import sys
from pathlib import Path
from typing import Mapping

import torch
from safetensors.torch import save_file

from .checkpoint import read_tensors
from .errors import ExportError, require, some
from .rename import read_table, rename

TABLES = Path(__file__).parent / "tables"
Tensors = Mapping[str, torch.Tensor]


def published_table(tensors: Tensors, file: str) -> str:
    """Which of the tables for ttt_cifar_release fits. Raises an ExportError where the network is not one of ours."""
    require("net.conv1.weight" in tensors and "net.layer1.0.conv1.weight" in tensors,
            f"{file} is no checkpoint of ttt_cifar_release, whose weights begin with net.conv1.weight; it holds {some(list(tensors))}. Give a table of "
            "names with --names")
    running = [n for n in tensors if n.endswith("running_mean")]
    require(not running, f"{file} was trained with BatchNorm ({running[0] if running else ''}), and our network has GroupNorm: export it as a program "
            "instead (docs/your-model.md), or train it with --group_norm 8")
    require(any(n.startswith("head.") for n in tensors), f"{file} has no rotation head: it was trained without --shared")
    stem, first = tensors["net.conv1.weight"].shape[0], tensors["net.layer1.0.conv1.weight"].shape[0]
    require(stem == first, f"{file} is a wide network: its stem has {stem} channels and its first group {first}, which ours must share. Export it as a "
            "program instead (docs/your-model.md)")
    return "ttt_cifar_release_layer3" if "head.weight" in tensors else "ttt_cifar_release_layer2"


def model_block(tensors: Tensors, file: str) -> str:
    """The lines of a spec that read it, for a network of ours; empty where the names are others."""
    blocks = {n.split(".")[2] for n in tensors if n.startswith("trunk.group1.")}
    if not blocks or "trunk.stem.weight" not in tensors:
        return ""
    split = max(int(n.split(".")[1][5:]) for n in tensors if n.startswith("trunk.group"))
    last = next(n for n in sorted(tensors) if n.split(".")[1] == "group3" and n.endswith("block1.conv2.weight"))
    widths = [len(tensors[f"trunk.group{g}.block1.conv2.weight"]) for g in (1, 2) if g <= split]
    widths += [len(tensors[f"main.group{g}.block1.conv2.weight"]) for g in (1, 2) if g > split] + [len(tensors[last])]
    return (f'[model.NAME]\ndepth = {6 * len(blocks) + 2}\nwidths = {widths}\nsplit_after = {split}\nnorm_groups = 8   # as it was trained\n'
            f'weights = ["{file}"]')


def convert(checkpoint: str, out: str, names: str | None = None, trusted: bool = False) -> dict[str, torch.Tensor]:
    """Writes OUT and returns its tensors."""
    tensors = read_tensors(checkpoint, trusted)
    source = names or f"{published_table(tensors, checkpoint)}.txt"
    text = Path(names) if names else TABLES / source
    require(text.exists(), f"{text} is not there")
    renamed = rename(tensors, read_table(text.read_text(), source), checkpoint, source)
    save_file(renamed, out, metadata={"converted_from": Path(checkpoint).name})
    return renamed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m ttt_export.convert", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("out")
    parser.add_argument("--names", metavar="TABLE")
    parser.add_argument("--trust", action="store_true", help="read Python objects too, which can run code")
    options = parser.parse_args()
    try:
        tensors = convert(options.checkpoint, options.out, options.names, options.trust)
    except ExportError as error:
        sys.exit(f"{error}")
    print(f"{options.out}: {len(tensors)} tensors, {sum(t.numel() for t in tensors.values())} values\n{model_block(tensors, options.out)}")


if __name__ == "__main__":
    main()
