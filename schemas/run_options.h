#pragma once
#include <cstdint>
#include <string>

namespace ttt {

enum class Device { cpu, cuda };
enum class RunSplit { report, tune, all };

/// [run]: how episodes are executed. None but seed and split changes a value in results.h5.
struct RunOptions {
  uint64_t seed = 1;                  // seed of every draw of every method
  RunSplit split = RunSplit::report;  // which split of the test set is evaluated
  Device device = Device::cpu;
  int threads = 1;                    // threads of a rank (recorded: it changes floating-point sums)
  int lanes = 0;                      // K, episodes side by side; 0: chosen from the model's size
  int64_t block = 0;                  // samples of a unit of work; 0: tens of seconds of work
  bool logits = true;                 // keep logits (needed by ensembles and calibration)
  bool operator==(const RunOptions&) const = default;
};
void validate(const RunOptions& options);

}  // namespace ttt
