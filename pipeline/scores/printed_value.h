#pragma once
#include <string>

#include "pipeline/scores/score_family.h"

namespace ttt {

/// A value with its unit: "55.8 %", "3.214 bits per byte".
std::string printed_value(const ScoreFamily& score, double value);

}  // namespace ttt
