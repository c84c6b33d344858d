#include "pipeline/verify/recompute.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <random>

#include "pipeline/engine/evaluate.h"
#include "schemas/record_columns.h"

namespace ttt {
namespace {

/// The samples that have to be done for the one that is asked for.
std::vector<int64_t> samples_until(const ChosenEpisode& episode) {
  const RunUnit& unit = *episode.unit;
  const MethodOptions& method = unit.method;
  if (!evaluation_of(method).in_streams(method.kind.options)) return {unit.samples[episode.row]};
  return {unit.samples.begin(), unit.samples.begin() + static_cast<std::ptrdiff_t>(episode.row + 1)};
}

const Records* records_of(const Results& results, const std::string& method, const std::string& model) {
  const auto found = std::ranges::find(results.methods, method, &MethodResults::name);
  const auto at = std::ranges::find(results.model, model);
  if (found == results.methods.end() || at == results.model.end()) return nullptr;
  return &found->records[at - results.model.begin()];
}

}  // namespace

std::vector<ChosenEpisode> choose_episodes(const std::vector<RunUnit>& units, int count, uint64_t seed) {
  std::map<std::string, std::vector<const RunUnit*>> by_method;
  for (const RunUnit& unit : units)
    if (unit.samples.size() > 0) by_method[unit.method.name].push_back(&unit);
  std::vector<const std::vector<const RunUnit*>*> methods;
  for (const auto& [name, of_method] : by_method) methods.push_back(&of_method);
  std::vector<ChosenEpisode> chosen;
  if (methods.empty()) return chosen;
  std::mt19937_64 random(seed);
  const size_t first = random() % methods.size();
  for (int i = 0; i < count; ++i) {
    const auto& of_method = *methods[(first + static_cast<size_t>(i)) % methods.size()];
    const RunUnit* unit = of_method[random() % of_method.size()];
    chosen.push_back({unit, random() % unit->samples.size()});
  }
  return chosen;
}

std::string differing_column(const Records& a, int64_t row_a, const Records& b, int64_t row_b) {
  std::string name;
  for_each_column([&](const RecordColumn& column, auto member) {
    if (!name.empty()) return;
    const bool in_a = has_column(a, column, member), in_b = has_column(b, column, member);
    const int64_t values = width(a, column);
    if (in_a != in_b || (in_a && values != width(b, column))) {
      name = column.name;
    } else if (in_a) {
      const auto* of_a = (a.*member).data() + row_a * values;
      const auto* of_b = (b.*member).data() + row_b * values;
      if (std::memcmp(of_a, of_b, sizeof(*of_a) * static_cast<size_t>(values)) != 0) name = column.name;
    }
  });
  return name;
}

std::string recompute(const ChosenEpisode& episode, const RecomputeInput& input) {
  const RunUnit& unit = *episode.unit;
  const int64_t sample = unit.samples[episode.row];
  const std::string what = fmt::format("{}/{}: sample {}", unit.method.name, unit.model.name, sample);
  const Records* stored = records_of(input.results, unit.method.name, unit.model.name);
  const auto row = std::ranges::find(input.results.sample, sample);
  if (!stored || row == input.results.sample.end()) return what + " is not in the results";
  const Records again =
      evaluate(unit.method, input.source(unit.model), input.test_set.set, input.test_set.images,
               samples_until(episode), {input.seed, 1, input.keep_logits, {}});
  const std::string column =
      differing_column(again, again.samples - 1, *stored, row - input.results.sample.begin());
  return column.empty() ? "" : fmt::format("{}: done again, its {} has other bytes", what, column);
}

}  // namespace ttt
