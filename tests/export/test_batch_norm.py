"""The three choices of BatchNorm's statistics, by their closed forms."""
import find_torch  # noqa: F401  before torch: finds it, or skips this file
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from small import net, write
from ttt_export import ExportError, Prior
from ttt_export.batch_norm import set_statistics
from ttt_export.replay import Replay


def with_statistics(statistics, model=None):
    model = (model or net(nn.BatchNorm2d(8))).eval()
    said = set_statistics(model, statistics)
    return model, said


X = torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(2))


def test_source_statistics_are_those_of_evaluation():
    model, said = with_statistics("source")
    assert said == "source" and torch.equal(model(X), net(nn.BatchNorm2d(8)).eval()(X))


def test_statistics_of_the_views_are_those_of_training():
    model, said = with_statistics("views")
    trained = net(nn.BatchNorm2d(8)).eval()
    trained.body[1].train()
    assert said == "views" and torch.equal(model(X), trained(X))


def test_a_prior_of_many_samples_is_the_source():
    assert torch.allclose(with_statistics(Prior(10**9))[0](X), net(nn.BatchNorm2d(8)).eval()(X), atol=1e-5)


def test_no_prior_on_one_image_is_instance_norm():
    layer = nn.BatchNorm2d(3)
    nn.init.uniform_(layer.running_mean)
    model, _ = with_statistics(Prior(0), nn.Sequential(layer))
    assert torch.allclose(model(X[:1]), F.instance_norm(X[:1]), atol=1e-5)
    assert torch.allclose(model(X), with_statistics("views", nn.Sequential(nn.BatchNorm2d(3)))[0](X), atol=1e-5)


def test_the_prior_weighs_by_samples():
    """Schneider et al., NeurIPS 2020, equation 3: N parts of the source, n of the n views."""
    layer = nn.BatchNorm2d(3, affine=False)
    nn.init.uniform_(layer.running_mean)
    nn.init.uniform_(layer.running_var, 1, 2)
    model, said = with_statistics(Prior(12), nn.Sequential(layer))
    mean = (12 * layer.running_mean + 4 * X.mean((0, 2, 3))) / 16
    variance = (12 * layer.running_var + 4 * X.var((0, 2, 3), correction=0)) / 16
    expected = (X - mean[:, None, None]) / (variance[:, None, None] + layer.eps).sqrt()
    assert said == {"prior": 12} and torch.allclose(model(X), expected, atol=1e-5)


@pytest.mark.parametrize("statistics", ["source", "views", Prior(4)], ids=str)
def test_a_program_has_them(statistics, tmp_path):
    program = write(tmp_path, net(nn.BatchNorm2d(8)), batch_norm=statistics, adapt="norm", losses={"it": lambda m, x: m(x).square().mean()})
    expected, said = with_statistics(statistics)
    assert program.text["statistics"] == said
    assert torch.equal(Replay(program.functions()["predict"]["graph"])(program.tensors | {"x": X})[0], expected(X))
    assert program.text["subsets"]["norm"] == ["body.1.weight", "body.1.bias"]


def test_a_model_without_batch_norm_has_none(tmp_path):
    assert write(tmp_path, batch_norm="views").text["statistics"] is None


def test_a_layer_without_running_statistics_has_only_those_of_the_views(tmp_path):
    assert write(tmp_path, net(nn.BatchNorm2d(8, track_running_stats=False)), batch_norm="views").text["statistics"] == "views"
    with pytest.raises(ExportError, match='body.1 has no running statistics: choose batch_norm="views"'):
        write(tmp_path, net(nn.BatchNorm2d(8, track_running_stats=False)))


class NormAndActivation(nn.BatchNorm2d):
    """In the manner of timm's BatchNormAct2d."""

    def __init__(self, channels):
        super().__init__(channels)
        self.drop, self.act = nn.Identity(), nn.ReLU()

    def forward(self, x):
        return self.act(self.drop(super().forward(x)))


def test_a_norm_keeps_its_activation(monkeypatch):
    monkeypatch.setattr(NormAndActivation, "__module__", "timm.layers.norm_act")
    model, _ = with_statistics(Prior(4), nn.Sequential(NormAndActivation(3)))
    plain, _ = with_statistics(Prior(4), nn.Sequential(nn.BatchNorm2d(3)))
    assert torch.equal(model(X), plain(X).relu())
