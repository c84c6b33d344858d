#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "pipeline/memory/classifier.h"
#include "schemas/alternatives.h"

namespace ttt {

/// A sample of a stream as a rule sees it: without its label.
struct StreamSample {
  std::span<const float> features;  // [F] finite
  std::span<const float> logits;    // [C] of the source model, finite
  int64_t base = 0;                 // the clean image that it is a version of
};

/// What a rule says to a sample.
struct MemoryAnswer {
  std::vector<float> logits;  // [C]
  int64_t compared = 0;       // remembered vectors of F numbers that were read for it, 2 F operations each
};

/// What a rule remembers of one stream.
class StreamMemory {
 public:
  virtual ~StreamMemory() = default;

  /// Answers the next sample of the stream and remembers it. The answer depends on this sample and the
  /// earlier ones alone.
  virtual MemoryAnswer answer(const StreamSample& sample) = 0;
};

/// What a memory begins with.
struct MemoryStart {
  const Options& options;         // the rule's
  const FinalLinear& classifier;  // of the model; empty unless the rule needs it
  int classes = 0;                // C
};

/// A way to correct predictions by earlier samples: one file that exports one value, one line in
/// registry.cpp.
struct MemoryRule {
  std::string_view name;
  std::string_view summary;
  std::string_view source;  // where it was published
  std::string_view cost;    // of a sample besides the source prediction, in words
  Options (*options)();     // its own keys
  bool needs_classifier = false;
  std::unique_ptr<StreamMemory> (*start)(const MemoryStart& start);
};

}  // namespace ttt
