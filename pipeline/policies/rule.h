#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "pipeline/policies/row.h"
#include "schemas/alternatives.h"

namespace ttt {

/// The prediction that a rule decides on for one sample at one milestone.
struct Decision {
  int milestone = 0;                // whose prediction is copied
  double paid_flops = 0;            // everything that was computed to decide and to predict
  std::vector<float> mixture = {};  // [C] logits of a new prediction, instead of a copy; empty: a copy
};

/// Which predictions a rule chooses between at milestone m; its oracle chooses between the same.
enum class Reach {
  gate,        // the source prediction and milestone m
  milestones,  // every milestone up to m
};

/// What a rule reads that not all records have.
struct PolicyNeeds {
  bool logits = false;
  bool steps = false;  // auxiliary losses and update norms
  bool auxiliary_confidence = false;
  bool probe_loss = false;
  bool with = false;  // a second method, with logits
};

/// One number, which the spec gives or the tune split decides.
struct ThresholdFit {
  std::string_view key;
  std::optional<double> (*given)(const Options& options);
  /// The thresholds at which the decision changes, in any order: between two of them, the upper one included,
  /// every threshold decides alike.
  std::vector<double> (*breakpoints)(const Options& options, const PolicyRow& row, int m);
};

/// Coefficients of a logistic regression on whether adapting helps (logistic.h).
struct LogisticFit {
  std::span<const std::string_view> names;
  std::vector<double> (*inputs)(const PolicyRow& row, int m);  // [names]
  double (*penalty)(const Options& options);
};

/// A way to choose or mix predictions that are stored already: one file that exports one value, one line in
/// registry.cpp.
struct PolicyRule {
  std::string_view name;
  std::string_view summary;
  std::string_view source;                       // where it was published or who proposed it
  std::string_view cost;                         // what a sample pays, in words
  Options (*options)() = options_of<NoOptions>;  // its own keys
  Reach (*reach)(const Options& options) = [](const Options&) { return Reach::gate; };
  PolicyNeeds (*needs)(const Options& options) = [](const Options&) { return PolicyNeeds{}; };
  bool mixes = false;  // makes new predictions: there is no random choice to compare it with
  std::variant<std::monostate, ThresholdFit, LogisticFit> fit = {};
  /// `fitted` holds what `fit` says: nothing, the threshold, or the constant and the coefficients.
  Decision (*decide)(const Options& options, std::span<const double> fitted, const PolicyRow& row,
                     int m) = nullptr;
  /// Instead of decide(): an upper bound that reads labels.
  Decision (*decide_knowing)(const Options& options, const OracleRow& row, int m) = nullptr;
};

}  // namespace ttt
