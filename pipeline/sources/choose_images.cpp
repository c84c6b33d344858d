#include <cassert>
#include <numeric>
#include <unordered_map>

#include "kernels/draw.h"
#include "pipeline/sources/image_set.h"

namespace ttt {
namespace {

/// The first `count` places of a Fisher-Yates shuffle of 0 .. size-1 that stores only the places it has
/// touched.
std::vector<int64_t> shuffled(int64_t size, const Draw& draw, int64_t count) {
  std::unordered_map<int64_t, int64_t>
      moved;  // place -> what lies there now, where that is not the place itself
  const auto lies_at = [&](int64_t place) {
    const auto found = moved.find(place);
    return found == moved.end() ? place : found->second;
  };
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t j = i + draw.below(static_cast<uint32_t>(i), static_cast<uint64_t>(size - i));
    chosen.push_back(lies_at(j));
    moved[j] = lies_at(i);
  }
  return chosen;
}

}  // namespace

std::vector<int64_t> choose_places(int64_t size, uint64_t seed, DataPart part, int64_t count) {
  return shuffled(size, Draw(seed, Purpose::base_choice, static_cast<uint64_t>(part)), count);
}

std::vector<int64_t> choose_images(const ImageSet& set, uint64_t seed, DataPart part, int64_t count) {
  assert(0 <= count && count <= set.size());
  if (!set.in_random_order()) return choose_places(set.size(), seed, part, count);
  std::vector<int64_t> first(count);
  std::iota(first.begin(), first.end(), int64_t{0});
  return first;
}

}  // namespace ttt
