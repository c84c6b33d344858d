#include "pipeline/results/measured_segments.h"

#include <algorithm>

#include "schemas/durable_file.h"
#include "schemas/error.h"

namespace ttt {
namespace {

/// Whether a cell is right by what else it says: all cells of its answer, or its class.
bool is_right(const Records& records, int64_t at, int64_t label) {
  if (!records.answer.empty()) return records.cells_right[at] == 1;
  return records.predicted[at] >= 0 && records.predicted[at] == label;
}

/// What a segment says of itself that a correct run of `unit` would not; empty when all is well.
std::string contradiction(const RunUnit& unit, const Segment& segment, const TestSet& set) {
  const Records& records = segment.records;
  if (!std::ranges::equal(records.sample, unit.samples)) return "holds other samples than planned";
  if (static_cast<int>(segment.cost.milestone.size()) != records.milestones)
    return "costs and records differ in length";
  for (int64_t i = 0; i < records.samples; ++i) {
    const int64_t label = set.label[records.sample[i]];
    for (int m = 0; m < records.milestones; ++m) {
      const int64_t at = i * records.milestones + m;
      if (records.correct[at] != is_right(records, at, label))
        return fmt::format("sample {} is marked wrongly as right or wrong", records.sample[i]);
    }
  }
  return "";
}

/// Copies the rows of a segment that lie in the part, which begins at row `first`.
void put(Records& part, int64_t first, const std::vector<int64_t>& rows, const Records& records) {
  const auto inside = [&](int64_t row) { return row >= first && row < first + part.samples; };
  const auto count = static_cast<int64_t>(rows.size());
  for (int64_t i = 0, end; i < count; i = end) {
    end = i + 1;
    if (!inside(rows[i])) continue;
    while (end < count && rows[end] == rows[end - 1] + 1 && inside(rows[end])) ++end;
    copy_rows(part, rows[i] - first, records, i, end - i);
  }
}

}  // namespace

MeasuredSegments::MeasuredSegments(const AggregatePlan& plan, const TestSet& set, const PlannedRows& rows,
                                   Faults& faults)
    : plan_(plan), set_(set), rows_(rows), faults_(faults) {
  std::map<std::string, size_t> model;  // index in the plan
  for (size_t i = 0; i < plan.models.size(); ++i) model[plan.models[i].name] = i;
  for (const RunUnit& unit : plan.units) {
    std::vector<OfModel>& models = methods_[unit.method.name];
    models.resize(plan.models.size());
    Planned planned{&unit, segment_file(plan.dir, unit)};
    planned.usable = is_there(planned.file);
    if (!planned.usable) faults_.add(Faults::missing, planned.file.string());
    const std::vector<int64_t> own = rows.of(unit.samples);
    if (own.empty()) continue;
    planned.first = *std::ranges::min_element(own);
    planned.last = *std::ranges::max_element(own);
    models[model.at(unit.model.name)].push_back(std::move(planned));
  }
  for (auto& [method, models] : methods_)
    for (OfModel& segments : models) std::ranges::stable_sort(segments, {}, &Planned::first);
}

bool MeasuredSegments::has(const std::string& method) const {
  const auto found = methods_.find(method);
  return found != methods_.end() && std::ranges::any_of(found->second, [](const OfModel& segments) {
           return std::ranges::any_of(segments, &Planned::usable);
         });
}

std::optional<MethodResults> MeasuredSegments::outline(const std::string& method) {
  const auto found = methods_.find(method);
  if (found == methods_.end()) return std::nullopt;
  for (OfModel& segments : found->second)
    for (Planned& planned : segments) {
      if (outlines_.contains(method)) return outlines_.at(method);
      load(planned);
    }
  return outlines_.contains(method) ? std::optional(outlines_.at(method)) : std::nullopt;
}

std::optional<Segment> MeasuredSegments::load(Planned& planned) {
  if (!planned.usable) return std::nullopt;
  const auto refuse = [&](Faults::Kind kind, const std::string& why) {
    planned.usable = false;
    faults_.add(kind, why);
    return std::nullopt;
  };
  const RunUnit& unit = *planned.unit;
  const std::string file = planned.file.string();
  try {
    Segment segment = read_segment(planned.file);
    if (segment.method != unit.method.name || segment.model != unit.model.name || segment.block != unit.block)
      return refuse(Faults::doubled, fmt::format("{} (a copy of {}/{}/{})", file, segment.method,
                                                 segment.model, segment.block));
    if (segment.fingerprint != unit.fingerprint) {
      const std::string why = difference(unit.fingerprint, segment.fingerprint);
      return refuse(Faults::foreign, fmt::format("{} ({})", file, why.substr(0, why.find('\n'))));
    }
    std::string why = contradiction(unit, segment, set_);
    if (why.empty()) why = unlike_others(segment);
    if (!why.empty()) return refuse(Faults::corrupt, fmt::format("{} ({})", file, why));
    return segment;
  } catch (const Error& refusal) {
    if (refusal.code() != ExitCode::data) throw;
    return refuse(Faults::corrupt, refusal.what());
  }
}

/// How a segment differs from the method's other ones; the first one makes the outline.
std::string MeasuredSegments::unlike_others(const Segment& segment) {
  const auto [it, first] = outlines_.try_emplace(segment.method);
  MethodResults& outline = it->second;
  if (first) {
    outline.cost = segment.cost;
    outline.records.assign(plan_.models.size(), empty_like(segment.records, 1));
  }
  if (same_shape(outline.records.front(), segment.records) && outline.cost == segment.cost) return "";
  return "costs or shapes differ from the method's other segments: models of different architecture need a "
         "spec each";
}

/// Rows [first, last) of one model.
Records MeasuredSegments::part_of(const Records& shape, OfModel& segments, int64_t first, int64_t last) {
  Records part = empty_like(shape, last - first);
  std::copy(rows_.samples().begin() + first, rows_.samples().begin() + last, part.sample.begin());
  std::ranges::fill(part.status, Status::missing);
  for (Planned& planned : segments) {
    if (planned.first >= last || planned.last < first) continue;
    if (const std::optional<Segment> segment = load(planned))
      put(part, first, rows_.of(planned.unit->samples), segment->records);
  }
  return part;
}

/// Where a part that begins at `first` ends: at most `rows` further, and where it can between two segments,
/// so that each is read once.
int64_t MeasuredSegments::end_of_part(const OfModel& segments, int64_t first, int64_t rows) const {
  const int64_t most = std::min(first + rows, rows_.size());
  if (most == rows_.size()) return most;
  int64_t end = first, reach = -1;  // the last row of the segments before
  for (const Planned& planned : segments) {
    if (planned.first > most) break;
    if (planned.first > reach) end = std::max(end, planned.first);
    reach = std::max(reach, planned.last);
  }
  return end > first ? end : most;
}

void MeasuredSegments::read(const std::string& method, const TakePart& take) {
  const std::optional<MethodResults> known = outline(method);
  const Records& shape = known.value().records.front();
  const int64_t rows = std::max<int64_t>(1, plan_.part_bytes / row_bytes(shape));
  std::vector<OfModel>& models = methods_.at(method);
  for (size_t model = 0; model < models.size(); ++model)
    for (int64_t first = 0, last; first < rows_.size(); first = last) {
      last = end_of_part(models[model], first, rows);
      take(model, first, part_of(shape, models[model], first, last));
    }
}

MethodResults MeasuredSegments::read_whole(const std::string& method) {
  MethodResults whole = outline(method).value();
  for (Records& records : whole.records) records = empty_like(records, rows_.size());
  read(method, [&](size_t model, int64_t first, const Records& part) {
    copy_rows(whole.records[model], first, part, 0, part.samples);
  });
  return whole;
}

void MeasuredSegments::check_all() {
  for (auto& [method, models] : methods_)
    for (OfModel& segments : models)
      for (Planned& planned : segments) load(planned);
}

}  // namespace ttt
