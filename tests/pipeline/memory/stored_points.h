#pragma once
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "kernels/draw.h"
#include "pipeline/memory/memory_results.h"
#include "pipeline/scores/prediction.h"
#include "tests/pipeline/analysis/synthetic_results.h"

namespace ttt {

inline constexpr int point_features = 6;
inline constexpr int point_classes = 10;

/// A drawn final linear.
inline FinalLinear drawn_linear(uint64_t number) {
  FinalLinear linear;
  const Draw draw(5, Purpose::glyph, number);
  for (uint32_t i = 0; i < point_classes * point_features; ++i)
    linear.weight.push_back(static_cast<float>(draw.normal(i)));
  for (uint32_t c = 0; c < point_classes; ++c)
    linear.bias.push_back(static_cast<float>(0.3 * draw.normal(1000 + c)));
  return linear;
}

inline std::vector<float> logits_of(const FinalLinear& linear, const std::vector<float>& features) {
  std::vector<float> logits;
  for (size_t c = 0; c < linear.bias.size(); ++c) {
    double sum = static_cast<double>(linear.bias[c]);
    for (size_t f = 0; f < features.size(); ++f)
      sum += static_cast<double>(linear.weight[c * features.size() + f]) * static_cast<double>(features[f]);
    logits.push_back(static_cast<float>(sum));
  }
  return logits;
}

/// Features near the classifier's row of the sample's label, some long (surer than the row) and some short.
inline std::vector<float> drawn_features(const FinalLinear& linear, int64_t label, uint64_t sample) {
  std::vector<float> features;
  const Draw draw(6, Purpose::glyph, sample);
  const double length = draw.uniform(100, 0.5, 4);
  for (uint32_t f = 0; f < point_features; ++f) {
    const double near = 0.4 * static_cast<double>(linear.weight[label * point_features + f]);
    features.push_back(static_cast<float>(length * std::abs(near + 0.7 * draw.normal(f))));
  }
  return features;
}

inline void put_point(Records& records, int64_t row, const std::vector<float>& features,
                      const std::vector<float>& logits, int64_t label) {
  std::ranges::copy(features, records.features.begin() + row * records.feature_count);
  record_prediction(records, row, 0, logits, label);
}

/// Results of two models on `bases` images under three shifts, whose method "ttt" keeps features and logits
/// of milestone 0, and the final linears of the models.
struct StoredPoints {
  explicit StoredPoints(int bases) : results(blank_results(2, bases, {"fog", "noise", "blur"})) {
    results.methods.push_back(blank_method(results, "ttt", "adapt", {0, 2}, {1, 9}));
    MethodResults& method = results.methods[0];
    for (size_t model = 0; model < 2; ++model) {
      linears.push_back(drawn_linear(model));
      Records& records = method.records[model] =
          empty_records(static_cast<int64_t>(results.sample.size()), 2, 2, point_classes);
      records.sample = results.sample;
      records.feature_count = point_features;
      keep_column(records, &Records::features);
      for (int64_t row = 0; row < records.samples; ++row) {
        const std::vector<float> features =
            drawn_features(linears[model], results.label[row], static_cast<uint64_t>(row) + 1000 * model);
        put_point(records, row, features, logits_of(linears[model], features), results.label[row]);
      }
    }
  }

  Records& records(size_t model) { return results.methods[0].records[model]; }
  const Records& records(size_t model) const { return results.methods[0].records[model]; }

  Results results;
  MemoryClassifier linears;
};

/// The same results with these rows alone, in this order.
inline StoredPoints only(const StoredPoints& all, const std::vector<int64_t>& rows) {
  StoredPoints some(0);
  some.linears = all.linears;
  for (const int64_t row : rows) {
    some.results.sample.push_back(all.results.sample[row]);
    some.results.label.push_back(all.results.label[row]);
    some.results.base.push_back(all.results.base[row]);
    some.results.shift.push_back(all.results.shift[row]);
    some.results.severity.push_back(all.results.severity[row]);
    some.results.split.push_back(all.results.split[row]);
  }
  for (size_t model = 0; model < 2; ++model) {
    Records& records = some.records(model) =
        empty_like(all.records(model), static_cast<int64_t>(rows.size()));
    for (size_t to = 0; to < rows.size(); ++to)
      copy_row(records, static_cast<int64_t>(to), all.records(model), rows[to]);
  }
  return some;
}

using Settings = std::vector<std::pair<std::string_view, double>>;

/// A rule with some keys set, as a spec would.
inline MemoryOptions memory_with(std::string_view rule, const Settings& settings = {},
                                 Order order = Order::shift) {
  MemoryOptions options{"", choose(memory_rule_alternatives(), rule), order};
  for (const auto& [key, value] : settings) {
    for (Field& field : options.rule.options.fields()) {
      if (field.key != key) continue;
      if (int** integer = std::get_if<int*>(&field.target)) **integer = static_cast<int>(value);
      if (double** real = std::get_if<double*>(&field.target)) **real = value;
    }
  }
  validate(options);
  return options;
}

/// Predictions with memory, of the final linears that made the points.
inline MethodResults replayed(const StoredPoints& points, const MemoryOptions& options) {
  return memory_results(
      "m", options, points.results, [&] { return points.linears; }, 9);
}

/// The streams that they are replayed in.
inline std::vector<std::vector<int64_t>> streams_in(const StoredPoints& points, Order order) {
  std::vector<int64_t> rows(points.results.sample.size());
  std::iota(rows.begin(), rows.end(), int64_t{0});
  return streams_of(stream_identity(points.results), rows, order, 9);
}

inline std::vector<float> row_of(const std::vector<float>& column, int64_t row, int64_t width) {
  return {column.begin() + row * width, column.begin() + (row + 1) * width};
}

}  // namespace ttt
