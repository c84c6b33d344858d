#include <array>

#include "pipeline/policies/logistic.h"
#include "pipeline/policies/rule.h"

namespace ttt {

/// rule = "learned_gate".
struct LearnedGateOptions {
  double penalty = 1;  // half of it times the squared length of the standardised coefficients
  bool operator==(const LearnedGateOptions&) const = default;
};

Fields fields(LearnedGateOptions& o) { return {{"penalty", &o.penalty, {0, 1e9, Ends::last}}}; }

void validate(const LearnedGateOptions&) {}

namespace {

constexpr std::array<std::string_view, 5> input_names = {"entropy", "margin", "aux_loss", "fall", "path"};

/// What the source prediction and the steps up to milestone m > 0 show.
std::vector<double> inputs_of(const PolicyRow& row, int m) {
  double path = 0;
  for (int step = 0; step < row.steps(m); ++step) path += row.update_norm(step);
  const double last = row.aux_loss(row.steps(m) - 1);
  return {row.entropy(0), row.margin(0), row.aux_loss(0), row.aux_loss(0) - last, path};
}

}  // namespace

extern const PolicyRule learned_gate_rule;
constinit const PolicyRule learned_gate_rule = {
    .name = "learned_gate",
    .summary = "keep the adapted prediction where a logistic regression expects it to help",
    .source = "logistic regression with a ridge, fitted where exactly one of the two is right",
    .cost = "the milestone; where it keeps that, the source prediction besides",
    .options = options_of<LearnedGateOptions>,
    .needs = [](const Options&) { return PolicyNeeds{.steps = true}; },
    .fit = LogisticFit{input_names, inputs_of,
                       [](const Options& options) { return options.get<LearnedGateOptions>().penalty; }},
    .decide =
        [](const Options&, std::span<const double> fitted, const PolicyRow& row, int m) {
          if (m == 0) return Decision{0, row.flops(0)};
          // Without evidence (0) the source prediction stays. The steps are made in either case.
          if (linear_score(fitted, inputs_of(row, m)) > 0)
            return Decision{m, row.flops(m) + row.prediction_flops()};
          return Decision{0, row.flops(m)};
        }};

}  // namespace ttt
