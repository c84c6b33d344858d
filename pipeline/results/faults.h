#pragma once
#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace ttt {

enum class Missing { refused, tolerated };

/// What is wrong with the segments of a run, all of it counted and the first few of each kind named.
class Faults {
 public:
  enum Kind { missing, doubled, foreign, corrupt };

  void add(Kind kind, const std::string& what) { found_[kind].push_back(what); }
  bool any(Kind kind) const { return !found_[kind].empty(); }

  /// Whether there is anything that report() would throw for.
  bool any(Missing missing_units) const;

  /// Throws one data Error that names them, with what to do about each kind.
  void report(const std::filesystem::path& dir, Missing missing) const;

 private:
  std::array<std::vector<std::string>, 4> found_;
};

}  // namespace ttt
