#include "pipeline/votes/ballots.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <numeric>

#include "pipeline/scores/prediction.h"

namespace ttt {

std::span<const float> Ballots::of(int v) const {
  assert(v >= 0 && v < count);
  return logits.subspan(static_cast<size_t>(v) * classes, classes);
}

Tally tally_of(const Ballots& ballots) {
  Tally tally(ballots.classes);
  for (int v = 0; v < ballots.count; ++v) tally.add(ballots.of(v));
  return tally;
}

int part_of(double share, int count) {
  constexpr double rounding = 1e-9;  // 0.29 * 100 is 28.999999999999996
  return static_cast<int>(std::floor(share * count + rounding));
}

std::vector<double> sureness(const Ballots& ballots, Signal signal) {
  std::vector<double> sure;
  for (int v = 0; v < ballots.count; ++v) {
    const Certainty of_ballot = certainty(softmax(ballots.of(v)));
    sure.push_back(signal == Signal::confidence ? of_ballot.confidence
                   : signal == Signal::margin   ? of_ballot.margin
                                                : -of_ballot.entropy);
  }
  return sure;
}

std::vector<int> surest_first(const Ballots& ballots, Signal signal) {
  const std::vector<double> sure = sureness(ballots, signal);
  std::vector<int> order(ballots.count);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater{}, [&](int v) { return sure[v]; });
  return order;
}

}  // namespace ttt
