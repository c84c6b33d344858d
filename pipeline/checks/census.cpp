#include "pipeline/checks/census.h"

#include <fmt/format.h>

#include <algorithm>

namespace ttt {
namespace {

constexpr size_t most_problems = 10;  // of one part that are named one by one
constexpr size_t most_classes_named = 20;

/// Whether the three channels of every pixel are equal.
bool is_grey(const std::vector<uint8_t>& pixels) {
  for (size_t i = 0; i + 2 < pixels.size(); i += 3)
    if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2]) return false;
  return true;
}

/// Decodes images at even distances.
void decode_some(const ImageSet& set, int64_t most, Census& census, Findings& findings) {
  const int64_t wanted = most == 0 ? census.images : std::min(most, census.images);
  size_t refused = 0;
  for (int64_t k = 0; k < wanted; ++k) {
    const int64_t index = k * census.images / wanted;
    try {
      const std::vector<uint8_t> pixels = set.pixels(index);
      ++census.decoded;
      census.grey += set.form().channels == 3 && is_grey(pixels);
    } catch (const Error& error) {
      if (++refused <= most_problems) findings.problems.push_back(error);
    }
  }
  if (refused > most_problems)
    findings.problems.push_back(
        Error(ExitCode::data, fmt::format("{} more images cannot be used", refused - most_problems)));
}

}  // namespace

Census take_census(const ImageSet& set, int64_t images, int64_t most, Findings& findings) {
  Census census;
  census.images = images;
  census.of_class.resize(set.form().class_names.size());
  for (int64_t i = 0; i < images; ++i) ++census.of_class.at(set.label(i));
  decode_some(set, most, census, findings);
  return census;
}

std::string census_text(const Census& census, const ImageForm& form) {
  const auto [least, most] = std::ranges::minmax_element(census.of_class);
  std::string text = fmt::format("{} images of {} x {} x {}; {} classes: ", census.images, form.width,
                                 form.height, form.channels, form.class_names.size());
  if (*least == *most) return text + fmt::format("{} images of each", *most);
  if (form.class_names.size() > most_classes_named)
    return text + fmt::format("{} to {} images of each", *least, *most);
  for (size_t c = 0; c < form.class_names.size(); ++c)
    text += fmt::format("{}{} {}", c ? ", " : "", form.class_names[c], census.of_class[c]);
  return text;
}

}  // namespace ttt
