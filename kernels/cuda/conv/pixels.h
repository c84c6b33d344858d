#pragma once
#include "kernels/cuda/norm/terms.h"

// Pixels on their way from memory to shared memory, four channels at a time.

namespace ttt::cuda {

/// Channels p[0], ... p[3] of an image of `channels`; zeros where fewer are at hand.
TTT_DEVICE Quad read_channels(const float* p, int channels, int at_hand) {
  if (channels % 4 == 0 && at_hand >= 4) return quad(p);
  Quad q;
  TTT_UNROLL for (int i = 0; i < 4; ++i) { q.at[i] = i < at_hand ? p[i] : 0; }
  return q;
}

/// Norm and ReLU of four channels whose terms stand at terms[3 * channel].
TTT_DEVICE void normalise(const float* terms, Quad& q) {
  TTT_UNROLL for (int i = 0; i < 4; ++i) {
    q.at[i] = NormTerms{terms[3 * i], terms[3 * i + 1], terms[3 * i + 2]}.relu(q.at[i]);
  }
}

/// Writes the terms of a channel; zeros, which normalise() makes zeros of, for one that does not exist.
TTT_DEVICE void write_terms(const Norm& norm, int channels, int64_t lane, int64_t row, int c, float* terms) {
  const NormTerms of = c < channels ? norm_terms(norm, channels, lane, row, c) : NormTerms{0, 0, 0};
  terms[0] = of.mean, terms[1] = of.gain, terms[2] = of.shift;
}

/// A slice of the channels of a view [height, width, channels] behind norm and ReLU; zeros outside the image.
struct NormedView {
  const float* first;  // the slice's first channel of the first pixel
  int height, width, channels;
  int at_hand;         // channels from the first one on
  const float* terms;  // of the slice's channels; null: neither norm nor ReLU

  TTT_DEVICE Quad at(int y, int x, int channel) const {
    if (y < 0 || y >= height || x < 0 || x >= width) return {{0, 0, 0, 0}};
    Quad q =
        read_channels(first + (int64_t{y} * width + x) * channels + channel, channels, at_hand - channel);
    if (terms) normalise(terms + 3 * channel, q);
    return q;
  }
};

}  // namespace ttt::cuda
