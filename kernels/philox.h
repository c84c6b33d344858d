#pragma once
#include <cstdint>

#if defined(__CUDACC__)
#define TTT_HOST_DEVICE __host__ __device__
#else
#define TTT_HOST_DEVICE
#endif

namespace ttt {

/// Four words that a counter and a key make.
struct PhiloxWords {
  uint32_t at[4];
};

/// Philox4x32-10: ten rounds of two wide products whose halves change places (Salmon et al., Parallel random
/// numbers: as easy as 1, 2, 3, SC 2011, section 3.3). Integers only: the same on every machine and device.
TTT_HOST_DEVICE inline PhiloxWords philox(PhiloxWords counter, uint32_t key0, uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t first = uint64_t{0xD2511F53} * counter.at[0],
                   second = uint64_t{0xCD9E8D57} * counter.at[2];
    counter = {{static_cast<uint32_t>(second >> 32) ^ counter.at[1] ^ key0, static_cast<uint32_t>(second),
                static_cast<uint32_t>(first >> 32) ^ counter.at[3] ^ key1, static_cast<uint32_t>(first)}};
    key0 += 0x9E3779B9;  // the golden ratio and the square root of 3, as fractions of 2^32
    key1 += 0xBB67AE85;
  }
  return counter;
}

}  // namespace ttt
