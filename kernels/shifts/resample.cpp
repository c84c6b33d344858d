#include "kernels/shifts/resample.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernels/shifts/pixelwise.h"

namespace ttt {
namespace {

/// One side of zoom_in: the place in the old image that new pixel i shows.
struct ZoomedSide {
  int crop, first, trim;
  double pitch;  // old pixels a new one

  ZoomedSide(int size, double factor) {
    crop = static_cast<int>(std::ceil(size / factor));
    first = (size - crop) / 2;
    const int stretched = static_cast<int>(std::lrint(crop * factor));
    trim = (stretched - size) / 2;
    pitch = stretched > 1 ? static_cast<double>(crop - 1) / (stretched - 1) : 0.0;
  }

  /// Never past the crop's last pixel: rounding must not reach for its neighbour.
  double place(int i) const { return first + std::min((i + trim) * pitch, crop - 1.0); }
};

/// The old pixels [begin, end) that new pixel i of a resized side averages.
struct Span {
  int begin, end;
};

/// In whole numbers, so that a centre on the line between two pixels falls the same way everywhere.
Span covered(int i, int old_size, int new_size) {
  if (new_size >= old_size) {
    const int nearest = (2 * i + 1) * old_size / (2 * new_size);
    return {nearest, nearest + 1};
  }
  const auto border = [&](int j) { return (2 * j * old_size + new_size) / (2 * new_size); };
  return {border(i), border(i + 1)};
}

double mean_over(const Image& image, Span rows, Span columns, int c) {
  double sum = 0;
  for (int y = rows.begin; y < rows.end; ++y)
    for (int x = columns.begin; x < columns.end; ++x) sum += image.at(y, x, c);
  return sum / ((rows.end - rows.begin) * (columns.end - columns.begin));
}

}  // namespace

double sample_bilinear(const Image& image, double y, double x, int c, Edge edge) {
  const int row = static_cast<int>(std::floor(y));
  const int column = static_cast<int>(std::floor(x));
  const double down = y - row;
  const double right = x - column;
  const int y0 = edge_index(row, image.height, edge), y1 = edge_index(row + 1, image.height, edge);
  const int x0 = edge_index(column, image.width, edge), x1 = edge_index(column + 1, image.width, edge);
  const double upper = image.at(y0, x0, c) * (1 - right) + image.at(y0, x1, c) * right;
  const double lower = image.at(y1, x0, c) * (1 - right) + image.at(y1, x1, c) * right;
  return upper * (1 - down) + lower * down;
}

Image zoom_in(const Image& image, double factor) {
  assert(factor >= 1);
  const ZoomedSide rows(image.height, factor), columns(image.width, factor);
  Image result = blank(image.height, image.width, image.channels);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      for (int c = 0; c < image.channels; ++c)
        result.at(y, x, c) =
            static_cast<float>(sample_bilinear(image, rows.place(y), columns.place(x), c, Edge::nearest));
  return result;
}

Image resize_box(const Image& image, int height, int width) {
  assert(height > 0 && width > 0);
  Image result = blank(height, width, image.channels);
  for (int y = 0; y < height; ++y) {
    const Span rows = covered(y, image.height, height);
    for (int x = 0; x < width; ++x) {
      const Span columns = covered(x, image.width, width);
      for (int c = 0; c < image.channels; ++c)
        result.at(y, x, c) = static_cast<float>(mean_over(image, rows, columns, c));
    }
  }
  return result;
}

}  // namespace ttt
