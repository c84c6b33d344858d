#include "pipeline/methods/document_reading.h"

#include <algorithm>
#include <cmath>

#include "kernels/draw.h"
#include "pipeline/documents/mixture.h"
#include "pipeline/documents/neural_cache.h"
#include "pipeline/documents/ngram_memory.h"
#include "pipeline/documents/windows.h"

namespace ttt {
namespace {

/// A window of a chunk over tokens that begin with the 0 before a document.
TokenWindow window_of(const Chunk& chunk, std::span<const int32_t> started) {
  return {started.subspan(static_cast<size_t>(chunk.first), static_cast<size_t>(chunk.rows())),
          started.subspan(static_cast<size_t>(chunk.begin + 1), static_cast<size_t>(chunk.scored()))};
}

/// What a reading gathers on its way.
struct Gathered {
  ReadDocument read;
  std::vector<float> states;  // [T, d], for a cache

  void add(const TokenScores& scores) {
    read.nats.insert(read.nats.end(), scores.nats.begin(), scores.nats.end());
    read.correct.insert(read.correct.end(), scores.correct.begin(), scores.correct.end());
    states.insert(states.end(), scores.hidden.begin(), scores.hidden.end());
  }

  /// One step by the gradient that the lane has.
  void step(SequenceLane& lane, const SequenceStep& how) {
    if (std::isfinite(lane.step(how)))
      ++read.steps;
    else
      read.diverged = true;
  }
};

std::vector<double> probabilities(const std::vector<double>& nats) {
  std::vector<double> p;
  p.reserve(nats.size());
  for (const double n : nats) p.push_back(std::exp(-n));
  return p;
}

/// The memory's part in the predictions.
void mix_memory(const DocumentOptions& o, std::span<const int32_t> document, int vocabulary,
                Gathered& gathered) {
  std::vector<double>& nats = gathered.read.nats;
  switch (o.memory) {
    case DocumentMemory::none:
      return;
    case DocumentMemory::ngram:
      nats = fixed_share_nats(probabilities(nats), ngram_probabilities(document, o.ngram_order, vocabulary),
                              o.ngram_share, 0.9);
      return;
    case DocumentMemory::cache:
      nats = constant_mixture_nats(
          probabilities(nats), cache_probabilities(gathered.states, document, o.cache_theta), o.cache_share);
      return;
    case DocumentMemory::ngram_alone:
      break;
  }
  const std::vector<double> p = ngram_probabilities(document, o.ngram_order, vocabulary);
  std::ranges::transform(p, nats.begin(), [](double probability) { return -std::log(probability); });
  std::ranges::fill(gathered.read.correct, 0);
}

}  // namespace

ReadDocument read_document(const DocumentOptions& o, size_t milestone, SequenceLane& lane,
                           std::span<const int32_t> document, std::span<const int32_t> adapt_on,
                           int vocabulary) {
  const int steps = o.steps[milestone];
  const SequenceStep how = step_of(o, milestone);
  const Kept states = {.hidden = o.memory == DocumentMemory::cache};
  const bool shares_pass = !is_placebo(o);
  const std::vector<int32_t> read = with_start(document);
  const std::vector<int32_t> learned = shares_pass ? std::vector<int32_t>() : with_start(adapt_on);
  const std::vector<Chunk> chunks = chunks_of(std::ssize(document), o.chunk, o.context);
  Gathered gathered;
  for (size_t i = 0; i < chunks.size(); ++i) {
    const TokenWindow window = window_of(chunks[i], read);
    const bool is_last = i + 1 == chunks.size() && !in_streams(o);
    const bool has_tokens = shares_pass || chunks[i].end <= std::ssize(adapt_on);
    if (steps == 0 || is_last || gathered.read.diverged || !has_tokens) {
      gathered.add(lane.score(window, states));
      continue;
    }
    if (!shares_pass) gathered.add(lane.score(window, states));
    const TokenWindow lesson = shares_pass ? window : window_of(chunks[i], learned);
    for (int step = 0; step < steps && !gathered.read.diverged; ++step) {
      const TokenScores scores = lane.differentiate(lesson, states);
      if (step == 0 && shares_pass) gathered.add(scores);
      gathered.step(lane, how);
    }
    if (o.pull_back > 0) lane.pull_to_source(o.pull_back);
  }
  mix_memory(o, document, vocabulary, gathered);
  return gathered.read;
}

std::vector<int32_t> shuffled_tokens(std::span<const int32_t> tokens, uint64_t seed, int64_t sample) {
  std::vector<int32_t> order(tokens.begin(), tokens.end());
  const Draw draw(seed, Purpose::token_order, static_cast<uint64_t>(sample));
  for (size_t i = 0; i + 1 < order.size(); ++i)
    std::swap(order[i], order[i + draw.below(static_cast<uint32_t>(i), order.size() - i)]);
  return order;
}

}  // namespace ttt
