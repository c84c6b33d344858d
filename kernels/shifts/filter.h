#pragma once
#include <vector>

#include "kernels/image.h"

namespace ttt {

/// What lies beyond the border of a row abcd.
enum class Edge {
  nearest,  // aaa|abcd|ddd
  reflect,  // cba|abcd|dcb
  mirror,   // dcb|abcd|cba
};

/// The place inside [0, size) that stands for place i, however far outside.
int edge_index(int i, int size, Edge edge);

/// Weights [height, width] around a centre; both sides odd.
struct Kernel {
  int height = 1, width = 1;
  std::vector<double> weights;
};

/// Weighted sum of each value's neighbourhood, channel by channel (the kernel is not turned round).
Image correlate(const Image& image, const Kernel& kernel, Edge edge);

/// 2 radius + 1 samples of a Gaussian, summing to 1; sigma 0 is a single spike.
std::vector<double> gaussian_weights(double sigma, int radius);

/// Separable Gaussian; the tails are cut `truncate` sigmas out, as scipy.ndimage.gaussian_filter does.
Image gaussian_filter(const Image& image, double sigma, double truncate, Edge edge);

/// Mean over the 3 x 3 neighbourhood.
Image box_filter(const Image& image, Edge edge);

}  // namespace ttt
