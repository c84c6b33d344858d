#include "pipeline/puzzles/answer.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ttt {
namespace {

/// The likeliest colours of a cell.
struct Choice {
  int first = 0, second = 0;
  double lead = std::numeric_limits<double>::infinity();  // of the first over the second
};

Choice choice_of(const CellOdds& odds, int y, int x) {
  Choice choice;
  for (int c = 1; c < odds.colours; ++c)
    if (odds.at(y, x, c) > odds.at(y, x, choice.first)) choice.first = c;
  for (int c = 0; c < odds.colours; ++c) {
    if (c == choice.first) continue;
    const double lead = odds.at(y, x, choice.first) - odds.at(y, x, c);
    if (lead < choice.lead) choice = {choice.first, c, lead};
  }
  return choice;
}

bool is_inside(const CellOdds& odds, int y, int x) {
  return odds.at(y, x, choice_of(odds, y, x).first) >= odds.at(y, x, odds.colours);
}

}  // namespace

std::vector<Candidate> two_likeliest(const CellOdds& odds) {
  if (!std::ranges::all_of(odds.log_p, [](float p) { return !std::isnan(p); })) return {};
  Candidate first;
  while (first.grid.height < odds.side && is_inside(odds, first.grid.height, 0)) ++first.grid.height;
  while (first.grid.width < odds.side && is_inside(odds, 0, first.grid.width)) ++first.grid.width;
  if (first.grid.height == 0 || first.grid.width == 0) return {};
  size_t closest = 0;
  Choice unsure;
  for (int y = 0; y < odds.side; ++y)
    for (int x = 0; x < odds.side; ++x) {
      if (y >= first.grid.height || x >= first.grid.width) {
        first.log_probability += odds.at(y, x, odds.colours);
        continue;
      }
      const Choice choice = choice_of(odds, y, x);
      first.log_probability += odds.at(y, x, choice.first);
      if (choice.lead < unsure.lead) {
        unsure = choice;
        closest = first.grid.cells.size();
      }
      first.grid.cells.push_back(static_cast<int16_t>(choice.first));
    }
  if (!std::isfinite(unsure.lead)) return {first};
  Candidate second = first;
  second.grid.cells[closest] = static_cast<int16_t>(unsure.second);
  second.log_probability -= unsure.lead;
  return {first, second};
}

std::vector<Candidate> ranked(const std::vector<Candidate>& votes) {
  struct Tally {
    Candidate candidate;
    int votes = 0;
  };
  std::vector<Tally> tallies;
  for (const Candidate& vote : votes) {
    auto found = std::ranges::find(tallies, vote.grid, [](const Tally& t) { return t.candidate.grid; });
    if (found == tallies.end()) found = tallies.insert(tallies.end(), {{vote.grid, 0}, 0});
    found->candidate.log_probability += vote.log_probability;
    ++found->votes;
  }
  for (Tally& tally : tallies) tally.candidate.log_probability /= tally.votes;
  std::ranges::stable_sort(tallies, [](const Tally& a, const Tally& b) {
    if (a.votes != b.votes) return a.votes > b.votes;
    return a.candidate.log_probability > b.candidate.log_probability;
  });
  std::vector<Candidate> candidates;
  for (Tally& tally : tallies) candidates.push_back(std::move(tally.candidate));
  return candidates;
}

double cells_right(const Grid& answer, const Grid& expected) {
  if (answer.height != expected.height || answer.width != expected.width) return 0;
  int right = 0;
  for (size_t i = 0; i < expected.cells.size(); ++i) right += answer.cells[i] == expected.cells[i];
  return static_cast<double>(right) / static_cast<double>(expected.cells.size());
}

}  // namespace ttt
