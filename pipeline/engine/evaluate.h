#pragma once
#include "pipeline/methods/method.h"
#include "schemas/method_options.h"
#include "schemas/records.h"
#include "schemas/test_set.h"

namespace ttt {

/// What the engine needs besides method and model.
struct EngineOptions {
  uint64_t seed = 1;
  int lanes = 16;  // K
  bool keep_logits = true;
  SourceFeatures features = {};  // for methods that look for neighbours; empty: made for each evaluation
};

/// Features of every sample of the set under the source weights.
UnitFeatures source_features(const SourceNetwork& source, const TestSet& set, const ReadImages& images);

/// What `method` does on samples. Kinds that are computed from records have none of it: an internal Error.
const Evaluation& evaluation_of(const MethodOptions& method);

/// Cost of `method` at each milestone.
CostTable cost(const MethodOptions& method, const Network& network);

/// Records of samples `ids` under one method and one model, row i for ids[i]: K at a time, or for methods
/// that run on streams one after another. An image whose label is no class of the network is a row with
/// status bad_input. `read` gives the samples of `set`: they are read a portion at a time, so that it holds
/// the images or tokens of K samples, or of one stream, and no others. `between` is told between portions of
/// the work how many samples are done, and may throw to abandon the evaluation.
Records evaluate(
    const MethodOptions& method, const SourceNetwork& source, const TestSet& set, const ReadSamples& read,
    const std::vector<int64_t>& ids, const EngineOptions& options, const Between& between = [](int64_t) {});

}  // namespace ttt
