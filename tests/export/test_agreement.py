"""A program computes what the model's own code computes, for any number of views, forward and back."""
import find_torch  # noqa: F401  before torch: finds it, or skips this file
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from small import net, write
from ttt_export import ExportError, Integers, LoRA, Loss, Normal, Permutation, Tokens, Turns, Uniform, agreement
from ttt_export.agreement import Row
from ttt_export.replay import Replay


def run(program, name, x, **draws):
    given = program.tensors | {"x": x} | {f"d.{n}": d for n, d in draws.items()}
    return Replay(program.functions()[name]["graph"])(given)


def every_draw(m, x, noise, share, number, order, turns):
    """Reads each draw, so that a wrong one would show."""
    x = x + 0.1 * noise + share[:, None, None, None] * 0.1
    x = x.flatten(2).gather(2, order[:, None].expand(-1, 3, -1)).view_as(x)
    x = torch.stack([torch.rot90(x, k, (2, 3)) for k in range(4)], 1)[torch.arange(x.shape[0]), turns]
    return F.cross_entropy(m(x), number)


DRAWS = {"noise": Normal("views", 3, 8, 8), "share": Uniform("views"), "number": Integers("views", low=1, high=5),
         "order": Permutation("views", 64), "turns": Turns("views")}


def test_draws_reach_the_loss(tmp_path):
    program = write(tmp_path, losses={"every": Loss(every_draw, DRAWS)})
    generator = torch.Generator().manual_seed(7)
    x = torch.randn(4, 3, 8, 8, generator=generator)
    draws = {n: d.example(4, generator) for n, d in DRAWS.items()}
    assert torch.equal(run(program, "loss.every", x, **draws)[0], every_draw(net().eval(), x, **draws))
    assert program.functions()["loss.every"]["draws"][2] == {"name": "number", "kind": "integers", "shape": ["views"], "low": 1, "high": 5}


def test_draws_are_what_they_are_called():
    generator = torch.Generator().manual_seed(1)
    drawn = {n: d.example(500, generator) for n, d in DRAWS.items()}
    assert 0 <= drawn["share"].min() and drawn["share"].max() < 1
    assert drawn["number"].unique().tolist() == [1, 2, 3, 4] and drawn["turns"].unique().tolist() == [0, 1, 2, 3]
    assert torch.equal(drawn["order"].sort(1).values, torch.arange(64).expand(500, -1))
    assert abs(drawn["noise"].std() - 1) < 0.01


def in_place_and_views(m, x):
    y = m.features(x)
    y = y.clone().mul_(2).relu_()
    a, b = y.chunk(2, 1)
    z = torch.cat([a.unbind(1)[0][:, None], b, a[:, 1:]], 1)
    return m.main(z).view(x.shape[0] * 5, -1).logsumexp(0).sum() / (2 * x.shape[0] + 1)


def detached_target(m, x):
    with torch.no_grad():
        target = m(x).softmax(1)
        weight = target.max(1).values
    return (F.cross_entropy(m(x.flip(3)), target, reduction="none") * weight).mean()


def masked(m, x):
    y = m(x)
    return torch.where(y > 0, y, 0.1 * y).mean() + y.std(0).mean() + y.var(dim=1, correction=0).mean()


def attention_with_a_mask(m, x):
    y = x.flatten(2)[:, :, :8]
    causal = torch.full((3, 3), float("-inf")).triu(1)
    return (m.main(F.scaled_dot_product_attention(y, y, y, attn_mask=causal).mean(1)) ** 2).mean()


@pytest.mark.parametrize("loss", [in_place_and_views, detached_target, masked, attention_with_a_mask], ids=lambda f: f.__name__)
def test_a_loss_agrees(loss, tmp_path):
    program = write(tmp_path, losses={"it": loss}, adapt={"all": "all"})
    x = torch.randn(7, 3, 8, 8, generator=torch.Generator().manual_seed(3))
    assert torch.allclose(run(program, "loss.it", x)[0], loss(net().eval(), x), rtol=1e-6)
    assert program.functions()["loss.it"]["least_views"] == (2 if loss is masked else 1)  # one view has no deviation


