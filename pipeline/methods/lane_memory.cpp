#include "pipeline/methods/lane_memory.h"

namespace ttt {

int64_t float_bytes(const Architecture& a) { return a.precision == Precision::float64 ? 8 : 4; }

int64_t saved_bytes(const Architecture& a, Part head) {
  const std::vector<BlockPlace> way = a.way(head);
  int64_t floats = int64_t{a.height} * a.width * a.channels + way.back().out_floats();
  for (const BlockPlace& block : way) floats += block.in_floats() + block.out_floats();
  return floats * float_bytes(a);
}

}  // namespace ttt
