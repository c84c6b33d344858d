#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/results/units.h"

namespace ttt {

/// A segment file as it says of itself, without its records.
struct StoredSegment {
  std::filesystem::path file;
  std::string method, model;
  int64_t block = 0;
  Fingerprint fingerprint;
  std::vector<int64_t> samples;
};

/// Every segment of a job's folder.
struct StoredSegments {
  std::vector<StoredSegment> intact;
  std::vector<std::string> faults;     // a line for each that cannot be read or whose seal is broken
  std::vector<std::string> abandoned;  // names that a killed process left (*.part)
};

/// Reads DIR/segments, checking every seal.
StoredSegments read_stored_segments(const std::filesystem::path& dir);

/// The units of a finished job as its segments cut them: `planned` holds the same records, in blocks of
/// whatever size. A job may have been run with other block sizes than are planned now, and beside its
/// segments may lie those of other options or splits.
struct UnitCover {
  std::vector<RunUnit> units;       // with the fingerprints that their segments carry
  std::vector<RunUnit> missing;     // of the samples that no segment holds
  std::vector<std::string> copies;  // a line for each segment that lies under another name than its own
  int64_t others = 0;               // segments that belong to other options, splits or block sizes
};

/// What tells one run from another but not one spec from another (code, libtorch, device, isa) may be
/// anything here: aggregate() finds out whether the segments agree.
UnitCover cover(const std::filesystem::path& dir, const std::vector<RunUnit>& planned,
                const std::vector<StoredSegment>& stored);

}  // namespace ttt
