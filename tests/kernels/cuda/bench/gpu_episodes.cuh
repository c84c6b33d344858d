#pragma once
#include <numeric>

#include "tests/kernels/cuda/bench/episodes.h"
#include "tests/kernels/cuda/bench/gpu_memory.cuh"

namespace ttt::cuda::bench {

/// Subjects 0, 1, ... of K lanes.
inline std::vector<int64_t> counted(int64_t lanes) {
  std::vector<int64_t> subjects(static_cast<size_t>(lanes));
  std::iota(subjects.begin(), subjects.end(), 0);
  return subjects;
}

/// The image of a subject, some pattern of its own.
inline std::vector<uint8_t> images_of(const std::vector<int64_t>& subjects, const NetworkOptions& o) {
  std::vector<uint8_t> images;
  for (const int64_t subject : subjects)
    for (int64_t n = 0; n < int64_t{o.size} * o.size * o.channels; ++n)
      images.push_back(static_cast<uint8_t>((n * n + 31 * (subject + 1) * n) % 251));
  return images;
}

inline void give_images(const GpuMemory& memory, Episodes<GpuMemory>& episodes,
                        const std::vector<int64_t>& subjects, const NetworkOptions& o) {
  memory.upload(subjects, episodes.subject());
  memory.upload(images_of(subjects, o), episodes.images());
}

}  // namespace ttt::cuda::bench
