#include "pipeline/memory/memory_results.h"

#include <algorithm>
#include <numeric>

#include "pipeline/scores/prediction.h"
#include "pipeline/scores/source_results.h"
#include "schemas/error.h"

namespace ttt {
namespace {

bool keeps_features(const MethodResults& method) {
  return !method.records.empty() && std::ranges::all_of(method.records, [](const Records& records) {
    return records.samples == 0 || !records.features.empty();
  });
}

const MethodResults& chosen_source(const std::string& name, const std::string& from, const Results& results) {
  if (const MethodResults* found = memory_source(from, results)) return *found;
  if (from.empty())
    fail(ExitCode::data, "memory {}: no method keeps features; let one keep them and run again", name);
  fail(ExitCode::data, "memory {}: from = {}, but the results hold no such method", name, from);
}

const MethodResults& source_of(const std::string& name, const std::string& from, const Results& results) {
  const MethodResults& source = chosen_source(name, from, results);
  if (!keeps_features(source)) {
    fail(ExitCode::data, "memory {}: method {} keeps no features; let it keep them and run again", name,
         source.name);
  }
  if (source.cost.milestone.empty() || source.cost.milestone[0] != 0) {
    fail(ExitCode::data, "memory {}: method {} has no milestone 0, the source models' predictions", name,
         source.name);
  }
  for (const Records& records : source.records) {
    if (records.classes == 0) {
      fail(ExitCode::data, "memory {}: the run kept no logits; set run.logits = true and run again", name);
    }
  }
  return source;
}

void check_fits(const std::string& name, const FinalLinear& linear, const Records& records) {
  const size_t classes = static_cast<size_t>(records.classes);
  const size_t features = static_cast<size_t>(records.feature_count);
  if (linear.bias.size() == classes && linear.weight.size() == classes * features) return;
  fail(ExitCode::data,
       "memory {}: a final linear of {} weights and {} biases does not fit {} classes and {} features", name,
       linear.weight.size(), linear.bias.size(), classes, features);
}

/// The final linears of the models, or none where the rule does not read them.
MemoryClassifier classifiers(const std::string& name, const MemoryRule& rule, const MethodResults& source,
                             const std::function<MemoryClassifier()>& classifier) {
  const size_t models = source.records.size();
  if (!rule.needs_classifier) return MemoryClassifier(models);
  const MemoryClassifier given = classifier();
  if (given.size() != models) {
    fail(ExitCode::data, "memory {}: final linears of {} models are given for {} models", name, given.size(),
         models);
  }
  for (size_t model = 0; model < models; ++model) check_fits(name, given[model], source.records[model]);
  return given;
}

std::vector<std::vector<int64_t>> all_streams(const Results& results, Order order, uint64_t seed) {
  std::vector<int64_t> rows(results.sample.size());
  std::iota(rows.begin(), rows.end(), int64_t{0});
  return streams_of(stream_identity(results), rows, order, seed);
}

/// One model's predictions.
class Replay {
 public:
  Replay(const Results& results, const Records& source)
      : results_(results), source_(source), records_(empty_records(source.samples, 1, 0, source.classes)) {
    records_.sample = source.sample;
    keep_column(records_, &Records::paid_flops);
  }

  void run(const std::vector<int64_t>& stream, StreamMemory& memory) {
    for (const int64_t row : stream) {
      if (has_source_row(source_, row))
        answer(row, memory);
      else
        records_.status[row] = source_.status[row];
    }
  }

  Records records() && { return std::move(records_); }

 private:
  void answer(int64_t row, StreamMemory& memory) {
    const MemoryAnswer answer =
        memory.answer({features_of(source_, row), source_logits(source_, row), results_.base[row]});
    record_prediction(records_, row, 0, answer.logits, results_.label[row]);
    const double products = 2.0 * source_.feature_count * static_cast<double>(answer.compared);
    records_.paid_flops[row] = static_cast<double>(results_.forward_flops) + products;
  }

  const Results& results_;
  const Records& source_;
  Records records_;
};

std::string note_of(Order order) {
  std::string note = fmt::format(
      "replayed in order = \"{}\": {}; a row depends on the earlier rows of its stream, so intervals across "
      "samples assume more independence than there is",
      name(order), meaning(order));
  if (order == Order::blocked || order == Order::mixed)
    note += "; versions of one clean image under several shifts share a stream";
  return note;
}

CostTable one_prediction(uint64_t flops) { return {{1}, {static_cast<double>(flops)}, {1}, {0}, {0}, {0}}; }

}  // namespace

const MethodResults* memory_source(const std::string& from, const Results& results) {
  const auto found = std::ranges::find_if(results.methods, [&](const MethodResults& method) {
    // The logits at milestone 0 of a stream are those of weights that earlier samples have changed.
    return from.empty() ? starts_at_source(method.role) && keeps_features(method) : method.name == from;
  });
  return found == results.methods.end() ? nullptr : &*found;
}

MethodResults memory_results(const std::string& name, const MemoryOptions& options, const Results& results,
                             const std::function<MemoryClassifier()>& classifier, uint64_t seed) {
  const MethodResults& source = source_of(name, options.from, results);
  const MemoryRule& rule = memory_rule_of(options.rule);
  const MemoryClassifier linears = classifiers(name, rule, source, classifier);
  const std::vector<std::vector<int64_t>> streams = all_streams(results, options.order, seed);
  MethodResults method{.name = name,
                       .kind = "memory",
                       .role = Role::memory,
                       .spec = "",
                       .milestone_meaning = "predictions with memory",
                       .unit = "memory",
                       .note = note_of(options.order),
                       .cost = one_prediction(results.forward_flops),
                       .records = {}};
  for (size_t model = 0; model < source.records.size(); ++model) {
    Replay replay(results, source.records[model]);
    for (const std::vector<int64_t>& stream : streams)
      replay.run(stream, *rule.start({options.rule.options, linears[model], source.records[model].classes}));
    method.records.push_back(std::move(replay).records());
  }
  return method;
}

}  // namespace ttt
