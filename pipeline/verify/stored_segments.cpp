#include "pipeline/verify/stored_segments.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/segment.h"

namespace ttt {
namespace {

using Who = std::pair<std::string, std::string>;  // method, model

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!is_there(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (!entry.is_directory()) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

/// Less what describes the machine and the program.
Fingerprint job_of(Fingerprint fingerprint) {
  for (const char* key : {"code", "libtorch", "device", "isa"}) fingerprint.erase(key);
  return fingerprint;
}

/// The units of one method under one model, and the segments that may hold their records.
struct Part {
  std::vector<const RunUnit*> planned;
  std::vector<const StoredSegment*> stored;

  /// The planned units themselves where each has its file, which is how streams always lie.
  bool is_as_planned(const std::filesystem::path& dir) const {
    std::set<std::filesystem::path> files;
    for (const StoredSegment* segment : stored) files.insert(segment->file);
    return std::ranges::all_of(planned,
                               [&](const RunUnit* unit) { return files.contains(segment_file(dir, *unit)); });
  }

  /// Every planned sample, ascending.
  std::vector<int64_t> samples() const {
    std::vector<int64_t> all;
    for (const RunUnit* unit : planned) all.insert(all.end(), unit->samples.begin(), unit->samples.end());
    std::ranges::sort(all);
    return all;
  }
};

using Segments = std::vector<const StoredSegment*>;
using ByStart = std::map<int64_t, Segments>;  // place of the first sample -> the segments that begin there

/// Segments whose samples follow one another in `samples`.
ByStart by_start(const Part& part, const std::vector<int64_t>& samples) {
  ByStart found;
  for (const StoredSegment* segment : part.stored) {
    if (segment->samples.empty()) continue;
    const auto first = std::ranges::lower_bound(samples, segment->samples.front());
    const auto left = static_cast<size_t>(samples.end() - first);
    if (segment->samples.size() <= left &&
        std::equal(segment->samples.begin(), segment->samples.end(), first))
      found[first - samples.begin()].push_back(segment);
  }
  return found;
}

/// The segments that lead farthest from one place without a gap. Those of two block sizes may lie beside each
/// other, so that the first that fits need not lead to the end.
Segments chain(const ByStart& segments, int64_t place) {
  std::map<int64_t, const StoredSegment*> reached_by = {{place, nullptr}};  // place -> what ends there
  for (auto at = reached_by.begin(); at != reached_by.end(); ++at) {        // only later places are added
    const auto next = segments.find(at->first);
    if (next == segments.end()) continue;
    for (const StoredSegment* segment : next->second)
      reached_by.emplace(at->first + static_cast<int64_t>(segment->samples.size()), segment);
  }
  Segments found;
  for (auto at = std::prev(reached_by.end()); at->second != nullptr;
       at = reached_by.find(at->first - static_cast<int64_t>(at->second->samples.size())))
    found.push_back(at->second);
  std::ranges::reverse(found);
  return found;
}

RunUnit unit_of(const RunUnit& planned, const StoredSegment& segment) {
  RunUnit unit = planned;
  unit.block = segment.block;
  unit.samples = SampleIds(segment.samples);
  unit.fingerprint = segment.fingerprint;
  return unit;
}

/// A unit of the samples that no segment holds.
RunUnit missing_unit(const RunUnit& planned, const std::vector<int64_t>& samples, int64_t first,
                     int64_t last) {
  RunUnit unit = planned;
  unit.samples = SampleIds(std::vector<int64_t>(samples.begin() + first, samples.begin() + last));
  return unit;
}

/// Units along `samples` by the segments that are there.
void cover_blocks(const Part& part, const std::vector<int64_t>& samples, UnitCover& cover) {
  const ByStart segments = by_start(part, samples);
  const RunUnit& planned = *part.planned.front();
  const auto end = static_cast<int64_t>(samples.size());
  for (int64_t at = 0; at < end;) {
    for (const StoredSegment* segment : chain(segments, at)) {
      cover.units.push_back(unit_of(planned, *segment));
      at += static_cast<int64_t>(segment->samples.size());
    }
    const auto next = segments.upper_bound(at);
    const int64_t gap_ends = next == segments.end() ? end : next->first;
    if (at == end) break;
    cover.missing.push_back(missing_unit(planned, samples, at, gap_ends));
    at = gap_ends;
  }
}

void cover_part(const std::filesystem::path& dir, const Part& part, UnitCover& cover) {
  const size_t before = cover.units.size();
  if (part.is_as_planned(dir)) {
    std::map<std::filesystem::path, const StoredSegment*> by_file;
    for (const StoredSegment* segment : part.stored) by_file[segment->file] = segment;
    for (const RunUnit* unit : part.planned)
      cover.units.push_back(unit_of(*unit, *by_file.at(segment_file(dir, *unit))));
  } else {
    cover_blocks(part, part.samples(), cover);
  }
  cover.others += static_cast<int64_t>(part.stored.size() - (cover.units.size() - before));
}

}  // namespace

StoredSegments read_stored_segments(const std::filesystem::path& dir) {
  StoredSegments found;
  for (const std::filesystem::path& file : files_below(dir / "segments")) {
    if (file.extension() == ".part") found.abandoned.push_back(file.string());
    if (file.extension() != ".h5") continue;
    try {
      Segment segment = read_segment(file);
      found.intact.push_back({file, segment.method, segment.model, segment.block,
                              std::move(segment.fingerprint), std::move(segment.records.sample)});
    } catch (const Error& error) {
      found.faults.emplace_back(error.what());
    }
  }
  return found;
}

UnitCover cover(const std::filesystem::path& dir, const std::vector<RunUnit>& planned,
                const std::vector<StoredSegment>& stored) {
  std::map<Who, Part> parts;
  for (const RunUnit& unit : planned) parts[{unit.method.name, unit.model.name}].planned.push_back(&unit);
  UnitCover found;
  for (const StoredSegment& segment : stored) {
    const auto part = parts.find({segment.method, segment.model});
    if (part == parts.end() ||
        job_of(part->second.planned.front()->fingerprint) != job_of(segment.fingerprint)) {
      ++found.others;
      continue;
    }
    // A segment lies where its contents say; a copy under another name would be a record twice.
    const std::filesystem::path proper = segment_file(dir, unit_of(*part->second.planned.front(), segment));
    if (proper != segment.file)
      found.copies.push_back(
          fmt::format("{}: is a copy of {}", segment.file.string(), proper.filename().string()));
    else
      part->second.stored.push_back(&segment);
  }
  for (const auto& [who, part] : parts) cover_part(dir, part, found);
  return found;
}

}  // namespace ttt
