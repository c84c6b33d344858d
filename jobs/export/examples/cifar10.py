"""CIFAR-10's binary files (cs.toronto.edu/~kriz/cifar-10-binary.tar.gz), and the crops and mirrors of training."""
from pathlib import Path

import torch
from torch.nn import functional as F

MEAN, DEVIATION = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


def _read(path: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """Records of a label and 3 x 32 x 32 bytes -> pixels [N, 3, 32, 32] uint8, labels [N]."""
    records = torch.frombuffer(bytearray(path.read_bytes()), dtype=torch.uint8).view(-1, 1 + 3 * 32 * 32)
    return records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0].long()


def training_images(folder: Path) -> tuple[torch.Tensor, torch.Tensor]:
    parts = [_read(folder / f"data_batch_{i}.bin") for i in range(1, 6)]
    return torch.cat([p for p, _ in parts]), torch.cat([labels for _, labels in parts])


def test_images(folder: Path) -> tuple[torch.Tensor, torch.Tensor]:
    return _read(folder / "test_batch.bin")


def class_names(folder: Path) -> list[str]:
    return (folder / "batches.meta.txt").read_text().split()


def normalised(pixels: torch.Tensor) -> torch.Tensor:
    """uint8 [N, 3, H, W] -> float."""
    mean, deviation = (torch.tensor(v).view(3, 1, 1) for v in (MEAN, DEVIATION))
    return (pixels.float() / 255 - mean) / deviation


def augmented(x: torch.Tensor, generator: torch.Generator, padding: int = 4) -> torch.Tensor:
    """Each image [N, 3, H, W] shifted by up to `padding` pixels, half of them mirrored."""
    n, _, height, width = x.shape
    padded = F.pad(x, [padding] * 4)
    top, left = torch.randint(2 * padding + 1, (2, n, 1), generator=generator)
    rows, columns = top + torch.arange(height), left + torch.arange(width)
    mirror = torch.rand(n, 1, generator=generator) < 0.5
    columns = torch.where(mirror, columns.flip(1), columns)
    return padded[torch.arange(n)[:, None, None, None], torch.arange(3)[None, :, None, None], rows[:, None, :, None], columns[:, None, None, :]]
