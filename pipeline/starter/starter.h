#pragma once
#include <string>
#include <vector>

#include "schemas/data_options.h"

namespace ttt {

/// What a first spec is asked to be about.
struct StarterOptions {
  DataSource source = DataSource::glyphs;
  std::string path = {};                  // data.path; "" for glyphs
  std::vector<std::string> weights = {};  // of models trained elsewhere; none: three are trained
};

/// A commented spec for these images, of which sizes and counts are chosen by what is there: it trains small
/// models, and compares test-time training with its placebo and a vote. Throws the Errors of the source that
/// it opens, a spec Error when a test set comes without weights.
std::string starter_spec(const StarterOptions& options);

}  // namespace ttt
