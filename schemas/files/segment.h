#pragma once
#include <filesystem>
#include <string>

#include "schemas/fingerprint.h"
#include "schemas/records.h"

namespace ttt {

/// The committed records of one unit of work (method, model, block). Layout: segment.cpp.
struct Segment {
  std::string method;
  std::string model;
  int64_t block = 0;
  Fingerprint fingerprint;
  CostTable cost;
  Records records;
  bool operator==(const Segment&) const = default;
};

/// Commits: written aside, closed, fsynced, renamed, directory fsynced. The same bytes for the same segment.
void write_segment(const std::filesystem::path& file, const Segment& segment);

/// The same bytes without committing them: nothing is synced, and the file must not be there.
void save_segment(const std::filesystem::path& file, const Segment& segment);

/// Throws a data Error naming the file (and data set) when it is missing, truncated, corrupt or not a
/// segment.
Segment read_segment(const std::filesystem::path& file);

/// The fingerprint alone, for a quick look at what is done already.
Fingerprint read_segment_fingerprint(const std::filesystem::path& file);

}  // namespace ttt
