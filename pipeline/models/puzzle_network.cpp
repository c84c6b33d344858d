#include "pipeline/models/puzzle_network.h"

#include "schemas/error.h"

namespace ttt {

const PuzzleNetwork& puzzle_network(const Network& network) {
  const auto* puzzles = dynamic_cast<const PuzzleNetwork*>(&network);
  if (!puzzles) fail(ExitCode::internal, "model.{}: not a network that answers puzzles", network.name);
  return *puzzles;
}

}  // namespace ttt
