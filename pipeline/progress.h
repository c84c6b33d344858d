#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace ttt {

/// A progress line on stderr: rewritten in place on a terminal, otherwise a plain line now and then.
///   run  12/45 units  1200/4500 samples  210 samples/s  0:16 left  2 ranks
class Progress {
 public:
  /// `what` heads the line, `noun` names what is counted; `done` of `total` were finished before the start.
  Progress(std::string what, std::string noun, int64_t total, int64_t done = 0);
  ~Progress();  // ends the line

  /// `detail` is appended, e.g. losses or ranks. Prints at most every 0.2 s (terminal) or 10 s (otherwise).
  void update(int64_t done, const std::string& detail = "");

 private:
  void print(int64_t done, const std::string& detail, bool last);
  std::string what_, noun_;
  int64_t total_, done_before_, done_;
  std::chrono::steady_clock::time_point start_, printed_;
  std::string detail_;
  bool terminal_;
};

}  // namespace ttt
