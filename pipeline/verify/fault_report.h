#pragma once
#include <functional>
#include <string>
#include <vector>

namespace ttt {

/// The faults of a job's folder, each printed on standard output as a line when it is found.
class FaultReport {
 public:
  void fault(const std::string& line);
  void faults(const std::vector<std::string>& lines);

  /// Does the check, whose Error is a fault where it speaks of the data; what the operating system refused,
  /// and mistakes of our own, are thrown. Returns whether there was none.
  bool check(const std::function<void()>& what);

  int count() const { return count_; }

 private:
  int count_ = 0;
};

}  // namespace ttt
