#include "pipeline/engine/evaluate.h"

#include <algorithm>
#include <type_traits>

#include "pipeline/methods/adapt.h"
#include "pipeline/methods/cost.h"
#include "pipeline/methods/prediction.h"
#include "pipeline/methods/vote.h"
#include "schemas/error.h"

namespace ttt {
namespace {

/// Calls `f` with the options of a method that runs on samples.
template <typename F>
auto visit_method(const MethodOptions& method, F&& f) {
  return std::visit(
      [&](const auto& options) -> decltype(f(AdaptOptions{})) {
        if constexpr (std::is_same_v<std::decay_t<decltype(options)>, EnsembleOptions>)
          fail(ExitCode::internal, "method.{}: an ensemble is not evaluated sample by sample", method.name);
        else
          return f(options);
      },
      method.options);
}

Samples samples_of(const MethodOptions& method, const TestSet& set, const std::vector<int64_t>& ids,
                   uint64_t seed) {
  const auto* adapt = std::get_if<AdaptOptions>(&method.options);
  return adapt && adapt->adapt_on == AdaptOn::other ? other_samples(set, ids, seed) : own_samples(set, ids);
}

int step_count(const MethodOptions& method) {
  const auto* adapt = std::get_if<AdaptOptions>(&method.options);
  return adapt ? adapt->steps : 0;
}

}  // namespace

CostTable cost(const MethodOptions& method, const Architecture& architecture) {
  return visit_method(method, [&](const auto& options) { return cost(options, architecture); });
}

Records evaluate(const MethodOptions& method, const SourceNetwork& source, const TestSet& set,
                 const std::vector<int64_t>& ids, const EngineOptions& options,
                 const std::function<void(int64_t done)>& between) {
  const int classes = source.architecture.classes;
  const auto marks = static_cast<int>(cost(method, source.architecture).milestone.size());
  Records records = empty_records(static_cast<int64_t>(ids.size()), marks, step_count(method),
                                  options.keep_logits ? classes : 0);
  records.sample = ids;
  std::vector<size_t> good;
  for (size_t i = 0; i < ids.size(); ++i) {
    const int64_t label = set.label[ids[i]];
    if (label >= 0 && label < classes)
      good.push_back(i);
    else
      records.status[i] = Status::bad_input;
  }
  const Samples samples = pick(samples_of(method, set, ids, options.seed), good);
  for (size_t first = 0; first < good.size(); first += options.lanes) {
    between(static_cast<int64_t>(first));
    const Samples lanes = slice(samples, first, std::min<size_t>(options.lanes, good.size() - first));
    const Records rows = visit_method(
        method, [&](const auto& o) { return evaluate(o, source, lanes, options.seed, options.keep_logits); });
    for (int64_t k = 0; k < rows.samples; ++k)
      copy_row(records, static_cast<int64_t>(good[first + k]), rows, k);
  }
  return records;
}

}  // namespace ttt
