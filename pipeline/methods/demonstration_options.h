#pragma once
#include <vector>

#include "pipeline/methods/adapt_options.h"
#include "pipeline/models/puzzle_network.h"
#include "pipeline/puzzles/view.h"
#include "schemas/records.h"

namespace ttt {

enum class PuzzleAdaptOn { own, other, shuffled };

/// kind = "demonstrations": test-time training on a puzzle (Akyürek et al., ICML 2025). Every step asks for
/// the answer of each demonstration given the others; the query is answered at milestones.
struct DemonstrationOptions {
  std::vector<int> steps = {0, 1, 2, 4, 8, 16};  // gradient steps after which the query is answered, 0 first
  double learning_rate = 2e-3;
  std::string subset = "all";  // of the weights, that adapts
  int rank = 8;                // of the products of subset = "low_rank"
  Optimiser optimiser = Optimiser::adam;
  double momentum = 0;
  double weight_decay = 0;
  double clip = 0;  // of the gradient's norm; 0: none
  bool normalise_gradient = false;
  int views_per_step = 1;                 // views of the puzzle that a step learns from
  PuzzleViews views = PuzzleViews::none;  // how they are changed; drawn anew for each step
  /// Placebos: another puzzle of the same shift and severity, or the own grids with each other's answers.
  PuzzleAdaptOn adapt_on = PuzzleAdaptOn::own;
  int demonstrations = 0;  // of each puzzle, the first so many; 0: all
  int ballots = 1;         // views of the puzzle that vote on the answer, the plain one first
  PuzzleViews ballot_views = PuzzleViews::both;
  bool operator==(const DemonstrationOptions&) const = default;
};
Fields fields(DemonstrationOptions& options);
void validate(const DemonstrationOptions& options);

SequenceStep step_of(const DemonstrationOptions& options);

/// Throws a spec Error naming what these options ask for and the network does not have.
void require_fits(const DemonstrationOptions& options, const PuzzleNetwork& network);

bool is_placebo(const DemonstrationOptions& options);

/// How many of a puzzle's demonstrations are shown; `most` of 0: all.
int64_t shown(int most, int64_t demonstrations);

/// Cost of a puzzle with so many demonstrations, at each milestone. Every answer is asked for anew, and only
/// the one that is stopped at is paid for.
CostTable demonstration_cost(const DemonstrationOptions& options, const PuzzleNetwork& network,
                             int64_t demonstrations);

}  // namespace ttt