def test_no_gradient_passes_through_no_grad(tmp_path):
    """The entropy of a distribution whose logarithm is held: its gradient is that of the other factor alone."""
    def loss(m, x):
        with torch.no_grad():
            held = m(x)
        return (m(x) * held).mean()
    program = write(tmp_path, losses={"it": loss})
    x = torch.randn(2, 3, 8, 8)
    bias = program.tensors["p.main.bias"].requires_grad_()
    gradient, = torch.autograd.grad(run(program, "loss.it", x)[0], bias)
    assert torch.allclose(gradient, net().eval()(x).sum(0) / 10, rtol=1e-5)


def test_features_and_tokens(tmp_path):
    program = write(tmp_path, predict=lambda m, x: (m(x), m.features(x)))
    assert program.functions()["predict"]["outputs"] == ["logits", "features"]
    torch.manual_seed(1)
    model = nn.Sequential(nn.Embedding(11, 8), nn.LayerNorm(8), nn.Linear(8, 11))
    program = write(tmp_path, model, input=Tokens(6, 11), losses={"next": lambda m, x: F.cross_entropy(m(x)[:, :-1].flatten(0, 1), x[:, 1:].flatten())})
    tokens = torch.randint(11, (3, 6))
    assert torch.equal(run(program, "predict", tokens)[0], model(tokens)) and program.text["classes"] == 11


def test_what_a_loss_does_not_reach_is_named(tmp_path):
    program = write(tmp_path, losses={"side": lambda m, x: m.side(m.features(x)).square().mean()})
    assert program.functions()["loss.side"]["unreached"] == ["main.weight", "main.bias"]
    assert program.functions()["predict"]["unreached"] == ["side.weight", "side.bias"]


def test_probabilities_as_targets(tmp_path):
    def loss(m, x):
        soft = (2 * m(x)).softmax(1)
        return F.cross_entropy(m(x), soft) + nn.CrossEntropyLoss(reduction="sum")(m(x), soft) + F.cross_entropy(m(x), soft.argmax(1), label_smoothing=0.1)
    program = write(tmp_path, losses={"it": loss})
    x = torch.randn(3, 3, 8, 8)
    assert torch.allclose(run(program, "loss.it", x)[0], loss(net().eval(), x), rtol=1e-6)


def test_a_counter_is_found(tmp_path):
    calls = []

    def counts(m, x):
        calls.append(1)
        return m(x).mean() * len(calls)
    with pytest.raises(ExportError, match="two calls with the same arguments differ"):
        write(tmp_path, losses={"it": counts})


def test_a_difference_beyond_rounding_is_refused():
    agreement.refuse(Row("predict", 2, {torch.float32: 1e-6, torch.float64: 1e-13}, {torch.float32: 1e-5, torch.float64: 1e-12}))
    with pytest.raises(ExportError, match="with 2 views the traced graph's gradients differ .* by 1.0e-03 in float32"):
        agreement.refuse(Row("predict", 2, {torch.float32: 0.0}, {torch.float32: 1e-3}))
    with pytest.raises(ExportError, match="values differ"):
        agreement.refuse(Row("predict", 2, {torch.float64: float("nan")}, {}))


def test_difference_is_relative_and_sees_infinity():
    a = torch.tensor([1.0, 100.0])
    assert agreement.difference(a, a) == 0 and agreement.difference(a + torch.tensor([1.0, 0]), a) == pytest.approx(0.01)
    assert agreement.difference(torch.tensor([float("inf")]), torch.tensor([1.0])) == float("inf")
    assert agreement.difference(torch.tensor([float("nan")]), torch.tensor([float("nan")])) == 0


def test_float64_is_float64_throughout(tmp_path):
    """Also where the model asks for float32: the graph says "the precision of the run"."""
    program = write(tmp_path, losses={"it": lambda m, x: m(x.to(torch.float32)).to(torch.float32).square().mean()})
    x = torch.randn(2, 3, 8, 8, dtype=torch.float64)
    wide = {n: t.double() for n, t in program.tensors.items()} | {"x": x}
    value, = Replay(program.functions()["loss.it"]["graph"], torch.float64)(wide)
    assert value.dtype == torch.float64 and torch.equal(value, net().eval().double()(x).square().mean())


