#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pipeline/models/sequence_network.h"
#include "pipeline/puzzles/puzzle.h"

namespace ttt {

/// A network that answers puzzles. Every answer is predicted as a square frame of side x side cells with the
/// answer in its upper left corner: a row of the window for each cell, classes 0 to colours - 1, and
/// `colours` for a cell outside the answer.
class PuzzleNetwork : public Network {
 public:
  int side = 5;            // of the frame: no grid is larger
  int colours = 10;        // cells are 0 .. colours-1
  int demonstrations = 4;  // of the longest sample: what a nominal cost is of

  int classes() const { return colours + 1; }
  int64_t cells() const { return int64_t{side} * side; }

  /// Asks for the answer to the query. Its targets are the expected answer; nothing else reads it.
  virtual OwnedWindow question(const Puzzle& puzzle) const = 0;

  /// Asks of every puzzle for the answer of each of its pairs, given its other pairs: leave one out. All have
  /// equally many. Rows that predict are ordered by puzzle, then pair. No puzzle sees another.
  virtual OwnedWindow lesson(std::span<const std::vector<PuzzlePair>> puzzles) const = 0;

  /// As SequenceNetwork::lane().
  virtual std::unique_ptr<SequenceLane> lane(const Weights& source, const std::string& subset, int rank,
                                             uint64_t seed, int64_t sample) const = 0;

  double prediction_flops() const override { return question_flops(demonstrations); }

  // FLOPs, 2 a multiply-add, attention included.
  virtual double question_flops(int64_t demonstrations) const = 0;
  virtual double lesson_flops(int64_t pairs, int64_t puzzles) const = 0;
  virtual double lesson_backward_flops(int64_t pairs, int64_t puzzles, const std::string& subset,
                                       int rank) const = 0;
  /// Bytes of a lane that passes over lessons of so many pairs and puzzles.
  virtual int64_t lane_bytes(const std::string& subset, int rank, int64_t pairs, int64_t puzzles) const = 0;
};

/// The network as one of puzzles. Throws an internal Error for another.
const PuzzleNetwork& puzzle_network(const Network& network);

}  // namespace ttt
