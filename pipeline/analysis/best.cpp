#include "pipeline/analysis/best.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

namespace ttt {
namespace {

/// Costs are means of floating-point operations: a budget of one prediction must buy one.
constexpr double rounding = 1e-9;

}  // namespace

bool competes(Role role) { return role != Role::placebo && role != Role::control && role != Role::oracle; }

std::vector<Candidate> points_of(const Curve& curve, Role role, const ScoreFamily& score) {
  std::vector<Candidate> found;
  for (int i = 0; i < static_cast<int>(curve.points.size()); ++i) {
    const Point& point = curve.points[i];
    if (!std::isfinite(point.forward_equivalents) || !std::isfinite(point.score.value)) continue;
    found.push_back({curve.method, i, point.forward_equivalents, score.gain(point.score.value, 0),
                     starts_at_source(role) && point.milestone == 0});
  }
  return found;
}

std::vector<Candidate> candidates(std::span<const Role> roles, std::span<const Curve> curves,
                                  const ScoreFamily& score) {
  std::vector<Candidate> found;
  for (const Curve& curve : curves)
    if (curve.model.empty() && curve.shift.empty() && competes(roles[curve.method]))
      std::ranges::move(points_of(curve, roles[curve.method], score), std::back_inserter(found));
  return found;
}

std::vector<Candidate> pareto_front(std::vector<Candidate> candidates) {
  std::ranges::stable_sort(candidates, {},
                           [](const Candidate& c) { return std::tuple(c.cost, -c.merit, !c.source); });
  std::vector<Candidate> front;
  for (const Candidate& candidate : candidates)
    if (front.empty() || candidate.merit > front.back().merit) front.push_back(candidate);
  return front;
}

std::optional<Candidate> best_within(std::span<const Candidate> front, double budget) {
  std::optional<Candidate> best;
  for (const Candidate& candidate : front)
    if (candidate.cost <= budget * (1 + rounding)) best = candidate;
  return best;
}

Recommendation recommend(std::span<const Role> roles, std::span<const Curve> curves, Split chosen_on,
                         const ScoreFamily& score) {
  std::vector<Candidate> all = candidates(roles, curves, score);
  Recommendation best;
  best.chosen_on = chosen_on;
  best.competing = static_cast<int64_t>(all.size());
  best.front = pareto_front(std::move(all));
  for (const double budget : budgets) best.choices.push_back(best_within(best.front, budget));
  return best;
}

}  // namespace ttt
