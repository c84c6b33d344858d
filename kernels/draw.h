#pragma once
#include <cmath>
#include <cstdint>

#include "kernels/philox.h"

namespace ttt {

/// What a draw is for. Values are part of the stored results: never renumber.
enum class Purpose : uint32_t {
  view_offset = 1,        // vertical and horizontal shift of a view, and whether it is mirrored
  turn = 2,               // quarter turns of a view
  random_label = 3,       // placebo labels
  other_sample = 4,       // placebo: the other sample
  vote_order = 5,         // order of the distinct views of a vote
  init = 6,               // initial weights
  epoch_order = 7,        // order of training images
  shift = 8,              // corruption of a test image
  glyph = 9,              // a built-in image
  base_choice = 10,       // which images become base images
  bootstrap = 11,         // resamples of the report
  low_rank = 12,          // initial factors of low-rank adaptation
  patch_order = 13,       // order of the shuffled patches of a view
  stream = 14,            // order of the samples of a stream
  neighbour = 16,         // neighbours that are chosen at random
  random_gate = 15,       // which samples the control of a policy adapts
  transformer_init = 17,  // initial weights of a transformer
  window_place = 18,      // where a window of training text begins
  token_order = 19,       // placebo: the order of shuffled tokens
  training_puzzle = 20,   // which puzzle a training sees, and how it is changed
  puzzle_view = 21,       // views of a puzzle that is adapted on
  puzzle_ballot = 22,     // views of a puzzle that vote
  output_order = 23,      // placebo: which answer a demonstration has
  program = 64,           // to 255: the draws of a program's loss, by their place in its list
};

/// The purpose of draw number `place` of a program's loss; of 192 draws each has its own.
constexpr Purpose program_purpose(uint32_t place) {
  return static_cast<Purpose>(static_cast<uint32_t>(Purpose::program) + place % 192);
}

/// A counter-based random stream: every number is a pure function of (seed, subject, step, view, purpose,
/// index). Philox4x32-10 (philox.h). Bit layout:
///   key     = (seed low 32, seed high 32)
///   counter = (index, subject low 32, subject high 16 | step low 16 << 16, view 24 | purpose << 24)
/// `subject` is a sample, image or tensor number below 2^48; step below 2^16; view below 2^24. One index
/// gives four 32-bit words: draw i of a stream is word i mod 4 of index i / 4.
class Draw {
 public:
  TTT_HOST_DEVICE Draw(uint64_t seed, Purpose purpose, uint64_t subject, uint32_t step = 0, uint32_t view = 0)
      : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
        counter_{{0, static_cast<uint32_t>(subject),
                  (static_cast<uint32_t>(subject >> 32) & 0xffffu) | (step << 16),
                  (view & 0xffffffu) | (static_cast<uint32_t>(purpose) << 24)}} {}

  /// 32 uniform bits: draw i.
  TTT_HOST_DEVICE uint32_t bits(uint32_t i) const {
    PhiloxWords counter = counter_;
    counter.at[0] = i / 4;
    return philox(counter, key_[0], key_[1]).at[i % 4];
  }

  /// Uniform integer in [0, n), n <= 2^32: multiply-shift, the same on host and device.
  TTT_HOST_DEVICE uint32_t below(uint32_t i, uint64_t n) const {
    return static_cast<uint32_t>((static_cast<uint64_t>(bits(i)) * n) >> 32);
  }

  /// Uniform in [0, 1), a multiple of 2^-24: exact in float.
  TTT_HOST_DEVICE float uniform(uint32_t i) const { return static_cast<float>(bits(i) >> 8) * 0x1p-24f; }

  /// Uniform in [low, high).
  double uniform(uint32_t i, double low, double high) const { return low + (high - low) * uniform(i); }

  /// Standard normal: Box-Muller on draws 2 i and 2 i + 1 (host only; libm's last bit may differ between
  /// systems).
  double normal(uint32_t i) const {
    const double u = (static_cast<double>(bits(2 * i)) + 0.5) * 0x1p-32;
    const double v = static_cast<double>(bits(2 * i + 1)) * 0x1p-32;
    return std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586 * v);
  }

 private:
  uint32_t key_[2];
  PhiloxWords counter_;
};

}  // namespace ttt
