#pragma once
#include <string>

#include "pipeline/analysis/families.h"

namespace ttt {

/// Tables of one section, as HTML.
std::string family_table(const Analysis& analysis, const Section& section,
                         const Family& family);  // every member x milestone
std::string equal_cost_table(const Analysis& analysis,
                             const Section& section);                       // against votes and ensembles
std::string shift_table(const Analysis& analysis, const Section& section);  // gain shift by shift
std::string model_table(const Analysis& analysis, const Section& section);  // gain model by model
std::string placebo_table(const Analysis& analysis, const Section& section);
std::string episode_table(const Analysis& analysis,
                          const Section& section);  // what became of episodes, seconds

}  // namespace ttt
