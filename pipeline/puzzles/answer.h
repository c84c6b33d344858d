#pragma once
#include <optional>
#include <span>
#include <vector>

#include "schemas/grid.h"

namespace ttt {

/// What a network says of the cells of an answer that lies in the upper left corner of a square frame.
struct CellOdds {
  int side = 0;     // of the frame
  int colours = 0;  // classes are 0 .. colours-1, and `colours`: the cell is outside the answer
  std::span<const float> log_p = {};  // [side, side, colours + 1] logarithms of probabilities

  float at(int y, int x, int which) const {
    return log_p[static_cast<size_t>((y * side + x) * (colours + 1) + which)];
  }
};

/// A possible answer.
struct Candidate {
  Grid grid;
  double log_probability = 0;  // of the whole frame, cells as if independent
  bool operator==(const Candidate&) const = default;
};

/// The likeliest answer, and of equal size the second likeliest. The size is how many cells of the first
/// column and the first row are likelier inside than outside, begun from the corner; each cell has the
/// likeliest colour, the lowest of equals. Empty where the corner is outside or an odd is not a number.
std::vector<Candidate> two_likeliest(const CellOdds& odds);

/// What several views say, each undone: the answer that most of them give first; of equally many the one of
/// the larger mean log_probability, then the one that came first. Each answer once, with its mean.
std::vector<Candidate> ranked(const std::vector<Candidate>& votes);

/// Share of the expected cells that the answer has right; 0 where the sizes differ.
double cells_right(const Grid& answer, const Grid& expected);

}  // namespace ttt
