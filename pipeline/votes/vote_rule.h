#pragma once
#include <string_view>

#include "pipeline/votes/ballots.h"
#include "pipeline/votes/verdict.h"
#include "schemas/alternatives.h"

namespace ttt {

/// How predictions become one: one file that exports one value, one line in registry.cpp.
struct VoteRule {
  std::string_view name;
  std::string_view summary;
  std::string_view source;   // where it was published
  Options (*options)();      // its own keys
  bool stops_early = false;  // whether a verdict may need fewer ballots than there are: cost differs by row
  Verdict (*decide)(const Options& options, const Ballots& ballots);
};

}  // namespace ttt
