#include "schemas/test_set.h"

namespace ttt {

ReadImages images_of(const TestSetWithImages& set) {
  return [&set](std::span<const int64_t> ids) {
    const int64_t size = int64_t{set.height} * set.width * set.channels;
    std::vector<uint8_t> images;
    images.reserve(ids.size() * size);
    for (const int64_t id : ids) {
      const auto begin = set.image.begin() + id * size;
      images.insert(images.end(), begin, begin + size);
    }
    return images;
  };
}

}  // namespace ttt
