#include "pipeline/engine/evaluate.h"

#include <algorithm>
#include <optional>

#include "pipeline/methods/registry.h"
#include "pipeline/methods/source_columns.h"
#include "schemas/error.h"

namespace ttt {

const Evaluation& evaluation_of(const MethodOptions& method) {
  const Evaluation* evaluation = kind_of(method).evaluation;
  if (!evaluation)
    fail(ExitCode::internal, "method.{}: kind {} is not evaluated sample by sample", method.name,
         method.kind.name);
  return *evaluation;
}

UnitFeatures source_features(const SourceNetwork& source, const TestSet& set, const ReadImages& images) {
  constexpr int64_t lanes = 32;  // at a time; on a GPU results may depend on it, so it is fixed
  std::vector<float> features;
  for (int64_t first = 0; first < set.samples; first += lanes) {
    std::vector<int64_t> ids;
    for (int64_t i = first; i < std::min(first + lanes, set.samples); ++i) ids.push_back(i);
    const std::vector<float> some =
        pooled_rows(source, read_samples(own_samples(set, ids), set, ReadSamples(images)));
    features.insert(features.end(), some.begin(), some.end());
  }
  return {features, set.samples};
}

CostTable cost(const MethodOptions& method, const Network& network) {
  return evaluation_of(method).cost(method.kind.options, network);
}

Records evaluate(const MethodOptions& method, const SourceNetwork& source, const TestSet& set,
                 const ReadSamples& read, const std::vector<int64_t>& ids, const EngineOptions& options,
                 const Between& between) {
  const Evaluation& evaluation = evaluation_of(method);
  const Network& network = *source.network;
  const int classes = set.tokens ? 0 : source.images().classes;
  Records records =
      evaluation.empty(method.kind.options, network, static_cast<int64_t>(ids.size()), options.keep_logits);
  records.sample = ids;
  std::vector<int64_t> good;  // rows
  std::vector<int64_t> good_ids;
  for (size_t i = 0; i < ids.size(); ++i) {
    const int64_t label = set.label[ids[i]];
    if (!set.tokens && (label < 0 || label >= classes)) {
      records.status[i] = Status::bad_input;
      continue;
    }
    good.push_back(static_cast<int64_t>(i));
    good_ids.push_back(ids[i]);
  }
  std::optional<UnitFeatures> made;
  const SourceFeatures features = options.features ? options.features : [&]() -> const UnitFeatures& {
    if (!made) made = source_features(source, set, read.images);
    return *made;
  };
  const SampleChoice samples = evaluation.samples(method.kind.options, set, good_ids, options.seed, features);
  const size_t portion = evaluation.in_streams(method.kind.options) ? std::max<size_t>(1, good.size())
                                                                    : static_cast<size_t>(options.lanes);
  for (size_t first = 0; first < good.size(); first += portion) {
    between(static_cast<int64_t>(first));
    const Samples lanes = read_samples(samples, first, std::min(portion, good.size() - first), set, read);
    const Records rows =
        evaluation.evaluate(method.kind.options, source, lanes, {options.seed, options.keep_logits}, between);
    for (int64_t k = 0; k < rows.samples; ++k) copy_row(records, good[first + k], rows, k);
  }
  return records;
}

}  // namespace ttt
