// One shift, or one building block of the shifts, applied to one image, so that Python can compare it with
// scipy.
//   apply_shift HEIGHT WIDTH CHANNELS SHIFT SEVERITY SEED SUBJECT < float32 pixels > float32 pixels
//   apply_shift HEIGHT WIDTH CHANNELS BLOCK NUMBER...             (blocks below)
#include <cstdio>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/shifts/blur.h"
#include "kernels/shifts/digital.h"
#include "kernels/shifts/filter.h"
#include "kernels/shifts/pixelwise.h"
#include "kernels/shifts/registry.h"
#include "kernels/shifts/resample.h"
#include "kernels/shifts/tone.h"

namespace ttt {
namespace {

using Numbers = std::vector<double>;

int whole(double number) { return static_cast<int>(number); }
Edge edge(double number) { return static_cast<Edge>(whole(number)); }

/// The image seen `dy`, `dx` pixels further on.
Image moved(const Image& image, double dy, double dx, Edge beyond) {
  return map_places(
      image, [&](double, int y, int x, int c) { return sample_bilinear(image, y + dy, x + dx, c, beyond); });
}

const std::map<std::string, std::function<Image(const Image&, const Numbers&)>> blocks{
    {"gaussian_filter",
     [](const Image& x, const Numbers& n) { return gaussian_filter(x, n.at(0), n.at(1), edge(n.at(2))); }},
    {"box_filter", [](const Image& x, const Numbers& n) { return box_filter(x, edge(n.at(0))); }},
    {"defocus",
     [](const Image& x, const Numbers& n) {
       return defocus_blur(x, {n.at(0), n.at(1)});
     }},
    {"motion",
     [](const Image& x, const Numbers& n) {
       return motion_blur(x, {whole(n.at(0)), n.at(1)}, n.at(2));
     }},
    {"zoom_in", [](const Image& x, const Numbers& n) { return zoom_in(x, n.at(0)); }},
    {"resize_box",
     [](const Image& x, const Numbers& n) { return resize_box(x, whole(n.at(0)), whole(n.at(1))); }},
    {"moved", [](const Image& x, const Numbers& n) { return moved(x, n.at(0), n.at(1), edge(n.at(2))); }},
    {"add_value", [](const Image& x, const Numbers& n) { return brightness(x, n.at(0)); }},
    {"change_saturation", [](const Image& x, const Numbers& n) { return saturate(x, n.at(0), n.at(1)); }},
    {"jpeg", [](const Image& x, const Numbers& n) { return jpeg_compression(x, whole(n.at(0))); }},
};

Image apply(const Image& image, const std::string& name, const Numbers& numbers) {
  if (const auto block = blocks.find(name); block != blocks.end()) return block->second(image, numbers);
  const Shift* shift = find_shift(name);
  if (shift == nullptr) throw std::invalid_argument("neither a shift nor a block: " + name);
  const Draw draw(static_cast<uint64_t>(numbers.at(1)), Purpose::shift, static_cast<uint64_t>(numbers.at(2)));
  return shift->apply(image, whole(numbers.at(0)), draw);
}

}  // namespace
}  // namespace ttt

int main(int count, char** words) {
  if (count < 5) return 64;
  ttt::Numbers numbers;
  for (int i = 5; i < count; ++i) numbers.push_back(std::stod(words[i]));
  ttt::Image image = ttt::blank(std::stoi(words[1]), std::stoi(words[2]), std::stoi(words[3]));
  if (std::fread(image.pixels.data(), sizeof(float), image.pixels.size(), stdin) != image.pixels.size())
    return 65;
  const ttt::Image result = ttt::apply(image, words[4], numbers);
  return std::fwrite(result.pixels.data(), sizeof(float), result.pixels.size(), stdout) ==
                 result.pixels.size()
             ? 0
             : 74;
}
