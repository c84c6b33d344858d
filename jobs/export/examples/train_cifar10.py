#!/usr/bin/env python3
"""Trains a small network on CIFAR-10 for some minutes of a core and exports it.

  train_cifar10.py vit|resnet DATA FOLDER [--minutes M] [--seed S]

vit     a small ViT that classifies and reconstructs masked patches at once (TTT-MAE)  -> FOLDER/cifar10_vit_mae.program
resnet  ResNet-26 with BatchNorm -> FOLDER/cifar10_resnet26_{source,views,prior}.program, one for each choice of statistics
DATA is the folder of CIFAR-10's binary files (data_batch_1.bin, ...). Minutes are processor time of this process, not of the clock.
"""
import argparse
import math
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

import cifar10
import masked_reconstruction
from small_networks import ResNet26, SmallViT
from ttt_export import Image, Prior, export

BATCH = 128
INPUT = Image(32, 32, 3, mean=cifar10.MEAN, deviation=cifar10.DEVIATION)
Step = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def vit_step(model: SmallViT, generator: torch.Generator) -> Step:
    def step(x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        order = torch.rand(len(x), model.patches, generator=generator).argsort(1)
        return F.cross_entropy(model(x), labels) + masked_reconstruction.loss(model, x, order)
    return step


def resnet_step(model: ResNet26, generator: torch.Generator) -> Step:
    return lambda x, labels: F.cross_entropy(model(x), labels)


@torch.no_grad()
def accuracy(model: nn.Module, data: Path) -> float:
    model.eval()
    pixels, labels = cifar10.test_images(data)
    right = [(model(cifar10.normalised(p)).argmax(1) == t).sum().item() for p, t in zip(pixels.split(500), labels.split(500))]
    return sum(right) / len(labels)


def train(model: nn.Module, step: Step, optimiser: torch.optim.Optimizer, data: Path, minutes: float, generator: torch.Generator) -> int:
    """Until the time is over, with a rate that rises for 5 % of it and then falls to zero as a cosine. -> images seen"""
    pixels, labels = cifar10.training_images(data)
    peak, start, seen, said = optimiser.param_groups[0]["lr"], time.process_time(), 0, 0.0
    model.train()
    while (done := (time.process_time() - start) / (60 * minutes)) < 1:
        optimiser.param_groups[0]["lr"] = peak * min(done / 0.05 + 0.01, 0.5 + 0.5 * math.cos(math.pi * done))
        chosen = torch.randint(len(pixels), (BATCH,), generator=generator)
        loss = step(cifar10.augmented(cifar10.normalised(pixels[chosen]), generator), labels[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        seen += BATCH
        if done - said > 0.05:
            said = done
            print(f"  {100 * done:3.0f} %: {seen} images, loss {loss.item():.3f}", flush=True)
    return seen


def write(kind: str, model: nn.Module, data: Path, folder: Path) -> None:
    names = cifar10.class_names(data)
    common = dict(input=INPUT, adapt={"all": "all", "norm": "norm"}, class_names=names)
    if kind == "vit":
        export(folder / "cifar10_vit_mae.program", model, predict=lambda m, x: m(x),
               losses={"mae": masked_reconstruction.mae(model.patches)}, **common)
        return
    for name, statistics in (("source", "source"), ("views", "views"), ("prior", Prior(16))):
        export(folder / f"cifar10_resnet26_{name}.program", model, predict=lambda m, x: m(x), batch_norm=statistics, **common)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["vit", "resnet"])
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)
    if options.kind == "vit":
        model, make = SmallViT(), vit_step
        optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05)
    else:
        model, make = ResNet26(), resnet_step
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
    seen = train(model, make(model, generator), optimiser, options.data, options.minutes, generator)
    options.folder.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), options.folder / f"cifar10_{options.kind}.pt")
    print(f"{options.kind}: {seen} images in {options.minutes} minutes of a core, accuracy {accuracy(model, options.data):.4f}", flush=True)
    write(options.kind, model.eval(), options.data, options.folder)


if __name__ == "__main__":
    main()
