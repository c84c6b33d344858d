"""The file: a safetensors file of the weights with the program in its metadata; costs that count."""
import hashlib
import json

import find_torch  # noqa: F401  before torch: finds it, or skips this file
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from small import net, write
from ttt_export import ExportError, Image, read
from ttt_export.program_file import digest


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("program")
    write(folder, losses={"it": lambda m, x: m(x).square().mean()}, adapt={"all": "all", "head": "main.*"}, class_names=list("abcde"))
    return folder / "it.program"


def test_what_the_file_says(written):
    with safe_open(str(written), framework="pt") as file:
        text, names = json.loads(file.metadata()["program"]), set(file.keys())
    assert text["format"] == "ttt-program 1" and text["torch"] == torch.__version__.split("+")[0] and text["name"] == "it"
    assert text["input"] == {"kind": "image", "height": 8, "width": 8, "channels": 3, "mean": [0.5] * 3, "deviation": [0.5] * 3}
    assert text["classes"] == 5 and text["class_names"] == list("abcde") and text["statistics"] is None
    assert text["subsets"]["head"] == ["main.weight", "main.bias"] and {"name": "main.weight", "shape": [5, 8]} in text["parameters"]
    assert set(text["functions"]) == set(text["costs"]) == set(text["memory"]) == {"predict", "loss.it"}
    read_by_graphs = {n for f in text["functions"].values() for n, _ in f["graph"]["inputs"] if n[0] in "pbc"}
    assert names == read_by_graphs and "p.main.weight" in names


def test_every_argument_is_written_out_and_every_slot_is_made_before_it_is_read(written):
    def slots(a):
        return [a["slot"]] if isinstance(a, dict) and "slot" in a else [s for v in a for s in slots(v)] if isinstance(a, list) else []
    for function in read(written).functions().values():
        graph = function["graph"]
        known = {s for _, s in graph["inputs"]}
        for node in graph["nodes"]:
            library, name = node["op"].split("::")
            schema = getattr(getattr(getattr(torch.ops, library), name), node["overload"] or "default")._schema
            assert len(node["args"]) == len(schema.arguments) and set(slots(node["args"])) <= known
            known |= set(node["out"])
        assert set(graph["outputs"]) <= known
        assert graph["slots"][dict(graph["inputs"])["x"]] == ["float32", ["views", 3, 8, 8]]


def test_the_same_model_gives_the_same_bytes(written, tmp_path):
    write(tmp_path, losses={"it": lambda m, x: m(x).square().mean()}, adapt={"all": "all", "head": "main.*"}, class_names=list("abcde"))
    again, first = read(tmp_path / "it.program"), read(written)
    assert again.text["weights_digest"] == first.text["weights_digest"] and again.tensors.keys() == first.tensors.keys()


def test_the_digest_is_what_the_format_says():
    tensors = {"p.b": torch.tensor([[1.0, 2.0]]), "c.0": torch.tensor(3)}
    words = b"c.0 I64 \n" + (3).to_bytes(8, "little") + b"p.b F32 1,2\n" + bytes.fromhex("0000803f00000040")
    assert digest(tensors) == hashlib.sha256(words).hexdigest()


def rewritten(file, out, change):
    program = read(file)
    change(program)
    save_file(program.tensors, out, metadata={"program": json.dumps(program.text)})
    return out


def test_changed_weights_are_found(written, tmp_path):
    out = rewritten(written, tmp_path / "a.program", lambda p: p.tensors["p.main.bias"].add_(1))
    with pytest.raises(ExportError, match="its tensors are not those that were exported"):
        read(out)


def test_another_format_is_refused(written, tmp_path):
    out = rewritten(written, tmp_path / "a.program", lambda p: p.text.update(format="ttt-program 9"))
    with pytest.raises(ExportError, match="has the format 'ttt-program 9'; this version reads 'ttt-program 1'"):
        read(out)


