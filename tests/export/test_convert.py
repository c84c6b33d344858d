"""Checkpoints become weight files of ours, by a table of names; what does not fit is named."""
import find_torch  # noqa: F401  before torch: finds it, or skips this file
import pytest
import torch
from safetensors.torch import load_file, save_file

from reference_network import Network
from ttt_export.convert import convert, model_block
from ttt_export.errors import ExportError
from ttt_export.rename import read_table, rename

MODEL = {"depth": 14, "widths": [16, 32, 64], "norm_groups": 8, "stem_stride": 1, "split_after": 2}


def published_block(prefix, i, o):
    return {f"{prefix}.bn1.weight": (i,), f"{prefix}.bn1.bias": (i,), f"{prefix}.conv1.weight": (o, i, 3, 3), f"{prefix}.bn2.weight": (o,),
            f"{prefix}.bn2.bias": (o,), f"{prefix}.conv2.weight": (o, o, 3, 3)}


def published(shared, blocks=2):
    """Names and shapes of a ttt_cifar_release checkpoint: a ResNet of 6 * blocks + 2 layers, GroupNorm."""
    net, head = {"conv1.weight": (16, 3, 3, 3), "bn.weight": (64,), "bn.bias": (64,), "fc.weight": (10, 64), "fc.bias": (10,)}, {}
    for layer, (i, o) in enumerate(((16, 16), (16, 32), (32, 64)), start=1):
        for b in range(blocks):
            net |= published_block(f"layer{layer}.{b}", i if b == 0 else o, o)
            if layer == 3 and shared == "layer2":
                head |= published_block(f"0.{b}", i if b == 0 else o, o)
    if shared == "layer2":
        head |= {"1.weight": (64,), "1.bias": (64,), "5.weight": (4, 64), "5.bias": (4,)}
    else:
        head = {"weight": (4, 64), "bias": (4,)}
    generator = torch.Generator().manual_seed(1)
    make = lambda shapes: {n: torch.randn(s, generator=generator) for n, s in shapes.items()}  # noqa: E731
    optimiser = {"state": {0: {"momentum_buffer": torch.zeros(3)}}, "param_groups": [{"lr": 0.1}]}
    return {"net": make(net), "head": make(head), "err_cls": 0.1, "optimizer": optimiser}


def saved(tmp_path, value, name="ckpt.pth"):
    torch.save(value, tmp_path / name)
    return str(tmp_path / name)


@pytest.mark.parametrize("shared, split", [("layer2", 2), ("layer3", 3)])
def test_a_published_checkpoint_loads_into_our_network(shared, split, tmp_path):
    checkpoint = published(shared)
    convert(saved(tmp_path, checkpoint), str(tmp_path / "out.safetensors"))
    tensors = load_file(tmp_path / "out.safetensors")
    network = Network(MODEL | {"split_after": split}, 3, 10)
    network.load_state_dict(tensors)  # exactly its names and shapes
    part = "main" if shared == "layer2" else "trunk"
    assert torch.equal(tensors[f"{part}.group3.block2.norm2.bias"], checkpoint["net"]["layer3.1.bn2.bias"])
    assert torch.equal(tensors["auxiliary.linear.weight"], checkpoint["head"]["5.weight" if shared == "layer2" else "weight"])
    block = model_block(tensors, "out.safetensors")
    assert "depth = 14" in block and "widths = [16, 32, 64]" in block and f"split_after = {split}" in block


def test_numbers_of_numpy_and_data_parallel_names(tmp_path):
    numpy = pytest.importorskip("numpy")
    checkpoint = published("layer2") | {"err_cls": numpy.float64(0.1)}
    checkpoint["net"] = {f"module.{n}": t for n, t in checkpoint["net"].items()}
    assert len(convert(saved(tmp_path, checkpoint), str(tmp_path / "out.safetensors"))) == 57


def with_batch_norm(c):
    c["net"]["layer1.0.bn1.running_mean"] = torch.zeros(16)


def without_head(c):
    del c["head"]


