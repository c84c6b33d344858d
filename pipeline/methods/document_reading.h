#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/methods/document_options.h"

namespace ttt {

/// What one reading of a document says of its tokens.
struct ReadDocument {
  std::vector<double> nats;      // [T] -log p of each token
  std::vector<uint8_t> correct;  // [T] 1 where the model alone found it the most probable
  int32_t steps = 0;             // that were taken
  bool diverged = false;  // a step's gradient was not finite; the weights stayed and no other was taken
};

/// Reads `document` chunk by chunk in a lane that is where the caller left it, `milestone` says with how many
/// steps a chunk. Steps see `adapt_on`, which is the document itself but for a placebo; they end where it
/// ends.
ReadDocument read_document(const DocumentOptions& options, size_t milestone, SequenceLane& lane,
                           std::span<const int32_t> document, std::span<const int32_t> adapt_on,
                           int vocabulary);

/// The tokens in an order drawn by (seed, sample).
std::vector<int32_t> shuffled_tokens(std::span<const int32_t> tokens, uint64_t seed, int64_t sample);

}  // namespace ttt
