"""The examples: networks that are what they say, and the comparison with the eager loop."""
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import find_torch  # noqa: F401  before torch: finds it, or skips this file
import pytest
import torch
from torch import nn

import masked_reconstruction
import own_module
import reference_network
from small_networks import ResNet26, SmallViT
from ttt_export import Image, Prior, export

ROOT = Path(__file__).parents[2]


def load(path):
    loader = SourceFileLoader(path.stem, str(path))
    module = module_from_spec(spec_from_loader(path.stem, loader))
    sys.modules[path.stem] = module  # dataclasses look their module up
    loader.exec_module(module)
    return module


def test_the_reference_network_is_that_of_the_published_loop():
    """Two programs written apart, the same weights, the same logits of both heads."""
    published = load(ROOT / "jobs/published_loop.py")
    theirs, ours = published.Network(), reference_network.example()
    theirs.load_state_dict(ours.model.state_dict())
    x = torch.randn(3, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(ours.predict(ours.model, x), theirs.classify(x), atol=1e-5)
    turns = torch.tensor([0, 1, 3])
    turned = torch.stack([torch.rot90(v, k, (1, 2)) for v, k in zip(x, turns.tolist())])
    loss = nn.functional.cross_entropy(theirs.which_turn(turned), turns)
    assert torch.allclose(ours.losses["rotation"].function(ours.model, x, turns), loss, atol=1e-5)


class Told(nn.Module):
    """A decoder that is given every pixel of the patches but those of one."""

    def __init__(self, x, wrong):
        super().__init__()
        self.patches = masked_reconstruction.patches_of(x, 4).clone()
        self.patches[:, wrong] += 2

    def forward(self, seen, order):
        return self.patches


def test_the_masked_loss_counts_hidden_patches_alone():
    model, x = SmallViT(layers=1), torch.randn(2, 3, 32, 32)
    order = torch.stack([torch.arange(64), torch.arange(64).flip(0)])  # 16 are seen: 0 .. 15, and 63 .. 48
    for wrong, share in ((0, 0.5), (20, 1.0), (63, 0.5)):              # hidden in the second, in both, in the first
        model.decoder = Told(x, wrong)
        assert masked_reconstruction.loss(model, x, order).item() == pytest.approx(4 * share / 48, rel=1e-5)


def test_the_decoder_puts_patches_back_in_their_places():
    """Without layers and positions, what is drawn of a seen patch depends on that patch alone, wherever the order had it."""
    decoder = masked_reconstruction.Decoder(8, 2, 6, 10, layers=0, heads=1).eval()
    decoder.position.data.zero_()
    encoded = torch.randn(1, 8, 6)
    for order in (torch.arange(8)[None], torch.randperm(8, generator=torch.Generator().manual_seed(3))[None]):
        drawn = decoder(encoded.gather(1, order[:, :2, None].expand(-1, -1, 6)), order)
        for i in order[0, :2].tolist():
            assert torch.allclose(drawn[0, i], decoder.pixels(decoder.norm(decoder.enter(encoded[0, i]))), atol=1e-6)


@pytest.mark.parametrize("make", [lambda p: export(p, SmallViT(layers=1), input=Image(32, 32), predict=lambda m, x: m(x), adapt="norm",
                                                   losses={"mae": masked_reconstruction.mae(64)}, quiet=True),
                                  lambda p: export(p, ResNet26(), input=Image(32, 32), predict=lambda m, x: m(x), adapt="norm", batch_norm=Prior(16),
                                                   quiet=True)], ids=["vit", "resnet26"])
def test_what_is_trained_exports(make, tmp_path):
    assert make(tmp_path / "it.program").text["classes"] == 10


def test_the_comparison_with_the_eager_loop(tmp_path, capsys, monkeypatch):
    run_all = load(ROOT / "jobs/export/examples/run_all")
    monkeypatch.setattr(sys, "argv", ["run_all", "--samples", "1", "--steps", "2", "--folder", str(tmp_path), "own_module"])
    monkeypatch.setattr(run_all, "FILES", ["own_module"])
    with pytest.raises(SystemExit) as end:
        run_all.main()
    assert end.value.code == 0 and "own_module" in capsys.readouterr().out
    work = run_all.prepare(own_module.example(), tmp_path / "a.program", 1, 2)
    work.example.learning_rate *= 1.5  # another episode than the program's is seen
    theirs = run_all.eager(work, torch.float32)
    work.example.learning_rate /= 1.5
    assert run_all.difference(run_all.replayed(work, torch.float32).losses, theirs.losses) > 1e-5
