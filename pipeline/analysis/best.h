#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/analysis/curve.h"
#include "pipeline/scores/registry.h"
#include "schemas/role.h"
#include "schemas/test_set.h"

namespace ttt {

/// A method stopped at one milestone, as an answer to "what should I use?".
struct Candidate {
  int method = 0;            // index into Analysis::methods
  int point = 0;             // index into Curve::points
  double cost = undefined;   // forward-equivalents that a sample paid on average
  double merit = undefined;  // its value, negated where lower values are better
  bool source = false;       // the source model's own prediction
};

/// Whether a method of this role may be recommended. Placebos and controls are there to be beaten, and an
/// oracle reads labels, which nobody has in use.
bool competes(Role role);

/// The points of a curve that have a cost and a value. `role` is not `tested`.
std::vector<Candidate> points_of(const Curve& curve, Role role, const ScoreFamily& score = classification);

/// The points of the curves over all models and all shifts whose method competes. `roles` [method], none of
/// which is `tested`.
std::vector<Candidate> candidates(std::span<const Role> roles, std::span<const Curve> curves,
                                  const ScoreFamily& score = classification);

/// The candidates that no cheaper or equally dear one equals or beats, by rising cost. Of candidates with one
/// cost and one merit the source model's own prediction stays, else the first.
std::vector<Candidate> pareto_front(std::vector<Candidate> candidates);

/// The best of a Pareto front within the budget, in forward-equivalents; of equally good ones
/// the cheapest. None when even the cheapest is dearer.
std::optional<Candidate> best_within(std::span<const Candidate> front, double budget);

/// Budgets that the report answers for, in forward-equivalents a sample.
inline constexpr std::array budgets = {1.0, 2.0, 10.0, 100.0, 1000.0};

/// What to use at each budget. The choice is honest on samples other than those it was made on.
struct Recommendation {
  Split chosen_on = Split::report;
  int64_t competing = 0;                          // candidates that the choice was made among
  std::vector<std::optional<Candidate>> choices;  // [budgets]
  std::vector<Candidate> front;
};

Recommendation recommend(std::span<const Role> roles, std::span<const Curve> curves, Split chosen_on,
                         const ScoreFamily& score = classification);

}  // namespace ttt
