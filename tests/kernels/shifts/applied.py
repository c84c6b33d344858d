"""The shifts as the program under test computes them, and draws as its documentation defines them."""

import os
import subprocess
from pathlib import Path

import numpy as np

PROGRAM = Path(os.environ.get("TTT_BUILD", "build")) / "apply_shift"
SHIFT = 8  # Purpose::shift


def applied(image, name, *numbers):
    """The image [H, W, C] after one shift (severity, seed, subject) or building block (its numbers)."""
    pixels = np.ascontiguousarray(image, dtype=np.float32)
    words = [PROGRAM, *pixels.shape, name, *numbers]
    done = subprocess.run([str(w) for w in words], input=pixels.tobytes(), capture_output=True, check=True)
    flat = np.frombuffer(done.stdout, dtype=np.float32)
    return flat if flat.size != pixels.size else flat.reshape(pixels.shape)


def philox(counter, key):
    """Philox4x32-10: counter uint64 [4, n] below 2^32, key two ints -> uint64 [4, n] below 2^32."""
    a, b, c, d = counter
    low = np.uint64(0xFFFFFFFF)
    for turn in range(10):
        k0 = np.uint64((key[0] + turn * 0x9E3779B9) & 0xFFFFFFFF)
        k1 = np.uint64((key[1] + turn * 0xBB67AE85) & 0xFFFFFFFF)
        first, second = a * np.uint64(0xD2511F53), c * np.uint64(0xCD9E8D57)
        a, b, c, d = (second >> np.uint64(32)) ^ b ^ k0, second & low, (first >> np.uint64(32)) ^ d ^ k1, first & low
    return np.stack([a, b, c, d])


class Draw:
    """A stream for shifts: the numbers of kernels/draw.h, vectorised over indices."""

    def __init__(self, seed, subject):
        self.key = (seed & 0xFFFFFFFF, seed >> 32)
        self.subject = subject

    def bits(self, indices):
        i = np.asarray(indices, dtype=np.uint64)
        same = np.ones_like(i)
        words = philox(
            [i // np.uint64(4), same * np.uint64(self.subject), same * np.uint64(0), same * np.uint64(SHIFT << 24)],
            self.key,
        )
        return np.take_along_axis(words, (i % np.uint64(4)).astype(np.int64)[None], axis=0)[0]

    def uniform(self, indices, low=0.0, high=1.0):
        return low + (high - low) * ((self.bits(indices) >> np.uint64(8)).astype(np.float64) * 2.0**-24)

    def below(self, indices, n):
        return ((self.bits(indices) * np.uint64(n)) >> np.uint64(32)).astype(np.int64)

    def normal(self, indices):
        i = np.asarray(indices, dtype=np.uint64)
        u = (self.bits(2 * i) + 0.5) * 2.0**-32
        v = self.bits(2 * i + np.uint64(1)) * 2.0**-32
        return np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * v)
