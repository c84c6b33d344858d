#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace ttt {

/// A progress line on stderr: rewritten in place on a terminal, otherwise a plain line now and then.
///   run  1200/4500 samples  210 samples/s  0:16 left  12/45 units  2/2 ranks
/// A launcher hides the terminal from its ranks; TTT_TERMINAL=COLUMNS in the environment tells of it.
class Progress {
 public:
  /// `what` heads the line, `noun` names what is counted; `done` of `total` were finished before the start.
  Progress(std::string what, std::string noun, int64_t total, int64_t done = 0);
  ~Progress();  // ends the line, if one was begun

  /// `detail` is appended, e.g. losses or ranks. Prints at most every 0.2 s (terminal) or 10 s (otherwise).
  void update(int64_t done, const std::string& detail = "");

  /// So many more turn out to have been finished before the start.
  void start_from(int64_t more) { done_before_ += more; }

 private:
  void print();

  std::string what_, noun_;
  int64_t total_, done_before_, done_;
  std::chrono::steady_clock::time_point start_, printed_;
  std::string detail_;
  bool begun_ = false;  // whether there was any update
  int columns_;         // width of the terminal, 0: not a terminal
};

/// What the line says after `seconds` of work: the rate and the time left follow from what was done since the
/// start.
std::string progress_line(const std::string& what, const std::string& noun, int64_t done, int64_t total,
                          int64_t done_before, double seconds, const std::string& detail);

/// 65 -> "1:05", 4000 -> "1:06:40". Rounds up: a run with work left never says 0:00.
std::string clock_text(double seconds);

}  // namespace ttt
