#pragma once
#include "pipeline/analysis/analysis.h"

namespace ttt {

/// What all sections share.
struct SectionInput {
  const Results& results;
  const std::vector<MethodFacts>& methods;
  std::optional<int> under_test;
  const std::vector<Timing>& timings;
  BootstrapOptions options;
};

/// The figures of the models of `group` on the samples of `split`; none when there are no such samples.
std::optional<Section> analyse_section(const SectionInput& input, const std::string& group, Split split);

}  // namespace ttt
