#include "pipeline/scores/printed_value.h"

#include <fmt/format.h>

namespace ttt {

std::string printed_value(const ScoreFamily& score, double value) {
  return fmt::format("{:.{}f}{}", score.scale * value, score.decimals, score.words.unit);
}

}  // namespace ttt
