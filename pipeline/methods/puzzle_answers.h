#pragma once
#include <cstdint>
#include <vector>

#include "pipeline/models/puzzle_network.h"
#include "pipeline/puzzles/answer.h"
#include "pipeline/puzzles/view.h"
#include "schemas/records.h"

namespace ttt {

/// What a lane says of one view of a puzzle.
struct Ballot {
  std::vector<Candidate> likeliest;  // two_likeliest(), undone; empty: no answer
  double nats = 0;                   // mean -log p of the cells of the expected answer
};

/// Asks for the answer to view `number` of a puzzle: the plain one is number 0, others are drawn by (seed,
/// sample, number).
Ballot ask(const PuzzleNetwork& network, SequenceLane& lane, const Puzzle& puzzle, PuzzleViews views,
           uint64_t seed, int64_t sample, int number);

/// The candidates of these ballots together, the best first; of one ballot its two likeliest.
std::vector<Candidate> elected(const std::vector<Ballot>& ballots);

/// Records of puzzles in which nothing is there yet: answers in a frame of side x side cells.
Records empty_puzzle_records(int64_t samples, int milestones, int steps, int side);

/// Writes the answer to a puzzle at milestone `m` of row `row`. `nats` is the loss of the plain view.
void write_answer(const std::vector<Candidate>& candidates, const Grid& expected, double nats, int64_t row,
                  int64_t m, Records& records);

}  // namespace ttt
