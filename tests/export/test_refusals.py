"""What cannot become a program is refused with one sentence that names the line and what to do."""
import random
import re

import find_torch  # noqa: F401  before torch: finds it, or skips this file
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from small import net, write
from ttt_export import ExportError, Image, Integers, LoRA, Loss, Normal, Permutation, Prior, Tokens, Turns


def bernoulli(m, x):
    return (m(x) * torch.bernoulli(torch.full_like(x[:, :1, 0, 0], 0.5))).mean()


def rand(m, x):
    return (m(x) * torch.rand(5)).mean()


def generator(m, x):
    return (m(x) * torch.rand(5, generator=torch.Generator().manual_seed(1))).mean()


def python_random(m, x):
    return m(x).mean() * random.random()


def forced_dropout(m, x):
    return F.dropout(m(x), 0.5, training=True).mean()


def training_mode(m, x):
    return m.train()(x).mean()


def branch(m, x):
    return m(x).mean() if x.sum() > 0 else m(x).sum()


def item(m, x):
    return m(x).mean() * x.max().item()


def changes_input(m, x):
    return m(x.mul_(2)).mean()


def changes_part_of_input(m, x):
    x[:, 0] = 0
    return m(x).mean()


def changes_weights(m, x):
    m.main.weight.data.mul_(0.9)
    return m(x).mean()


def fixed_views(m, x):
    return m(x).view(6, 5).mean()


def loops_over_views(m, x):
    return sum(m(x[i:i + 1]).mean() for i in range(x.shape[0]))


def half(m, x):
    return m(x.half().float()).mean()


def complex_numbers(m, x):
    return m(torch.fft.ifft(torch.fft.fft(x)).real).mean()


def under_autocast(m, x):
    with torch.autocast("cpu", torch.bfloat16):
        return m(x).float().mean()


def not_a_scalar(m, x):
    return m(x).mean(1)


def integer_loss(m, x):
    return m(x).argmax(1).sum()


def infinite(m, x):
    return m(x).mean() / 0


def constant(m, x):
    return x.mean()


def fails(m, x):
    return m(x.permute(0, 2, 3, 1)).mean()


@torch.library.custom_op("ttt_test::twice", mutates_args=())
def twice(x: torch.Tensor) -> torch.Tensor:
    return 2 * x


@twice.register_fake
def _(x):
    return torch.empty_like(x)


twice.register_autograd(lambda ctx, g: 2 * g)


def own_operator(m, x):
    return twice(m(x)).mean()


def line_of(function) -> str:
    """A pattern of FILE:LINE of any line of the function."""
    first = function.__code__.co_firstlineno
    return rf"test_refusals\.py:({'|'.join(str(first + i) for i in range(1, 4))})\b"


OF_A_LOSS = {
    bernoulli: "draws random numbers .*Declare|draws random numbers .*declare a draw",
    rand: "draws random numbers .*declare a draw",
    generator: "draws random numbers .*[Dd]eclare a draw",
    python_random: "two calls with the same arguments differ.*Declare a draw",
    forced_dropout: "dropout is active .*leave out training=True",
    branch: "depends on the values of a tensor.*torch.where",
    item: r"reads a number out of a tensor|depends on the values",
    changes_input: r"aten::mul_ changes x in place.*x\.clone\(\)",
    changes_part_of_input: r"changes x in place.*x\.clone\(\)",
    fixed_views: r"fails on x of shape \[3, 3, 8, 8\].*take the number of views from x\.shape\[0\]",
    half: "computes with float16",
    complex_numbers: "computes with complex64",
    own_operator: "calls ttt_test::twice, an operator of a Python library",
    fails: r"fails on x of shape \[3, 3, 8, 8\]",
}


@pytest.mark.parametrize("function", OF_A_LOSS, ids=lambda f: f.__name__)
def test_a_loss_is_refused_with_its_line(function, tmp_path):
    with pytest.raises(ExportError) as refusal:
        write(tmp_path, losses={"it": function})
    message = str(refusal.value)
    assert re.search(OF_A_LOSS[function], message), message
    assert re.search(line_of(function), message), message
    assert message.startswith("loss.it, ") and "\n" not in message
    assert list(tmp_path.iterdir()) == []  # nothing is written


@pytest.mark.parametrize("function, words", [
    (not_a_scalar, r"returns shape \[3\].*scalar"), (integer_loss, "returns torch.int64"), (infinite, "it must be finite"),
    (under_autocast, "autocast chooses a precision"), (constant, "reaches no parameter of the subset 'all'")], ids=lambda v: getattr(v, "__name__", ""))
def test_a_loss_that_is_none(function, words, tmp_path):
    with pytest.raises(ExportError, match=words):
        write(tmp_path, losses={"it": function})


def test_a_loop_over_views(tmp_path):
    with pytest.raises(ExportError, match=r"^loss.it: the number of views is baked in.*x\.shape\[0\]"):
        write(tmp_path, losses={"it": loops_over_views})


def test_weights_changed_behind_autograd(tmp_path):
    with pytest.raises(ExportError, match=r"uses \.data, .*\.detach\(\)"):
        write(tmp_path, losses={"it": changes_weights})


