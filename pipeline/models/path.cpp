#include "pipeline/models/path.h"

#include <fmt/format.h>

namespace ttt {

std::string describe(const ComputePath& path) {
  if (!path.words.empty()) return path.words;
  if (path.blocks == 0) return "LibTorch's operations, one lane at a time";
  const std::string direct = path.convolutions_direct == 0
                                 ? ""
                                 : fmt::format("{} convolution{} direct, ", path.convolutions_direct,
                                               path.convolutions_direct == 1 ? "" : "s");
  const std::string kernels =
      fmt::format("hand-written kernels ({}, {}{})", path.convolution, direct, path.instruction_set);
  if (path.all_by_hand()) return fmt::format("all {} blocks, stem and heads on {}", path.blocks, kernels);
  std::string by_hand = fmt::format("{} of {} blocks", path.blocks_by_hand, path.blocks);
  if (path.stem_by_hand) by_hand += ", the stem";
  if (path.heads_by_hand) by_hand += ", the heads";
  return fmt::format("{} on {}, the rest on LibTorch's operations", by_hand, kernels);
}

}  // namespace ttt
