#pragma once
#include <cstdint>
#include <deque>
#include <vector>

namespace ttt {

/// Who works on which unit. Units are granted in order, each to one rank at a time.
///
/// A rank asks for its next unit before it works on the present one, and gets it in reserve while there are
/// plenty. The last units, as many as there are ranks, go only to ranks that have nothing to do: a unit in
/// reserve with a slow rank would leave the others idle at the end.
class Ledger {
 public:
  Ledger(int64_t units, int ranks);

  /// This unit was finished before: nobody works on it. Only before the first ask().
  void skip(int64_t unit);

  /// The units left are granted in an order drawn by the seed. Only before the first ask().
  void shuffle(uint64_t seed);

  /// Units that ranks hold now.
  std::vector<int64_t> held() const;

  /// `rank` wants one unit more.
  void ask(int rank);

  struct Grant {
    int rank = 0;
    int64_t unit = 0;
    bool operator==(const Grant&) const = default;
  };
  /// What can be granted now; each is from then on held by its rank.
  std::vector<Grant> grant();

  void finish(int rank, int64_t unit);
  void give_back(int rank, int64_t unit);

  /// Nothing is granted from now on.
  void close() { closed_ = true; }

  int64_t finished() const { return finished_; }
  bool complete() const { return finished_ == units_; }
  /// No rank holds a unit, and none will be granted.
  bool settled() const;

 private:
  struct Rank {
    int asks = 0;
    std::vector<int64_t> held;
  };
  void release(int rank, int64_t unit);

  int64_t units_, finished_ = 0;
  std::deque<int64_t> waiting_;
  std::vector<Rank> ranks_;
  bool closed_ = false;
};

}  // namespace ttt
