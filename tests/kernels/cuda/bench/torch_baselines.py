"""What LibTorch offers for the same work on a GPU; one JSON object a line.

    torch_baselines.py gemm | shapes K... | graph REFERENCE_LOOP

gemm: matrix products, the ceilings of the arithmetic. shapes: convolutions of K lanes with weights of their own as
one grouped convolution (what vmap makes of them) and as batched matrix products of unfolded images. graph: one lane's
adaptation steps as a CUDA graph, the fastest that one sample at a time can be.
"""

import importlib.util
import json
import sys
import time

import torch
import torch.nn.functional as F

SHAPES = [(16, 16, 32, 1), (32, 32, 16, 1), (64, 64, 8, 1), (16, 32, 32, 2), (32, 64, 16, 2)]
VIEWS, STEPS = 32, 10


def seconds(work, budget=0.3):
    """Least of a few rounds, within about `budget` seconds."""
    work()
    torch.cuda.synchronize()
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    least, stop = float("inf"), time.monotonic() + budget
    while least == float("inf") or time.monotonic() < stop:
        begin.record()
        work()
        end.record()
        end.synchronize()
        least = min(least, begin.elapsed_time(end) / 1e3)
    return least


def report(**values):
    print(json.dumps(values), flush=True)


def gemm():
    n = 8192
    for name, dtype, tf32 in (("fp32", torch.float32, False), ("TF32", torch.float32, True), ("bf16", torch.bfloat16, False)):
        torch.backends.cuda.matmul.allow_tf32 = tf32
        a, b = (torch.randn(n, n, device="cuda", dtype=dtype) for _ in range(2))
        report(kind="ceiling", what=f"{name} matrix product", value=2e-12 * n**3 / seconds(lambda: a @ b), unit="TFLOP/s")


def passes_grouped(k, i, o, size, stride):
    x = torch.randn(VIEWS, k * i, size, size, device="cuda")
    w = torch.randn(k * o, i, 3, 3, device="cuda")
    dy = torch.randn(VIEWS, k * o, size // stride, size // stride, device="cuda")

    def back(wanted):
        return torch.ops.aten.convolution_backward(dy, x, w, None, [stride] * 2, [1, 1], [1, 1], False, [0, 0], k, wanted)

    return {"forward": lambda: F.conv2d(x, w, stride=stride, padding=1, groups=k),
            "input gradient": lambda: back([True, False, False]),
            "weight gradient": lambda: back([False, True, False])}  # fmt: skip


def passes_bmm(k, i, o, size, stride):
    x = torch.randn(k * VIEWS, i, size, size, device="cuda")
    w = torch.randn(k, o, 9 * i, device="cuda")
    pixels = (size // stride) ** 2
    dy = torch.randn(k, o, VIEWS * pixels, device="cuda")

    def columns():
        u = F.unfold(x, 3, padding=1, stride=stride)
        return u.view(k, VIEWS, 9 * i, pixels).transpose(1, 2).reshape(k, 9 * i, VIEWS * pixels)

    def input_gradient():
        d = torch.bmm(w.transpose(1, 2), dy).view(k, 9 * i, VIEWS, pixels).transpose(1, 2)
        return F.fold(d.reshape(k * VIEWS, 9 * i, pixels), (size, size), 3, padding=1, stride=stride)

    return {"forward": lambda: torch.bmm(w, columns()), "input gradient": input_gradient,
            "weight gradient": lambda: torch.bmm(dy, columns().transpose(1, 2))}  # fmt: skip


def shapes(lanes):
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    for k in lanes:
        for i, o, size, stride in SHAPES:
            flops = 2 * k * VIEWS * 9 * i * o * (size // stride) ** 2
            for by, passes in (("grouped", passes_grouped), ("bmm", passes_bmm)):
                for name, work in passes(k, i, o, size, stride).items():
                    s = seconds(work)
                    report(kind="shape", by=by, **{"pass": name}, **{"in": i}, out=o, size=size, stride=stride, lanes=k,
                           views=VIEWS, seconds=s, tflops=flops / s / 1e12)  # fmt: skip


def graph(path):
    spec = importlib.util.spec_from_file_location("reference_loop", path)
    loop = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loop)
    rot = loop.Rot(loop.Net().cuda())
    params = list(rot.parameters())
    x = torch.rand(VIEWS, 3, 32, 32, device="cuda")
    y = torch.arange(VIEWS, device="cuda") % 4

    def step():
        grads = torch.autograd.grad(F.cross_entropy(rot(x), y), params)
        with torch.no_grad():
            torch._foreach_add_(params, grads, alpha=-1e-3)

    side = torch.cuda.Stream()
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    captured = torch.cuda.CUDAGraph()
    with torch.cuda.graph(captured):
        step()
    s = seconds(captured.replay)
    report(kind="episodes", by="one lane, CUDA graph of LibTorch", precision="fp32", lanes=1, seconds_per_step=s,
           samples_per_second=1 / (s * STEPS))  # fmt: skip


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    {"gemm": gemm, "shapes": lambda: shapes([int(k) for k in rest]), "graph": lambda: graph(*rest)}[what]()
