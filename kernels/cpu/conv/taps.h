#pragma once
#include <array>
#include <cstdint>

// The nine taps of a 3x3 filter lie together in a network's weights, the channels of a vector in the
// kernels'.

namespace ttt::cpu {

/// to[places[tap] + channel] = from[channel * lane + tap] for so many channels: four, or fewer where vectors
/// are that short.
void gather_taps(const float* from, int64_t lane, int channels, float* to,
                 const std::array<int64_t, 9>& places);

/// And back: to[channel * lane + tap] = from[places[tap] + channel].
void scatter_taps(const float* from, const std::array<int64_t, 9>& places, int channels, float* to,
                  int64_t lane);

}  // namespace ttt::cpu
