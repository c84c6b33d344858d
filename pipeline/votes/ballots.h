#pragma once
#include <span>
#include <vector>

#include "pipeline/scores/tally.h"

namespace ttt {

/// Predictions of one sample that vote together: of its views, the plain image first, or of models. At least
/// one, and all logits are finite.
struct Ballots {
  std::span<const float> logits;  // [count, classes]
  int count = 0;
  int classes = 0;

  /// Logits of ballot v, [classes].
  std::span<const float> of(int v) const;
};

/// All of them with the weight 1.
Tally tally_of(const Ballots& ballots);

/// floor(share * count), where a product that rounding moved just below an integer counts as that integer.
int part_of(double share, int count);

/// What tells how sure a ballot is: its largest probability, the distance to the second largest, or a low
/// entropy.
enum class Signal { confidence, margin, entropy };

/// How sure each ballot is, [count]: larger is surer (entropies are negated).
std::vector<double> sureness(const Ballots& ballots, Signal signal);

/// The ballots' indices from the surest to the least sure; equals by index.
std::vector<int> surest_first(const Ballots& ballots, Signal signal);

}  // namespace ttt