def test_a_cut_file_and_one_without_a_program(written, tmp_path):
    (tmp_path / "cut.program").write_bytes(written.read_bytes()[:-5])
    with pytest.raises(ExportError, match="is no whole safetensors file"):
        read(tmp_path / "cut.program")
    save_file({"a": torch.ones(2)}, tmp_path / "weights.safetensors")
    with pytest.raises(ExportError, match='holds tensors but no "program"'):
        read(tmp_path / "weights.safetensors")


def test_an_export_that_fails_leaves_the_old_file(written, tmp_path):
    (tmp_path / "it.program").write_bytes(written.read_bytes())
    with pytest.raises(ExportError):
        write(tmp_path, adapt={"none": "nothing"})
    assert (tmp_path / "it.program").read_bytes() == written.read_bytes() and len(list(tmp_path.iterdir())) == 1


def test_flops_are_two_for_each_multiplication(tmp_path):
    model = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.Flatten(), nn.Linear(256, 10))
    text = write(tmp_path, model, input=Image(8, 8), adapt={"all": "all", "last": "2.*"}).text
    convolution, linear = 2 * 4 * 64 * 27, 2 * 256 * 10
    assert text["costs"]["predict"]["forward"] == convolution + linear
    assert text["costs"]["predict"]["backward"] == {"all": convolution + 2 * linear, "last": linear}  # pixels need no gradient


def test_features_cost_nothing_of_their_own(tmp_path):
    """A runner that predicts leaves out what only features need."""
    plain, both = write(tmp_path).text, write(tmp_path, predict=lambda m, x: (m(x), m.features(x))).text
    assert plain["costs"]["predict"] == both["costs"]["predict"] and plain["memory"] == both["memory"]


def test_a_mask_of_infinities_is_a_constant(tmp_path):
    model = nn.Sequential(nn.Flatten(), nn.Linear(192, 5))
    model.register_buffer("mask", torch.tensor([0, 0, 0, 0, float("-inf")]))
    program = write(tmp_path, model, predict=lambda m, x: (m(x) + m.mask).softmax(1))
    assert torch.equal(program.tensors["c.0"], model.mask) and "b.mask" not in program.tensors
    model[1].bias.data[0] = float("inf")
    with pytest.raises(ExportError, match="1.bias holds infinity"):
        write(tmp_path, model)


def test_attention_counts_too(tmp_path):
    def predict(m, x):
        q = m(x.flatten(2))[:, None].expand(-1, 4, -1, -1)  # 4 heads of 3 tokens; keys and values have 2 of them
        y = nn.functional.scaled_dot_product_attention(q, q[:, :2], q[:, :2], enable_gqa=True)
        return y.mean((1, 2))
    text, linear = write(tmp_path, nn.Linear(64, 8), predict=predict).text, 2 * 3 * 64 * 8
    assert text["costs"]["predict"] == {"forward": linear + 2 * 4 * 3 * 3 * 16, "backward": {"all": linear + 2 * 4 * 3 * 3 * 40}}


def test_memory_is_what_lives_at_once(tmp_path):
    """Without a way back two of three maps are alive at once; with one, all that the gradients need."""
    model = nn.Sequential(*[nn.Conv2d(3, 3, 3, padding=1), nn.Tanh()] * 3, nn.Flatten(), nn.Linear(192, 5))
    memory, map_bytes = write(tmp_path, model).text["memory"]["predict"], 3 * 64 * 4
    assert 2 * map_bytes <= memory["forward"] < 4 * map_bytes
    assert memory["backward"]["all"] >= 6 * map_bytes


def test_the_summary_names_what_matters(tmp_path, capsys):
    write(tmp_path, net(), losses={"side": lambda m, x: m.side(m.features(x)).square().mean()}, quiet=False)
    said = capsys.readouterr().out
    for words in ("loss.side", "gradient float64", "MFLOPs of a view", "it does not reach 2 adapted parameters", "adapts: all", "it.program:", "MB"):
        assert words in said
