#include "pipeline/methods/document_options.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "pipeline/documents/neural_cache.h"
#include "pipeline/documents/windows.h"
#include "pipeline/methods/kept_columns.h"

namespace ttt {

Fields fields(DocumentOptions& o) {
  return {
      {"steps", &o.steps, {0, 1000}},
      {"learning_rate", &o.learning_rate, {0, 100}},
      {"rate_decay", &o.rate_decay, {0, 10}},
      {"chunk", &o.chunk, {1, 1'000'000}},
      {"context", &o.context, {1, 1'000'000}},
      {"subset", &o.subset},
      {"rank", &o.rank, {1, 4096}},
      {"optimiser", choice(o.optimiser, {"sgd", "adam"})},
      {"momentum", &o.momentum, {0, 1, Ends::first}},
      {"weight_decay", &o.weight_decay, {0, 1}},
      {"clip", &o.clip, {0, 1e6}},
      {"normalise_gradient", &o.normalise_gradient},
      {"pull_back", &o.pull_back, {0, 1}},
      {"adapt_on", choice(o.adapt_on, {"own", "other", "shuffled"})},
      {"reset", choice(o.reset, {"document", "never"})},
      order_field("order", o.order),
      {"memory", choice(o.memory, {"none", "ngram", "ngram_alone", "cache"})},
      {"ngram_order", &o.ngram_order, {0, 16}},
      {"ngram_share", &o.ngram_share, {0, 1}},
      {"cache_theta", &o.cache_theta, {0, 1000}},
      {"cache_share", &o.cache_share, {0, 1}},
      {"keep", &o.keep},
  };
}

void validate(const DocumentOptions& o) {
  require_option(!o.steps.empty() && o.steps.front() == 0, "steps",
                 "do not begin with 0, the source model's own reading, from which gains are counted");
  require_option(std::is_sorted(o.steps.begin(), o.steps.end()) && all_different(o.steps), "steps",
                 "not ascending (each number of steps once, in order)");
  require_option(o.context >= o.chunk, "context", "{} is less than chunk = {} (a window holds its chunk)",
                 o.context, o.chunk);
  require_option(o.optimiser == Optimiser::sgd || o.momentum == 0, "momentum",
                 "{} with optimiser = \"adam\" (momentum belongs to sgd)", o.momentum);
  require_option(o.memory != DocumentMemory::ngram_alone || !adapts(o), "memory",
                 "\"ngram_alone\" with steps of a model that it does not read (steps = [0])");
  require_option(o.adapt_on == DocumentAdaptOn::own || o.reset == DocumentReset::document, "adapt_on",
                 "a placebo in a stream (reset = \"document\")");
  require_kept(o.keep, {"token_nats"});
}

SequenceStep step_of(const DocumentOptions& o, size_t milestone) {
  const double rate = o.learning_rate / std::pow(std::max(o.steps[milestone], 1), o.rate_decay);
  SequenceStep step;
  step.clip = o.clip;
  step.normalise = o.normalise_gradient;
  if (o.optimiser == Optimiser::adam)
    step.rule = lanes::Adam{.learning_rate = rate, .weight_decay = o.weight_decay};
  else
    step.rule = lanes::Sgd{.learning_rate = rate, .momentum = o.momentum, .weight_decay = o.weight_decay};
  return step;
}

void require_fits(const DocumentOptions& o, const SequenceNetwork& n) {
  const std::vector<std::string> subsets = n.subsets();
  require(std::ranges::find(subsets, o.subset) != subsets.end(),
          "model.{}: has no subset \"{}\" of weights to adapt ({})", n.name, o.subset,
          fmt::join(subsets, ", "));
  require(o.context <= n.longest,
          "model.{}: was trained on windows of {} tokens, and context is {} (positions past them were never "
          "learned)",
          n.name, n.longest, o.context);
}

bool is_placebo(const DocumentOptions& o) { return o.adapt_on != DocumentAdaptOn::own; }
bool in_streams(const DocumentOptions& o) { return o.reset == DocumentReset::never; }
bool adapts(const DocumentOptions& o) { return o.steps.back() > 0; }

namespace {

/// FLOPs and passes of one reading.
struct Reading {
  double flops = 0;
  int64_t forwards = 0, backwards = 0;
  int32_t steps = 0;
};

/// The pass that scores a chunk gives the first step's gradient too, but for a placebo, whose steps see other
/// tokens. Nothing is learned from the last chunk of a document that is dropped with its weights.
Reading reading_of(const DocumentOptions& o, const SequenceNetwork& n, int64_t tokens, int steps) {
  Reading reading;
  const std::vector<Chunk> chunks = chunks_of(tokens, o.chunk, o.context);
  for (size_t i = 0; i < chunks.size(); ++i) {
    const double forward = n.forward_flops(chunks[i].rows(), chunks[i].scored());
    reading.flops += forward;
    ++reading.forwards;
    const bool is_last = i + 1 == chunks.size() && !in_streams(o);
    if (steps == 0 || is_last) continue;
    const int more = is_placebo(o) ? steps : steps - 1;
    reading.flops +=
        more * forward + steps * n.backward_flops(chunks[i].rows(), chunks[i].scored(), o.subset, o.rank);
    reading.forwards += more;
    reading.backwards += steps;
    reading.steps += steps;
  }
  return reading;
}

}  // namespace

CostTable document_cost(const DocumentOptions& o, const SequenceNetwork& n, int64_t tokens) {
  CostTable cost;
  for (const int steps : o.steps) {
    Reading reading = reading_of(o, n, tokens, steps);
    if (o.memory == DocumentMemory::cache) reading.flops += cache_flops(tokens, n.width);
    if (o.memory == DocumentMemory::ngram_alone) reading = {};
    cost.milestone.push_back(steps);
    cost.flops.push_back(reading.flops);
    cost.forward_passes.push_back(reading.forwards);
    cost.backward_passes.push_back(reading.backwards);
    cost.gradient_steps.push_back(reading.steps);
    cost.views.push_back(0);
  }
  return cost;
}

}  // namespace ttt
