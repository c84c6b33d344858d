#include "pipeline/report/sample_pictures.h"

#include <algorithm>
#include <set>
#include <vector>

#include "pipeline/sources/image_file.h"
#include "schemas/files/base64.h"

namespace ttt {
namespace {

constexpr int largest_side = 96;

/// An image [H, W, C] as red, green and blue, made smaller by a whole factor.
Bitmap small_bitmap(const TestSet& set, std::span<const uint8_t> image) {
  const int factor = (std::max(set.height, set.width) + largest_side - 1) / largest_side;
  Bitmap small{set.height / factor, set.width / factor, {}};
  for (int y = 0; y < small.height; ++y)
    for (int x = 0; x < small.width; ++x)
      for (int c = 0; c < 3; ++c) {
        const int channel = set.channels == 1 ? 0 : c;
        int sum = 0;
        for (int v = 0; v < factor; ++v)
          for (int u = 0; u < factor; ++u)
            sum += image[(int64_t{y * factor + v} * set.width + x * factor + u) * set.channels + channel];
        small.bytes.push_back(static_cast<uint8_t>((sum + factor * factor / 2) / (factor * factor)));
      }
  return small;
}

std::set<int64_t> told(const Analysis& analysis) {
  std::set<int64_t> samples;
  for (const Section& section : analysis.sections)
    for (const auto* stories : {&section.stories.better, &section.stories.worse})
      for (const SampleStory& story : *stories) samples.insert(story.sample);
  return samples;
}

}  // namespace

SamplePictures sample_pictures(const Analysis& analysis, const TestSet& set, const ReadImages& images) {
  SamplePictures pictures;
  for (const int64_t sample : told(analysis)) {
    if (sample < 0 || sample >= set.samples) continue;
    const std::vector<uint8_t> image = images(std::vector{sample});
    pictures[sample] = "data:image/png;base64," + base64(encode_png(small_bitmap(set, image)));
  }
  return pictures;
}

}  // namespace ttt
