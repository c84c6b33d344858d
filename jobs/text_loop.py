#!/usr/bin/env python3
"""Test-time training on text as one would write it in plain PyTorch: the peer of ttt-bench-text (jobs/benchmark).

  jobs/text_loop.py [--documents N] [--threads N] [--optimiser fused|foreach|single] [--train STEPS]

A decoder over bytes (width 64, 2 layers, 4 heads, RMSNorm, rotary positions, tied logits, no biases) reads a document of
1024 bytes in chunks of 64. Each is scored in a window of the last 128 bytes; then all weights take 4 steps of Adam on the
chunk's loss, the first of which shares the scoring pass; the last chunk takes none. PyTorch's own functions, autograd and
optimisers do all the work, with whichever optimiser of PyTorch's three was asked for.

Prints one line of JSON: s_per_lane_step (an episode over its 60 steps, after one document that is not timed),
s_per_training_step (batches of 8 windows of 256, AdamW) and the options. Bytes and weights are random, only time is
measured. Needs PyTorch and nothing else.
"""
import argparse
import json
import math
import time

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY, WIDTH, LAYERS, HEADS, HIDDEN = 256, 64, 2, 4, 256
DOCUMENT, CHUNK, CONTEXT, STEPS = 1024, 64, 128, 4
LEARNING_RATE = 7e-4


class RMSNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return F.rms_norm(x, (WIDTH,), self.gain, 1e-5)


def rotated(x, cosine, sine):
    a, b = x.chunk(2, -1)
    return torch.cat([a * cosine - b * sine, a * sine + b * cosine], -1)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = RMSNorm(), RMSNorm()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.out = nn.Linear(WIDTH, WIDTH, bias=False)
        self.up = nn.Linear(WIDTH, HIDDEN, bias=False)
        self.down = nn.Linear(HIDDEN, WIDTH, bias=False)

    def forward(self, x, cosine, sine):
        windows, rows, _ = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(windows, rows, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        q, k = rotated(q, cosine, sine), rotated(k, cosine, sine)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.out(seen.transpose(1, 2).reshape(windows, rows, WIDTH))
        return x + self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        nn.init.normal_(self.embedding.weight, std=0.05)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = RMSNorm()
        speed = 10000.0 ** (-torch.arange(0, WIDTH // HEADS, 2) / (WIDTH // HEADS))
        angles = torch.arange(256)[:, None] * speed
        self.register_buffer("cosine", angles.cos())
        self.register_buffer("sine", angles.sin())

    def nats(self, tokens, targets):
        """tokens [windows, rows]; targets [windows, scored] of the last rows -> their losses."""
        x, rows = self.embedding(tokens), tokens.shape[1]
        for layer in self.layers:
            x = layer(x, self.cosine[:rows], self.sine[:rows])
        x = self.norm(x[:, rows - targets.shape[1]:])
        logits = F.linear(x, self.embedding.weight)
        return F.cross_entropy(logits.reshape(-1, VOCABULARY), targets.reshape(-1), reduction="none")


def optimiser_of(kind, rule, parameters, **options):
    flags = {"fused": {"fused": True}, "foreach": {"foreach": True}, "single": {"foreach": False}}[kind]
    return rule(parameters, **flags, **options)


class Loop:
    def __init__(self, network, optimiser):
        self.network, self.optimiser = network, optimiser
        self.source = [weight.detach().clone() for weight in network.parameters()]

    @torch.no_grad()
    def restore(self):
        for weight, source in zip(self.network.parameters(), self.source):
            weight.copy_(source)

    def episode(self, document):
        """-> the losses of the document's bytes, each before the steps on its chunk."""
        optimiser = optimiser_of(self.optimiser, torch.optim.Adam, self.network.parameters(), lr=LEARNING_RATE)
        losses = []
        for end in range(CHUNK, DOCUMENT + 1, CHUNK):
            tokens = document[None, max(0, end - CONTEXT):end]
            targets = document[None, end - CHUNK + 1:end + 1]
            if end == DOCUMENT:
                with torch.no_grad():
                    losses.append(self.network.nats(tokens, targets))
                break
            for step in range(STEPS):
                nats = self.network.nats(tokens, targets)
                if step == 0:
                    losses.append(nats.detach())
                optimiser.zero_grad()
                nats.mean().backward()
                optimiser.step()
        self.restore()
        return torch.cat(losses)


def seconds_of_training(network, kind, steps, text):
    optimiser = optimiser_of(kind, torch.optim.AdamW, network.parameters(), lr=4e-3, betas=(0.9, 0.98), weight_decay=0.01)

    def step():
        places = torch.randint(len(text) - 257, (8,))
        windows = torch.stack([text[p:p + 257] for p in places.tolist()])
        optimiser.zero_grad()
        network.nats(windows[:, :-1], windows[:, 1:]).mean().backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()

    step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return (time.perf_counter() - start) / steps


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=4, help="how many to time")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--optimiser", choices=["fused", "foreach", "single"], default="fused")
    parser.add_argument("--train", type=int, default=20, help="steps of training to time; 0: none")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    network = Decoder()
    loop = Loop(network, options.optimiser)
    warm_up, *documents = torch.randint(1, VOCABULARY, (1 + options.documents, DOCUMENT + 1))
    loop.episode(warm_up)
    start = time.perf_counter()
    for document in documents:
        loop.episode(document)
    seconds = (time.perf_counter() - start) / options.documents
    steps = STEPS * (math.ceil(DOCUMENT / CHUNK) - 1)
    figures = {"s_per_lane_step": seconds / steps, "steps": steps, "params": sum(w.numel() for w in loop.source),
               "torch": torch.__version__, "documents": options.documents, "threads": options.threads,
               "optimiser": options.optimiser}
    if options.train:
        text = torch.randint(VOCABULARY, (100_000,))
        figures["s_per_training_step"] = seconds_of_training(network, options.optimiser, options.train, text)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
