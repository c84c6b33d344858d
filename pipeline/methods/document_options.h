#pragma once
#include <string>
#include <vector>

#include "pipeline/methods/adapt_options.h"
#include "pipeline/models/sequence_network.h"

namespace ttt {

enum class DocumentAdaptOn { own, other, shuffled };
enum class DocumentReset { document, never };

/// What is mixed into the model's predictions, or stands for them.
enum class DocumentMemory { none, ngram, ngram_alone, cache };

/// kind = "document": reads a document chunk by chunk. Every chunk is scored with weights that have seen only
/// the chunks before it; then gradient steps follow on its next-token loss. Milestones are steps a chunk,
/// each a reading of its own.
struct DocumentOptions {
  std::vector<int> steps = {0, 1, 2, 4};  // a chunk, a milestone each, 0 first
  double learning_rate = 1e-3;            // of one step a chunk
  double rate_decay = 0.6;                // S steps a chunk take the rate learning_rate / S^rate_decay
  int chunk = 64;                         // tokens that are scored, then learned from
  int context = 128;                      // tokens of the window that ends with a chunk
  std::string subset = "all";             // of the weights, that adapts
  int rank = 8;                           // of the products of subset = "low_rank"
  Optimiser optimiser = Optimiser::adam;
  double momentum = 0;
  double weight_decay = 0;
  double clip = 0;  // of the gradient's norm; 0: none
  bool normalise_gradient = false;
  double pull_back = 0;  // share of the way back to the source after each chunk
  /// Placebos: another document of the same shift and severity, or the own tokens in a drawn order.
  DocumentAdaptOn adapt_on = DocumentAdaptOn::own;
  DocumentReset reset = DocumentReset::document;  // never: weights and moments go on in a stream
  Order order = Order::shift;                     // of the documents in streams
  DocumentMemory memory = DocumentMemory::none;
  int ngram_order = 5;                 // tokens of the longest context
  double ngram_share = 0.1;            // of weights that moves to their mean after each token
  double cache_theta = 20;             // sharpness of the neural cache
  double cache_share = 0.5;            // of the cache in its mixture
  std::vector<std::string> keep = {};  // token_nats
  bool operator==(const DocumentOptions&) const = default;
};
Fields fields(DocumentOptions& options);
void validate(const DocumentOptions& options);

/// How a reading steps that takes steps[milestone] steps a chunk.
SequenceStep step_of(const DocumentOptions& options, size_t milestone);

/// Throws a spec Error naming what these options ask for and the network does not have.
void require_fits(const DocumentOptions& options, const SequenceNetwork& network);

bool is_placebo(const DocumentOptions& options);
bool in_streams(const DocumentOptions& options);
bool adapts(const DocumentOptions& options);

/// Cost of reading a document of `tokens` tokens, at each milestone.
CostTable document_cost(const DocumentOptions& options, const SequenceNetwork& network, int64_t tokens);

}  // namespace ttt
