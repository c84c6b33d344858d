#pragma once
#include <cstdint>
#include <string>

#include "pipeline/memory/classifier.h"
#include "pipeline/memory/options.h"
#include "schemas/files/results.h"

namespace ttt {

/// The method whose records a memory reads: `from`, or without a name the first that keeps features and
/// starts at the source models; nullptr when there is none.
const MethodResults* memory_source(const std::string& from, const Results& results);

/// Predictions of every source model with a memory of earlier samples: the stored features and logits at
/// milestone 0 of the method `options.from`, replayed in `options.order` (drawn by `seed`). One milestone,
/// number 1. Nothing but the order "class" looks at labels. Rows without finite features or logits (bad
/// input, diverged, missing) are passed over: they get no prediction, do not enter the memory and keep their
/// status. A row costs a prediction of the source model and 2 F operations for each remembered vector read
/// for it (Records::paid_flops). `classifier` is asked by rules that need the final linears. The
/// spec is left empty. Throws a data Error when no
/// such method keeps features, logits and milestone 0, or when the classifier does not fit the records.
MethodResults memory_results(const std::string& name, const MemoryOptions& options, const Results& results,
                             const std::function<MemoryClassifier()>& classifier, uint64_t seed);

}  // namespace ttt
