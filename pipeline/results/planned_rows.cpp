#include "pipeline/results/planned_rows.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <string>

#include <fmt/format.h>

namespace ttt {

PlannedRows::PlannedRows(const std::vector<RunUnit>& units) {
  std::vector<bool> held;  // [samples of the test set]
  for (const RunUnit& unit : units)
    for (const int64_t sample : unit.samples) {
      if (sample >= static_cast<int64_t>(held.size())) held.resize(sample + 1);
      held[sample] = true;
    }
  samples_.reserve(std::ranges::count(held, true));
  for (size_t sample = 0; sample < held.size(); ++sample)
    if (held[sample]) samples_.push_back(static_cast<int64_t>(sample));
}

std::vector<int64_t> PlannedRows::of(const SampleIds& samples) const {
  std::vector<int64_t> rows;
  rows.reserve(samples.size());
  for (const int64_t sample : samples) {
    const int64_t next = rows.empty() ? 0 : rows.back() + 1;  // mostly the samples follow one another
    const bool follows = next < size() && samples_[next] == sample;
    rows.push_back(follows ? next : std::ranges::lower_bound(samples_, sample) - samples_.begin());
    assert(samples_[rows.back()] == sample);
  }
  return rows;
}

void check_units(const std::vector<RunUnit>& units, const PlannedRows& rows, Faults& faults) {
  std::map<std::pair<std::string, std::string>, std::vector<const RunUnit*>> planned;
  for (const RunUnit& unit : units) planned[{unit.method.name, unit.model.name}].push_back(&unit);
  for (const auto& [who, own] : planned) {
    std::vector<bool> held(rows.size());
    int64_t twice = rows.size(), count = 0;  // the first row that is held twice, and how many are held
    for (const RunUnit* unit : own)
      for (const int64_t row : rows.of(unit->samples)) {
        if (held[row]) twice = std::min(twice, row);
        count += !held[row];
        held[row] = true;
      }
    const std::string name = who.first + "/" + who.second;
    if (twice < rows.size())
      faults.add(Faults::doubled, fmt::format("{}: sample {} is in two units", name, rows.samples()[twice]));
    else if (count < rows.size())
      faults.add(Faults::missing, name + ": samples that no unit has");
  }
}

}  // namespace ttt
