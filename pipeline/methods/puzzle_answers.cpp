#include "pipeline/methods/puzzle_answers.h"

#include <algorithm>
#include <numeric>

#include "kernels/draw.h"

namespace ttt {

Ballot ask(const PuzzleNetwork& n, SequenceLane& lane, const Puzzle& puzzle, PuzzleViews views, uint64_t seed,
           int64_t sample, int number) {
  PuzzleView view;
  if (number > 0)
    view = drawn_view(
        views, n.colours,
        Draw(seed, Purpose::puzzle_ballot, static_cast<uint64_t>(sample), 0, static_cast<uint32_t>(number)));
  const OwnedWindow window = n.question(viewed(puzzle, view));
  const TokenScores scores = lane.score(window.window(), {.log_probabilities = true});
  Ballot ballot{
      two_likeliest({n.side, n.colours, scores.log_probabilities}),
      std::accumulate(scores.nats.begin(), scores.nats.end(), 0.0) / static_cast<double>(scores.nats.size())};
  for (Candidate& candidate : ballot.likeliest) candidate.grid = undone(candidate.grid, view);
  return ballot;
}

std::vector<Candidate> elected(const std::vector<Ballot>& ballots) {
  std::vector<Candidate> votes;
  for (const Ballot& ballot : ballots)
    if (!ballot.likeliest.empty()) votes.push_back(ballot.likeliest.front());
  std::vector<Candidate> candidates = ranked(votes);
  // All agree: the second likeliest of the first that has one.
  for (const Ballot& ballot : ballots)
    if (candidates.size() == 1 && ballot.likeliest.size() > 1) candidates.push_back(ballot.likeliest[1]);
  return candidates;
}

Records empty_puzzle_records(int64_t samples, int milestones, int steps, int side) {
  Records records = empty_records(samples, milestones, steps, 0);
  records.cell_count = 2 + side * side;
  keep_column(records, &Records::cells_right);
  keep_column(records, &Records::second_right);
  keep_column(records, &Records::answer);
  keep_column(records, &Records::paid_flops);
  return records;
}

void write_answer(const std::vector<Candidate>& candidates, const Grid& expected, double nats, int64_t row,
                  int64_t m, Records& records) {
  const int64_t place = row * records.milestones + m;
  records.main_loss[place] = static_cast<float>(nats);
  if (candidates.empty()) return;
  const Grid& first = candidates.front().grid;
  records.correct[place] = first == expected;
  records.cells_right[place] = static_cast<float>(cells_right(first, expected));
  records.second_right[place] =
      first == expected || (candidates.size() > 1 && candidates[1].grid == expected) ? 1.0f : 0.0f;
  const auto to = records.answer.begin() + place * records.cell_count;
  to[0] = static_cast<int16_t>(first.height);
  to[1] = static_cast<int16_t>(first.width);
  std::ranges::copy(first.cells, to + 2);
}

}  // namespace ttt
