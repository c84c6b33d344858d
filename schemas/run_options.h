#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace ttt {

enum class Device { cpu, cuda };
enum class RunSplit { report, tune, all };
enum class InstructionSet { fastest, baseline, avx2, avx512 };
enum class Convolution { winograd4, winograd2, direct, libtorch };

/// tf32, bf16: the 3x3 convolutions of residual blocks multiply numbers rounded to so many bits (10 and 7 of
/// the significand) and add up in float32; everything else stays float32. float64: the reference, on
/// LibTorch's operations.
enum class Precision { float32, float64, tf32, bf16 };

/// As the spec writes it.
std::string_view name(Convolution convolution);
std::string_view name(Precision precision);

/// [run]: how episodes are executed. Threads, lanes and blocks change no value in results.h5; isa and
/// convolution change the last bits and precision more, so they are part of the fingerprint.
struct RunOptions {
  uint64_t seed = 1;                  // seed of every draw of every method
  RunSplit split = RunSplit::report;  // which split of the test set is evaluated
  Device device = Device::cpu;
  int threads = 1;    // of a rank: they share its lanes, and the views of a large batch
  int lanes = 0;      // K, episodes side by side; 0: chosen from the model's size
  int64_t block = 0;  // samples of a unit of work; 0: tens of seconds of work, seconds on a GPU
  /// Of the CPU kernels. Pinned, ranks may have CPUs of several kinds; else all must have one.
  InstructionSet isa = InstructionSet::fastest;
  Convolution convolution = Convolution::winograd4;  // how 3x3 convolutions of blocks are computed on a CPU
  Precision precision = Precision::float32;
  bool logits = true;  // keep logits (needed by ensembles and calibration)
  bool operator==(const RunOptions&) const = default;
};
void validate(const RunOptions& options);

}  // namespace ttt