def test_batch_norm_in_training_mode(tmp_path):
    with pytest.raises(ExportError, match=r'training mode.*batch_norm="source", "views" or Prior\(N\)'):
        write(tmp_path, net(nn.BatchNorm2d(8)), losses={"it": training_mode})


def test_dropout_of_a_model_set_to_train(tmp_path):
    with pytest.raises(ExportError, match=r"dropout is active .*do not call \.train\(\)"):
        write(tmp_path, losses={"it": training_mode})


ARGUMENTS = {
    "pattern": (dict(adapt={"some": "bodi.*"}), "'bodi.*' of the subset 'some' matches no parameter; the model has body.0.weight"),
    "nameless": (dict(adapt=["body.*"]), "give each subset a name"),
    "empty": (dict(adapt={}), "adapt is empty"),
    "all_taken_away": (dict(adapt={"none": ["body.*", "!body.*"]}), "'none' is empty"),
    "no_norm": (dict(model=nn.Sequential(nn.Flatten(), nn.Linear(192, 4)), adapt="norm"), "has no norm layer"),
    "low_rank_nowhere": (dict(adapt=LoRA(2, on="attention.*")), "'attention.*' matches no linear layer; the model has main, side"),
    "low_rank_too_high": (dict(adapt=LoRA(64)), "rank 64 is above the 5"),
    "unreached": (dict(adapt={"heads": ["main.*", "side.*"]}), "no function reaches side.weight, side.bias of the subset 'heads'"),
    "statistics": (dict(batch_norm="batch"), 'batch_norm is \'batch\'; it must be "source", "views"'),
    "names": (dict(class_names=["a", "b"]), "class_names has 2 names; the logits have 5 classes"),
    "no_tensor": (dict(predict=lambda m, x: {"logits": m(x)}), "it must be a tensor|returns dict as logits"),
    "wrong_logits": (dict(predict=lambda m, x: m(x)[0]), r"logits of shape \[5\] for 3 views"),
    "wrong_features": (dict(predict=lambda m, x: (m(x), m.body(x))), r"features of shape \[3, 8, 4, 4\]"),
    "wrong_input": (dict(input=Image(8, 8, 1)), r"predict, .*fails on x of shape \[3, 1, 8, 8\].*Compare the declared input"),
    "tokens_to_images": (dict(input=Tokens(8, 10)), r"fails on x of shape \[3, 8\] \(torch.int64\)"),
    "draw_not_taken": (dict(losses={"it": Loss(rand, {"noise": Normal("views")})}), r"called with \(model, x, noise\), which it does not take"),
    "draw_not_declared": (dict(losses={"it": lambda m, x, turns: m(x).mean()}), r"called with \(model, x\), which it does not take"),
    "draw_of_what": (dict(losses={"it": Loss(lambda m, x, turns: m(x).mean(), {"turns": "turns"})}), "declare it as Uniform"),
    "loss_name": (dict(losses={"my loss": constant}), "needs a name of small letters"),
    "no_module": (dict(model=lambda x: x), "must be a torch.nn.Module"),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_an_argument_is_refused(case, tmp_path):
    arguments, words = ARGUMENTS[case]
    with pytest.raises(ExportError, match=words) as refusal:
        write(tmp_path, **arguments)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("make, words", [
    (lambda: Image(8, 8, 3, mean=(0.5, 0.5)), "mean has 2 values for 3 channels"), (lambda: Image(0, 8), "no pixels"),
    (lambda: Image(8, 8, 1, deviation=(0.0,)), "deviation must be above 0"), (lambda: Tokens(8, 1), "nothing to read"),
    (lambda: Integers("views", low=3, high=3), "high is 3"), (lambda: Permutation("views"), "last dimension"),
    (lambda: Turns("samples"), "'samples'"), (lambda: Prior(-1), "-1 is not a whole number")], ids=range(8))
def test_a_declaration_is_refused(make, words):
    with pytest.raises(ExportError, match=words):
        make()


def test_weights_that_are_not_numbers(tmp_path):
    model = net()
    model.body[0].weight.data[0, 0, 0, 0] = float("nan")
    with pytest.raises(ExportError, match="body.0.weight has NaN in 1 of its 216 values"):
        write(tmp_path, model)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_weights_of_another_precision(dtype, tmp_path):
    with pytest.raises(ExportError, match=r"body.0.weight is \w+; convert the model with model.float"):
        write(tmp_path, net().to(dtype))


def test_a_model_from_outside(tmp_path):
    other = net().eval()
    with pytest.raises(ExportError, match="each must use its first argument"):
        write(tmp_path, predict=lambda m, x: other(x))


def test_a_norm_that_computes_by_itself(tmp_path):
    class Own(nn.BatchNorm2d):
        def forward(self, x):
            return super().forward(2 * x)
    write(tmp_path, net(Own(8)))
    with pytest.raises(ExportError, match="body.1 is a Own, whose forward is its own"):
        write(tmp_path, net(Own(8)), batch_norm=Prior(4))
