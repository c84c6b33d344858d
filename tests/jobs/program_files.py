"""Small files NAME.program, written without PyTorch: the format is JSON beside numpy arrays."""

import hashlib
import json
import struct

import numpy as np


class Graph:
    """Collects the calls of one function; a value is {"slot": number}."""

    def __init__(self):
        self.inputs, self.nodes, self.slots = {}, [], 0

    def new(self):
        self.slots += 1
        return {"slot": self.slots - 1}

    def input(self, name):
        if name not in self.inputs:
            self.inputs[name] = self.new()
        return self.inputs[name]

    def call(self, op, *arguments):
        name, _, overload = op.partition(".")
        out = self.new()
        self.nodes.append({"op": f"aten::{name}", "overload": overload, "args": list(arguments), "out": [out["slot"]], "line": "tiny.py:1"})
        return out

    def json(self, *outputs):
        return {"inputs": [[name, value["slot"]] for name, value in self.inputs.items()], "nodes": self.nodes,
                "outputs": [value["slot"] for value in outputs], "slots": [None] * self.slots}


def features(graph, x):
    """A convolution, GroupNorm, ReLU and the mean over pixels: [views, 8]."""
    x = graph.call("conv2d", x, graph.input("p.conv.weight"), None, [2, 2], [1, 1], [1, 1], 1)
    x = graph.call("group_norm", x, 4, graph.input("p.norm.weight"), graph.input("p.norm.bias"), 1e-5, False)
    return graph.call("mean.dim", graph.call("relu_", x), [2, 3], False, None)


def linear(graph, x, name):
    return graph.call("linear", x, graph.input(f"p.{name}.weight"), graph.input(f"p.{name}.bias"))


def predict():
    graph = Graph()
    seen = features(graph, graph.input("x"))
    return {"graph": graph.json(linear(graph, seen, "head"), seen), "outputs": ["logits", "features"],
            "unreached": ["side.weight", "side.bias"]}


def rotation():
    graph = Graph()
    x, turns = graph.input("x"), graph.input("d.turns")
    turned = graph.call("stack", [graph.call("rot90", x, turn, [2, 3]) for turn in range(4)], 1)
    views = graph.call("sym_size.int", turns, 0)
    numbers = graph.call("arange", views, {"dtype": "int64"}, None, {"device": "run"}, False)
    chosen = graph.call("index.Tensor", turned, [numbers, turns])
    logits = linear(graph, features(graph, chosen), "side")
    return {"graph": graph.json(graph.call("cross_entropy_loss", logits, turns, None, 1, -100, 0.0)), "outputs": ["loss"],
            "draws": [{"name": "turns", "kind": "turns", "shape": ["views"]}], "unreached": ["head.weight", "head.bias"]}


def noise():
    graph = Graph()
    scaled = graph.call("mul.Tensor", features(graph, graph.input("x")), graph.input("d.scale"))
    return {"graph": graph.json(graph.call("mean", graph.call("mul.Tensor", scaled, scaled), None)), "outputs": ["loss"],
            "draws": [{"name": "scale", "kind": "normal", "shape": ["views", 8]}],
            "unreached": ["head.weight", "head.bias", "side.weight", "side.bias"]}


def tensors(seed, channels, classes):
    random = np.random.default_rng(seed)
    shapes = {"conv.weight": (8, channels, 3, 3), "norm.weight": (8,), "norm.bias": (8,), "head.weight": (classes, 8),
              "head.bias": (classes,), "side.weight": (4, 8), "side.bias": (4,)}
    return {name: random.normal(size=shape).astype(np.float32) + (name == "norm.weight") for name, shape in shapes.items()}


def digest(arrays):
    found = hashlib.sha256()
    for name in sorted(arrays):
        found.update(f"{name} F32 {','.join(map(str, arrays[name].shape))}\n".encode())
        found.update(arrays[name].tobytes())
    return found.hexdigest()


def contract(arrays, height, width, channels, classes):
    names = list(arrays)
    functions = {"predict": predict(), "loss.rotation": rotation(), "loss.noise": noise()}
    backward = {"all": 2e6, "norm": 1e6}
    return {"format": "ttt-program 1", "torch": "2.11.0", "name": "tiny", "classes": classes,
            "input": {"kind": "image", "height": height, "width": width, "channels": channels,
                      "mean": [0.4 + 0.1 * c for c in range(channels)], "deviation": [0.5 + 0.1 * c for c in range(channels)]},
            "parameters": [{"name": name, "shape": list(arrays[name].shape)} for name in names],
            "subsets": {"all": names, "norm": ["norm.weight", "norm.bias"]}, "functions": functions,
            "costs": {name: {"forward": 1e6, "backward": backward} for name in functions},
            "memory": {name: {"forward": 1e5, "backward": {"all": 3e5, "norm": 2e5}} for name in functions},
            "statistics": None, "made_with": {"exporter": "a test"}}


def write_safetensors(file, arrays, metadata):
    header, at = {"__metadata__": metadata}, 0
    for name in sorted(arrays):
        kind = {"float32": "F32", "float64": "F64", "int64": "I64"}[str(arrays[name].dtype)]
        header[name] = {"dtype": kind, "shape": list(arrays[name].shape), "data_offsets": [at, at + arrays[name].nbytes]}
        at += arrays[name].nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(arrays[name].tobytes() for name in sorted(arrays)))


def write_program(file, seed, height, width, channels, classes, change=None):
    """A tiny convolutional network with the losses rotation and noise; `change` may spoil its contract."""
    own = tensors(seed, channels, classes)
    text = contract(own, height, width, channels, classes)
    arrays = {f"p.{name}": np.ascontiguousarray(array) for name, array in own.items()}
    text["weights_digest"] = digest(arrays)
    if change:
        change(text)
    write_safetensors(file, arrays, {"program": json.dumps(text)})
