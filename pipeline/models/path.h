#pragma once
#include <string>

namespace ttt {

/// Which kernels a network runs on in this process: what the benchmark and a run's log say.
struct ComputePath {
  int blocks = 0;               // residual blocks of the trunk and both heads; 0: it has none
  int blocks_by_hand = 0;       // on the hand-written kernels; the others on LibTorch's operations
  bool stem_by_hand = false;    // the first convolution
  bool heads_by_hand = false;   // closing norm, average and linear of both
  std::string convolution;      // of the hand-written blocks: winograd4, winograd2 or direct
  int convolutions_direct = 0;  // of the hand-written blocks where Winograd's does not pay or fit
  std::string instruction_set;  // of the hand-written kernels
  std::string words;            // of a network without residual blocks: what is said instead

  bool all_by_hand() const { return blocks > 0 && blocks_by_hand == blocks && stem_by_hand && heads_by_hand; }
};

/// One line, e.g. "all 3 blocks, stem and heads on hand-written kernels (winograd4, 1 convolution direct,
/// avx512)".
std::string describe(const ComputePath& path);

}  // namespace ttt
