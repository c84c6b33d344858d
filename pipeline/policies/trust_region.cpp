#include "pipeline/policies/gate.h"
#include "pipeline/policies/stop.h"

namespace ttt {

/// rule = "trust_region".
struct TrustRegionOptions {
  std::optional<double> radius = std::nullopt;  // that the summed lengths of updates stay below
  bool operator==(const TrustRegionOptions&) const = default;
};

Fields fields(TrustRegionOptions& o) { return {{"radius", &o.radius, {0, any_number.most}}}; }

void validate(const TrustRegionOptions&) {}

namespace {

/// Length of the path of updates after each step up to milestone m.
std::vector<double> path_lengths(const PolicyRow& row, int m) {
  std::vector<double> lengths;
  double length = 0;
  for (int step = 0; step < row.steps(m); ++step) lengths.push_back(length += row.update_norm(step));
  return lengths;
}

/// The update that would leave the region has been computed, but is not applied.
Stop stop_of(double radius, const std::vector<double>& lengths) {
  const auto budget = static_cast<int>(lengths.size());
  int made = 0;
  while (made < budget && lengths[made] < radius) ++made;
  return {made, std::min(made + 1, budget)};
}

}  // namespace

extern const PolicyRule trust_region_rule;
constinit const PolicyRule trust_region_rule = {
    .name = "trust_region",
    .summary = "stop before the weights have moved further than a radius",
    .source = "in the spirit of SAR's reset and of EWC",
    .cost = "the steps up to the stop, the one that would have left included",
    .options = options_of<TrustRegionOptions>,
    .reach = every_milestone,
    .needs = [](const Options&) { return PolicyNeeds{.steps = true}; },
    .fit = ThresholdFit{"radius",
                        [](const Options& options) { return options.get<TrustRegionOptions>().radius; },
                        [](const Options&, const PolicyRow& row, int m) { return path_lengths(row, m); }},
    .decide = [](const Options&, std::span<const double> fitted, const PolicyRow& row,
                 int m) { return stopped(row, stop_of(fitted[0], path_lengths(row, m))); }};

}  // namespace ttt