def test_low_rank_starts_at_the_source_and_is_the_only_change(tmp_path):
    program = write(tmp_path, adapt={"low_rank": LoRA(2, on=["main", "side"], seed=3), "norm": "norm"}, losses={"it": masked})
    assert program.text["subsets"]["low_rank"] == ["main.low_rank_a", "main.low_rank_b"]  # no function reads side
    x = torch.randn(3, 3, 8, 8)
    assert torch.equal(run(program, "predict", x)[0], net().eval()(x))
    a, b = torch.randn(2, 8), torch.randn(5, 2)
    changed = net().eval()
    changed.main.weight.data += b @ a
    program.tensors["p.main.low_rank_a"], program.tensors["p.main.low_rank_b"] = a, b
    assert torch.allclose(run(program, "predict", x)[0], changed(x), atol=1e-6)


class Conv1D(nn.Module):
    """GPT-2's linear: its weight is [inputs, outputs]."""

    def __init__(self):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.randn(192, 7)), nn.Parameter(torch.zeros(7))

    def forward(self, x):
        return x @ self.weight + self.bias


def test_low_rank_on_the_linears_of_gpt2(tmp_path):
    program = write(tmp_path, nn.Sequential(nn.Flatten(), Conv1D()), adapt=LoRA(3))
    assert {p["name"]: p["shape"] for p in program.text["parameters"]} == {"1.low_rank_a": [3, 192], "1.low_rank_b": [7, 3]}
    again = write(tmp_path, nn.Sequential(nn.Flatten(), Conv1D()), adapt=LoRA(3))  # A comes from its seed alone
    assert torch.equal(program.tensors["p.1.low_rank_a"], again.tensors["p.1.low_rank_a"]) and not program.tensors["p.1.low_rank_b"].any()
    other = write(tmp_path, nn.Sequential(nn.Flatten(), Conv1D()), adapt=LoRA(3, seed=1))
    assert not torch.equal(program.tensors["p.1.low_rank_a"], other.tensors["p.1.low_rank_a"])


def test_tied_weights_are_one(tmp_path):
    torch.manual_seed(1)
    model = nn.Sequential(nn.Embedding(11, 8), nn.Linear(8, 8), nn.Linear(8, 11, bias=False))
    model[2].weight = model[0].weight
    program = write(tmp_path, model, input=Tokens(6, 11), adapt={"head": "2.weight"}, losses={"it": lambda m, x: m(x).square().mean()})
    assert program.text["subsets"]["head"] == ["0.weight"] and "p.2.weight" not in program.tensors
    tokens = torch.randint(11, (2, 6))
    weight = program.tensors["p.0.weight"].requires_grad_()
    gradient, = torch.autograd.grad(run(program, "loss.it", tokens)[0], weight)
    expected, = torch.autograd.grad(model(tokens).square().mean(), model[0].weight)  # of both places
    assert torch.allclose(gradient, expected, rtol=1e-5)


def test_the_user_keeps_the_model_and_the_generators(tmp_path):
    model = net()
    state = torch.get_rng_state()
    before = {n: t.clone() for n, t in model.state_dict().items()}
    write(tmp_path, model, adapt=LoRA(2))
    assert model.training and list(model.state_dict()) == list(before)
    assert all(torch.equal(t, before[n]) for n, t in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state) and torch.get_default_dtype() == torch.float32


def test_lines_of_the_users_code_are_in_the_graph(tmp_path):
    program = write(tmp_path, losses={"it": masked})
    lines = {n["op"]: n["line"] for n in program.functions()["loss.it"]["graph"]["nodes"]}
    assert lines["aten::where"] == f"test_agreement.py:{masked.__code__.co_firstlineno + 2}"
    assert lines["aten::conv2d"].startswith("small.py:")
