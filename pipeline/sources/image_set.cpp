#include "pipeline/sources/image_set.h"

#include <cassert>

#include "kernels/image.h"
#include "kernels/shifts/registry.h"
#include "schemas/error.h"

namespace ttt {

std::vector<std::string> ImageSet::shift_names() const {
  std::vector<std::string> names;
  for (const Shift& shift : all_shifts()) names.push_back(shift.name);
  return names;
}

std::vector<uint8_t> ImageSet::shifted(int64_t index, const std::string& shift, int severity,
                                       const Draw& draw) const {
  const Shift* found = find_shift(shift);
  assert(found != nullptr && 1 <= severity && severity <= 5);
  const std::vector<uint8_t> clean = pixels(index);
  return to_bytes(
      found->apply(to_image(clean.data(), form_.height, form_.width, form_.channels), severity, draw));
}

void say_skipped(const ImageSet& set, std::string_view path) {
  if (const size_t files = set.skipped().size(); files > 0)
    fmt::print(stderr, "{}: {} passed over that are not PNG or JPEG by name\n", path, files);
}

void require_memory(const ImageForm& form, int64_t count, std::string_view key) {
  constexpr double gib = 1 << 30, most = 32;
  const double size = 1.0 * form.height * form.width * form.channels * static_cast<double>(count) / gib;
  require(size <= most, "{}: {} images of {} x {} pixels are {:.0f} GiB, all held in memory (at most {:.0f})",
          key, count, form.width, form.height, size, most);
}

}  // namespace ttt
