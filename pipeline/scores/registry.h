#pragma once
#include <span>
#include <string_view>

#include "pipeline/scores/score_family.h"

namespace ttt {

extern const ScoreFamily classification, next_token, exact_match;

/// Every family of scores, in the order in which they are listed.
std::span<const ScoreFamily* const> score_families();

/// The family of that name. Throws a data Error that names those there are.
const ScoreFamily& score_family_named(std::string_view name);

}  // namespace ttt
