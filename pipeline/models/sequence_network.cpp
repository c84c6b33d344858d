#include "pipeline/models/sequence_network.h"

#include "schemas/error.h"

namespace ttt {

const SequenceNetwork& sequence_network(const Network& network) {
  const auto* sequences = dynamic_cast<const SequenceNetwork*>(&network);
  if (!sequences) fail(ExitCode::internal, "model.{}: is no network of sequences", network.name);
  return *sequences;
}

}  // namespace ttt
