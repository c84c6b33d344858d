#include "kernels/shifts/filter.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernels/shifts/pixelwise.h"

namespace ttt {
namespace {

/// The places that stand for -radius .. size - 1 + radius.
std::vector<int> padded_places(int size, int radius, Edge edge) {
  std::vector<int> places;
  for (int i = -radius; i < size + radius; ++i) places.push_back(edge_index(i, size, edge));
  return places;
}

}  // namespace

int edge_index(int i, int size, Edge edge) {
  assert(size > 0);
  if (edge == Edge::nearest || size == 1) return std::clamp(i, 0, size - 1);
  const int period = edge == Edge::reflect ? 2 * size : 2 * size - 2;
  const int place = ((i % period) + period) % period;
  if (place < size) return place;
  return edge == Edge::reflect ? period - 1 - place : period - place;
}

Image correlate(const Image& image, const Kernel& kernel, Edge edge) {
  assert(kernel.height % 2 == 1 && kernel.width % 2 == 1);
  const std::vector<int> rows = padded_places(image.height, kernel.height / 2, edge);
  const std::vector<int> columns = padded_places(image.width, kernel.width / 2, edge);
  const auto neighbourhood = [&](int y, int x, int c) {
    double sum = 0;
    const double* weight = kernel.weights.data();
    for (int i = 0; i < kernel.height; ++i)
      for (int j = 0; j < kernel.width; ++j) sum += *weight++ * image.at(rows[y + i], columns[x + j], c);
    return sum;
  };
  Image result = blank(image.height, image.width, image.channels);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      for (int c = 0; c < image.channels; ++c)
        result.at(y, x, c) = static_cast<float>(neighbourhood(y, x, c));
  return result;
}

std::vector<double> gaussian_weights(double sigma, int radius) {
  std::vector<double> weights;
  double sum = 0;
  for (int i = -radius; i <= radius; ++i) {
    weights.push_back(i == 0 ? 1.0 : sigma > 0 ? std::exp(-0.5 * i * i / (sigma * sigma)) : 0.0);
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

Image gaussian_filter(const Image& image, double sigma, double truncate, Edge edge) {
  const int radius = static_cast<int>(truncate * sigma + 0.5);
  if (radius == 0) return image;
  const std::vector<double> weights = gaussian_weights(sigma, radius);
  const Image across = correlate(image, {1, 2 * radius + 1, weights}, edge);
  return correlate(across, {2 * radius + 1, 1, weights}, edge);
}

Image box_filter(const Image& image, Edge edge) {
  return correlate(image, {3, 3, std::vector<double>(9, 1.0 / 9)}, edge);
}

}  // namespace ttt
