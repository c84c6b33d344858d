#include "kernels/shifts/spatter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/shifts/colour.h"
#include "kernels/shifts/filter.h"
#include "kernels/shifts/pixelwise.h"

namespace ttt {
namespace {

constexpr Rgb pale_turquoise{175.0 / 255, 238.0 / 255, 238.0 / 255};
constexpr Rgb mud_brown{63.0 / 255, 42.0 / 255, 20.0 / 255};
constexpr int farthest = 20;  // distances to a shore count up to here, pixels

/// Depth of liquid [H, W, 1], 0 where it is dry.
Image liquid_layer(int height, int width, const Spatter& spatter, const Draw& draw) {
  Image layer = blank(height, width, 1);
  for (uint32_t i = 0; i < layer.pixels.size(); ++i)
    layer.pixels[i] = static_cast<float>(spatter.mean + spatter.deviation * draw.normal(i));
  return map_values(gaussian_filter(layer, spatter.sigma, 4, Edge::nearest),
                    [&](double x, uint32_t) { return x < spatter.threshold ? 0.0 : x; });
}

/// Liquid next to a dry place above, below, left or right.
bool is_shore(const Image& layer, int y, int x) {
  const auto dry = [&](int row, int column) {
    return row >= 0 && row < layer.height && column >= 0 && column < layer.width &&
           layer.at(row, column, 0) <= 0;
  };
  return layer.at(y, x, 0) > 0 && (dry(y - 1, x) || dry(y + 1, x) || dry(y, x - 1) || dry(y, x + 1));
}

/// Distance of every place to the nearest shore, at most `farthest`.
Image shore_distance(const Image& layer) {
  Image distance = layer;
  std::fill(distance.pixels.begin(), distance.pixels.end(), static_cast<float>(farthest));
  for (int y = 0; y < layer.height; ++y)
    for (int x = 0; x < layer.width; ++x) {
      if (!is_shore(layer, y, x)) continue;
      for (int i = std::max(0, y - farthest); i < std::min(layer.height, y + farthest + 1); ++i)
        for (int j = std::max(0, x - farthest); j < std::min(layer.width, x + farthest + 1); ++j) {
          const auto here = static_cast<float>(std::hypot(i - y, j - x));
          distance.at(i, j, 0) = std::min(distance.at(i, j, 0), here);
        }
    }
  return distance;
}

/// Whole numbers 0 .. farthest replaced by their rank, the lowest 0 and the highest 255, in proportion to how
/// many places lie between.
Image equalised(const Image& image) {
  std::array<int, farthest + 1> count{};
  for (float value : image.pixels) ++count[static_cast<int>(value)];
  const auto first = std::find_if(count.begin(), count.end(), [](int n) { return n > 0; });
  const double spread = static_cast<double>(image.pixels.size()) - *first;
  std::array<float, farthest + 1> rank{};
  double below = -*first;
  for (size_t i = 0; i < rank.size(); ++i) {
    below += count[i];
    rank[i] = spread > 0 ? static_cast<float>(255 * std::max(0.0, below) / spread) : 0.0f;
  }
  Image result = image;
  for (float& value : result.pixels) value = rank[static_cast<int>(value)];
  return result;
}

/// How strongly water shines [H, W, 1], at most 1: lit from the lower right by embossing the distance to the
/// shore.
Image shine(const Image& layer) {
  const Kernel emboss{3, 3, {-2, -1, 0, -1, 1, 1, 0, 1, 2}};
  Image relief = correlate(equalised(box_filter(shore_distance(layer), Edge::mirror)), emboss, Edge::mirror);
  for (float& value : relief.pixels) value = std::clamp(value, 0.0f, 255.0f);
  relief = box_filter(relief, Edge::mirror);
  float brightest = 0;
  for (size_t i = 0; i < relief.pixels.size(); ++i) {
    relief.pixels[i] *= layer.pixels[i];
    brightest = std::max(brightest, relief.pixels[i]);
  }
  for (float& value : relief.pixels) value = brightest > 0 ? value / brightest : 0.0f;
  return relief;
}

Image add_water(const Image& image, const Image& layer, double intensity) {
  const Image light = shine(layer);
  return map_places(image, [&](double value, int y, int x, int c) {
    return value + intensity * light.at(y, x, 0) * channel_of(pale_turquoise, c, image.channels);
  });
}

Image cover_with_mud(const Image& image, const Image& layer, double outline_sigma) {
  constexpr double thinnest = 0.8;  // thinner mud is transparent
  const Image wet = map_values(layer, [](double depth, uint32_t) { return depth > 0 ? 1.0 : 0.0; });
  const Image mud = gaussian_filter(wet, outline_sigma, 4, Edge::nearest);
  return map_places(image, [&](double value, int y, int x, int c) {
    const double cover = mud.at(y, x, 0) < thinnest ? 0.0 : mud.at(y, x, 0);
    return value * (1 - cover) + channel_of(mud_brown, c, image.channels) * cover;
  });
}

}  // namespace

Image spatter(const Image& image, const Spatter& spatter, const Draw& draw) {
  const Image layer = liquid_layer(image.height, image.width, spatter, draw);
  return spatter.liquid == Spatter::Liquid::water ? add_water(image, layer, spatter.intensity)
                                                  : cover_with_mud(image, layer, spatter.intensity);
}

}  // namespace ttt
