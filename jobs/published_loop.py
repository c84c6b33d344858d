#!/usr/bin/env python3
"""Test-time training as one would write it in plain PyTorch, without this engine: the peer of jobs/benchmark.

  jobs/published_loop.py [--samples N] [--threads N] [--channels-last] [--bf16]

The published recipe (Sun et al., "Test-Time Training with Self-Supervision for Generalization under Distribution
Shifts", ICML 2020; the setting of jobs/specs/reference.toml) on a CPU, sample after sample: predict, take 10 SGD steps
on the rotation loss of 32 random views of the image, predict again, put the source weights back. The weights are
adapted in place; PyTorch's own layers, autograd and optimiser do all the work.

Prints one line of JSON: s_per_sample (after one sample that is not timed), params (how many weights adapt), torch (its
version), and the options. Images and source weights are random, only time is measured; weights have the names of our
safetensors files, so load_state_dict() takes trained ones. Needs PyTorch and nothing else.
"""
import argparse
import json
import time
from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F

DEPTH, WIDTHS, NORM_GROUPS = 26, (16, 32, 64), 8
CLASSES, TURNS = 10, 4
SIZE, PADDING = 32, 4  # pixels: side of an image, most that a view is shifted by
STEPS, VIEWS, LEARNING_RATE = 10, 32, 1e-3


class Block(nn.Module):
    """Pre-activation residual block; its shortcut is pooled where the block strides, new channels of it are zeros."""

    def __init__(self, channels_in, channels_out, stride):
        super().__init__()
        self.norm1 = nn.GroupNorm(NORM_GROUPS, channels_in)
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False)
        self.norm2 = nn.GroupNorm(NORM_GROUPS, channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False)
        self.stride, self.new_channels = stride, channels_out - channels_in

    def forward(self, x):
        shortcut = x if self.stride == 1 else F.avg_pool2d(x, self.stride)
        if self.new_channels > 0:
            shortcut = F.pad(shortcut, (0, 0, 0, 0, 0, self.new_channels))
        h = self.conv1(F.relu(self.norm1(x)))
        return self.conv2(F.relu(self.norm2(h))) + shortcut


def group(channels_in, channels_out, stride):
    blocks = [Block(channels_in, channels_out, stride)]
    blocks += [Block(channels_out, channels_out, 1) for _ in range((DEPTH - 2) // 6 - 1)]
    return nn.Sequential(OrderedDict((f"block{i}", block) for i, block in enumerate(blocks, start=1)))


def head(classes):
    """Group 3 and a linear classifier: what the two tasks do not share."""
    return nn.Sequential(OrderedDict(
        group3=group(WIDTHS[1], WIDTHS[2], stride=2), norm=nn.GroupNorm(NORM_GROUPS, WIDTHS[2]), relu=nn.ReLU(),
        pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), linear=nn.Linear(WIDTHS[2], classes)))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(OrderedDict(
            stem=nn.Conv2d(3, WIDTHS[0], 3, padding=1, bias=False),
            group1=group(WIDTHS[0], WIDTHS[0], stride=1), group2=group(WIDTHS[0], WIDTHS[1], stride=2)))
        self.main, self.auxiliary = head(CLASSES), head(TURNS)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")

    def classify(self, images):  # [N, 3, H, W] -> logits [N, 10]
        return self.main(self.trunk(images))

    def which_turn(self, images):  # [N, 3, H, W] -> logits [N, 4]
        return self.auxiliary(self.trunk(images))

    def adapted(self):
        """What the rotation loss reaches: trunk and rotation head."""
        return [*self.trunk.parameters(), *self.auxiliary.parameters()]


def normalised(pixels):
    return (pixels - 0.5) / 0.5


def random_views(image, generator):
    """Shifted, perhaps mirrored, turned: [3, H, W] of 0..1 -> views [V, 3, H, W], quarter turns of each [V]."""
    padded = normalised(F.pad(image, 4 * [PADDING]))
    corners = torch.randint(2 * PADDING + 1, (VIEWS, 2), generator=generator).tolist()
    mirrored = torch.randint(2, (VIEWS,), generator=generator).tolist()
    turns = torch.randint(TURNS, (VIEWS,), generator=generator)
    views = []
    for (top, left), mirror, turn in zip(corners, mirrored, turns.tolist()):
        view = padded[:, top:top + SIZE, left:left + SIZE]
        views.append(torch.rot90(view.flip(2) if mirror else view, turn, (1, 2)))
    return torch.stack(views), turns


class Loop:
    """The source network, and one sample after another that adapts it and leaves it as it was."""

    def __init__(self, network, layout=torch.contiguous_format, bf16=False):
        self.network, self.layout, self.bf16 = network.to(memory_format=layout), layout, bf16
        self.source = [weight.detach().clone() for weight in network.adapted()]

    def precision(self):
        return torch.autocast("cpu", torch.bfloat16, enabled=self.bf16)

    def predict(self, image):
        with torch.no_grad(), self.precision():
            return self.network.classify(normalised(image)[None].contiguous(memory_format=self.layout)).argmax(1).item()

    def step(self, optimiser, views, turns):
        with self.precision():
            loss = F.cross_entropy(self.network.which_turn(views.contiguous(memory_format=self.layout)), turns)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return loss.detach()

    @torch.no_grad()
    def restore(self):
        for weight, source in zip(self.network.adapted(), self.source):
            weight.copy_(source)

    def episode(self, image, generator):
        """-> the predicted class before and after adapting to the image."""
        before = self.predict(image)
        optimiser = torch.optim.SGD(self.network.adapted(), lr=LEARNING_RATE)
        for _ in range(STEPS):
            self.step(optimiser, *random_views(image, generator))
        after = self.predict(image)
        self.restore()
        return before, after


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=4, help="how many to time")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--channels-last", action="store_true", help="images and weights with channels innermost")
    parser.add_argument("--bf16", action="store_true", help="autocast: convolutions and linears in bf16")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    generator = torch.Generator().manual_seed(1)
    loop = Loop(Network(), torch.channels_last if options.channels_last else torch.contiguous_format, options.bf16)
    warm_up, *images = torch.rand(1 + options.samples, 3, SIZE, SIZE)
    loop.episode(warm_up, generator)
    start = time.perf_counter()
    for image in images:
        loop.episode(image, generator)
    seconds = (time.perf_counter() - start) / options.samples
    print(json.dumps({"s_per_sample": round(seconds, 4), "params": sum(weight.numel() for weight in loop.source),
                      "torch": torch.__version__, "samples": options.samples, "steps": STEPS, "views": VIEWS,
                      "threads": options.threads, "channels_last": options.channels_last, "bf16": options.bf16}))


if __name__ == "__main__":
    main()
