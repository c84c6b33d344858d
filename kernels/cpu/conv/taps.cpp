#include "kernels/cpu/conv/taps.h"

#include <cstring>

namespace ttt::cpu {
namespace {

using Four = float __attribute__((vector_size(4 * sizeof(float))));
using Block = std::array<Four, 4>;

Four load(const float* from) {
  Four four;
  std::memcpy(&four, from, sizeof four);
  return four;
}

void store(Four four, float* to) { std::memcpy(to, &four, sizeof four); }

Block transposed(const Block& rows) {
  const Four even_low = __builtin_shufflevector(rows[0], rows[2], 0, 4, 1, 5);
  const Four even_high = __builtin_shufflevector(rows[0], rows[2], 2, 6, 3, 7);
  const Four odd_low = __builtin_shufflevector(rows[1], rows[3], 0, 4, 1, 5);
  const Four odd_high = __builtin_shufflevector(rows[1], rows[3], 2, 6, 3, 7);
  return {__builtin_shufflevector(even_low, odd_low, 0, 4, 1, 5),
          __builtin_shufflevector(even_low, odd_low, 2, 6, 3, 7),
          __builtin_shufflevector(even_high, odd_high, 0, 4, 1, 5),
          __builtin_shufflevector(even_high, odd_high, 2, 6, 3, 7)};
}

}  // namespace

void gather_taps(const float* from, int64_t lane, int channels, float* to,
                 const std::array<int64_t, 9>& places) {
  if (channels < 4) {
    for (int i = 0; i < channels; ++i)
      for (int tap = 0; tap < 9; ++tap) to[places[tap] + i] = from[i * lane + tap];
    return;
  }
  for (int tap = 0; tap < 8; tap += 4, from += 4) {
    const Block taps =
        transposed({load(from), load(from + lane), load(from + 2 * lane), load(from + 3 * lane)});
    for (int i = 0; i < 4; ++i) store(taps[i], to + places[tap + i]);
  }
  for (int i = 0; i < 4; ++i) to[places[8] + i] = from[i * lane];
}

void scatter_taps(const float* from, const std::array<int64_t, 9>& places, int channels, float* to,
                  int64_t lane) {
  if (channels < 4) {
    for (int i = 0; i < channels; ++i)
      for (int tap = 0; tap < 9; ++tap) to[i * lane + tap] = from[places[tap] + i];
    return;
  }
  for (int tap = 0; tap < 8; tap += 4, to += 4) {
    const Block block = transposed({load(from + places[tap]), load(from + places[tap + 1]),
                                    load(from + places[tap + 2]), load(from + places[tap + 3])});
    for (int i = 0; i < 4; ++i) store(block[i], to + i * lane);
  }
  for (int i = 0; i < 4; ++i) to[i * lane] = from[places[8] + i];
}

}  // namespace ttt::cpu
