#include "pipeline/testset/sample_names.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "schemas/files/digest.h"

namespace ttt {

std::vector<std::string> sample_names(const TestSetFile& file) {
  constexpr int64_t portion = 1024;  // samples whose images are in memory at once
  const TestSet& set = file.set;
  const size_t size = static_cast<size_t>(set.height) * set.width * set.channels;
  std::vector<std::string> names;
  for (int64_t first = 0; first < set.samples; first += portion) {
    std::vector<int64_t> ids(std::min(portion, set.samples - first));
    std::iota(ids.begin(), ids.end(), first);
    const std::vector<uint8_t> images = file.images(ids);
    for (size_t i = 0; i < ids.size(); ++i) {
      const std::string_view pixels(reinterpret_cast<const char*>(images.data()) + i * size, size);
      const int64_t id = ids[i];
      names.push_back(fmt::format("{} {} {} {} {} {}", set.base[id], set.shift_names[set.shift[id]],
                                  set.severity[id], static_cast<int>(set.split[id]), set.label[id],
                                  digest(pixels)));
    }
  }
  return names;
}

}  // namespace ttt
