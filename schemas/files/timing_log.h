#pragma once
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace ttt {

/// How long one unit of work took and where. Kept apart from results.h5, whose bytes must depend on neither.
struct UnitTiming {
  std::string method, model;
  int64_t block = 0, samples = 0;
  int lanes = 0;       // K
  double seconds = 0;  // of the rank that did it
  double waited = 0;   // seconds that rank stood without work before it
  int rank = 0;
  std::string host;
};

/// DIR/timing.csv: a header, then a line a unit as it is committed. A run that goes on appends; of two lines
/// of one unit the later counts.
class TimingLog {
 public:
  explicit TimingLog(const std::filesystem::path& dir);
  void append(const UnitTiming& timing);

 private:
  std::filesystem::path file_;
};

/// The units of DIR/timing.csv by method, model and block; lines cut short by a crash are passed over, none
/// when there is no file.
std::vector<UnitTiming> read_timings(const std::filesystem::path& dir);

/// The same of a log of any name.
std::vector<UnitTiming> read_timing_log(const std::filesystem::path& file);

/// DIR/timing.h5: the same as columns over the axis `unit`.
void publish_timings(const std::filesystem::path& dir);

}  // namespace ttt
