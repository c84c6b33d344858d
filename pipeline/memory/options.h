#pragma once
#include <string>

#include "pipeline/memory/registry.h"
#include "pipeline/streams/order.h"

namespace ttt {

/// kind = "memory": predictions of the source model, corrected by earlier samples of a stream. Computed from
/// stored features and logits, without a network.
struct MemoryOptions {
  std::string from;  // method whose features and logits at milestone 0 are read; "": the first with features
  Chosen rule = choose(memory_rule_alternatives(), "t3a");
  Order order = Order::shift;  // in which the samples are replayed
  bool operator==(const MemoryOptions&) const = default;
};

/// The keys of the chosen rule stand among the others.
Fields fields(MemoryOptions& options);
void validate(const MemoryOptions& options);

}  // namespace ttt
