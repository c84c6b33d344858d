#pragma once
#include <cstdint>
#include <string_view>

#include "pipeline/models/sequence_network.h"

namespace ttt {

/// Where the windows of a training of sequences come from. Reading is safe from several threads.
class TrainingWindows {
 public:
  TrainingWindows() = default;
  virtual ~TrainingWindows() = default;
  TrainingWindows(const TrainingWindows&) = delete;
  TrainingWindows& operator=(const TrainingWindows&) = delete;

  /// Window `number` of a step, drawn by (seed, step, number).
  virtual OwnedWindow window(uint64_t seed, int64_t step, int64_t number) const = 0;

  virtual int64_t seen_a_window() const = 0;    // what Training::seen() counts
  virtual std::string_view target() const = 0;  // what a loss is the mean over: "token"
};

}  // namespace ttt