def wide(c):
    c["net"]["layer1.0.conv1.weight"] = torch.zeros(64, 16, 3, 3)


def other_name(c):
    c["net"]["layer1.0.gate.weight"] = torch.zeros(4)


def lost(c):
    del c["net"]["fc.weight"], c["net"]["fc.bias"]


def infinite(c):
    c["net"]["fc.bias"][2] = float("inf")


def whole_numbers(c):
    c["net"]["fc.count"] = torch.tensor(3)


def no_net(c):
    c["model"] = c.pop("net")


@pytest.mark.parametrize("change, words", [
    (with_batch_norm, "trained with BatchNorm .net.layer1.0.bn1.running_mean.*export it as a program"), (without_head, "no rotation head"),
    (wide, "its stem has 16 channels and its first group 64"), (lost, r"holds nothing called net.fc.\*; the nearest is net\.\w+.*it holds 55 tensors"),
    (other_name, r"holds net.layer1.0.gate.weight \[4\], which no line .* renames; the nearest is net\.layer1"),
    (infinite, "net.fc.bias has 1 values that are not finite"), (whole_numbers, "net.fc.count is int64"),
    (no_net, "no checkpoint of ttt_cifar_release.*it holds .*Give a table")], ids=lambda v: getattr(v, "__name__", ""))
def test_a_checkpoint_that_does_not_fit(change, words, tmp_path):
    checkpoint = published("layer2")
    change(checkpoint)
    with pytest.raises(ExportError, match=words):
        convert(saved(tmp_path, checkpoint), str(tmp_path / "out.safetensors"))
    assert not (tmp_path / "out.safetensors").exists()


def test_a_table_of_the_users(tmp_path):
    (tmp_path / "names.txt").write_text('# mine\nencoder.stages.*.*.weight = trunk.group*+1.block*+1.weight\nhead.* = main.linear.*  # both\n"old.step" =\n')
    save_file({"encoder.stages.0.3.weight": torch.ones(2), "head.weight": torch.zeros(1, 2), "old.step": torch.tensor(3)}, tmp_path / "in.safetensors")
    out = convert(str(tmp_path / "in.safetensors"), str(tmp_path / "out.safetensors"), str(tmp_path / "names.txt"))
    assert sorted(out) == ["main.linear.weight", "trunk.group1.block4.weight"]


@pytest.mark.parametrize("text, words", [
    ("a b", "names.txt:1: 'a b' is not OLD = NEW"), ("\na.* = b", r"names.txt:2: a.\* has 1 stars and b has 0"), ("# nothing", "has no line"),
    ("a.x = n\na.y = n", "names.txt:2: a.y and a.x both become n")])
def test_a_table_is_checked(text, words):
    with pytest.raises(ExportError, match=words):
        rename({"a.x": torch.ones(1), "a.y": torch.ones(1)}, read_table(text, "names.txt"), "in.pt", "names.txt")


class Trap:
    """An object that would be made by code of its own when it is read."""

    def __reduce__(self):
        return print, ("read",)


@pytest.mark.parametrize("write, words", [
    (lambda p: p.write_bytes(b"not a checkpoint"), "is no checkpoint of PyTorch"), (lambda p: torch.save({"epoch": 3}, p), "holds no tensors by name; it holds epoch"),
    (lambda p: torch.save({"net": Trap()}, p), "could run code .* --trust"), (lambda p: None, "is not there")])
def test_a_file_that_is_no_checkpoint(write, words, tmp_path):
    write(tmp_path / "ckpt.pth")
    with pytest.raises(ExportError, match=words):
        convert(str(tmp_path / "ckpt.pth"), str(tmp_path / "out.safetensors"))


def test_a_cut_safetensors_file(tmp_path):
    save_file({"a": torch.ones(100)}, tmp_path / "in.safetensors")
    whole = (tmp_path / "in.safetensors").read_bytes()
    (tmp_path / "in.safetensors").write_bytes(whole[:-8])
    with pytest.raises(ExportError, match="is no whole safetensors file"):
        convert(str(tmp_path / "in.safetensors"), str(tmp_path / "out.safetensors"))
