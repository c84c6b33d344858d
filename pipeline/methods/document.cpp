// kind = "document": test-time training on a document while it is read.
#include <algorithm>
#include <map>
#include <memory>

#include "kernels/lanes/threads.h"
#include "pipeline/documents/windows.h"
#include "pipeline/methods/document_reading.h"
#include "pipeline/methods/kept_columns.h"
#include "pipeline/methods/method.h"
#include "schemas/error.h"

namespace ttt {
namespace {

Records empty_records_of(const DocumentOptions& o, const SequenceNetwork& n, int64_t samples) {
  Records records = empty_records(samples, static_cast<int>(o.steps.size()), 0, 0);
  records.chunk_count = static_cast<int>(chunks_of(n.sample_tokens, o.chunk, o.context).size());
  keep_column(records, &Records::chunk_nats);
  keep_column(records, &Records::chunk_correct);
  keep_column(records, &Records::chunk_tokens);
  keep_column(records, &Records::paid_flops);
  if (keeps(o.keep, "token_nats")) {
    records.token_count = static_cast<int>(n.sample_tokens);
    keep_column(records, &Records::token_nats);
  }
  return records;
}

double sum_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

/// Writes one reading to row `row`, milestone `m`.
void write(const DocumentOptions& o, const ReadDocument& read, int64_t row, int64_t m, Records& records) {
  const int64_t place = row * records.milestones + m;
  const auto tokens = static_cast<int64_t>(read.nats.size());
  const std::span<const double> nats(read.nats);
  records.main_loss[place] = static_cast<float>(sum_of(nats) / static_cast<double>(tokens));
  const std::vector<Chunk> chunks = chunks_of(tokens, o.chunk, o.context);
  for (int64_t c = 0; c < std::ssize(chunks); ++c) {
    const auto begin = static_cast<size_t>(chunks[c].begin), count = static_cast<size_t>(chunks[c].scored());
    records.chunk_nats[place * records.chunk_count + c] =
        static_cast<float>(sum_of(nats.subspan(begin, count)));
    records.chunk_tokens[row * records.chunk_count + c] = static_cast<float>(count);
    if (o.memory == DocumentMemory::ngram_alone) continue;
    const auto first = read.correct.begin() + static_cast<int64_t>(begin);
    records.chunk_correct[place * records.chunk_count + c] =
        static_cast<float>(std::count(first, first + static_cast<int64_t>(count), uint8_t{1}));
  }
  for (int64_t t = 0; t < std::min<int64_t>(tokens, records.token_count); ++t)
    records.token_nats[place * records.token_count + t] = static_cast<float>(nats[static_cast<size_t>(t)]);
  if (read.diverged) records.status[row] = Status::diverged;
  records.steps_taken[row] = read.steps;  // of the last milestone in the end
}

/// What a sample's steps see.
std::vector<int32_t> lesson_of(const DocumentOptions& o, const Samples& samples, size_t k, uint64_t seed) {
  const std::span<const int32_t> other = samples.adapt_tokens[k];
  if (o.adapt_on == DocumentAdaptOn::shuffled) return shuffled_tokens(other, seed, samples.id[k]);
  return {other.begin(), other.end()};
}

void write_costs(const DocumentOptions& o, const SequenceNetwork& n, const Samples& samples,
                 Records& records) {
  std::map<size_t, CostTable> of_length;
  for (size_t k = 0; k < samples.id.size(); ++k) {
    const auto [found, fresh] = of_length.try_emplace(samples.tokens[k].size());
    if (fresh) found->second = document_cost(o, n, static_cast<int64_t>(samples.tokens[k].size()));
    std::ranges::copy(found->second.flops,
                      records.paid_flops.begin() + static_cast<int64_t>(k) * records.milestones);
  }
}

Records empty_rows(const DocumentOptions& o, const SequenceNetwork& n, const Samples& samples) {
  Records records = empty_records_of(o, n, static_cast<int64_t>(samples.id.size()));
  records.sample = samples.id;
  write_costs(o, n, samples, records);
  return records;
}

/// Documents side by side, a lane each.
Records episodes(const DocumentOptions& o, const SourceNetwork& source, const Samples& samples,
                 uint64_t seed) {
  const SequenceNetwork& n = sequence_network(*source.network);
  Records records = empty_rows(o, n, samples);
  lanes::for_each_task(std::ssize(samples.id), [&](int64_t k) {
    const auto at = static_cast<size_t>(k);
    const std::unique_ptr<SequenceLane> lane = n.lane(source.weights, o.subset, o.rank, seed, samples.id[at]);
    const std::vector<int32_t> lesson = lesson_of(o, samples, at, seed);
    for (size_t m = 0; m < o.steps.size(); ++m) {
      lane->reset();
      write(o, read_document(o, m, *lane, samples.tokens[at], lesson, n.vocabulary), k,
            static_cast<int64_t>(m), records);
    }
  });
  return records;
}

/// One document after the other, each number of steps in a lane of its own that keeps what it learned.
Records stream(const DocumentOptions& o, const SourceNetwork& source, const Samples& samples, uint64_t seed,
               const Between& between) {
  const SequenceNetwork& n = sequence_network(*source.network);
  Records records = empty_rows(o, n, samples);
  std::vector<std::unique_ptr<SequenceLane>> lanes;
  for (size_t m = 0; m < o.steps.size(); ++m)
    lanes.push_back(n.lane(source.weights, o.subset, o.rank, seed, samples.id.front()));
  for (size_t k = 0; k < samples.id.size(); ++k) {
    between(static_cast<int64_t>(k));
    for (size_t m = 0; m < o.steps.size(); ++m)
      write(o, read_document(o, m, *lanes[m], samples.tokens[k], samples.tokens[k], n.vocabulary),
            static_cast<int64_t>(k), static_cast<int64_t>(m), records);
  }
  return records;
}

SampleChoice samples_of(const DocumentOptions& o, const TestSet& set, const std::vector<int64_t>& ids,
                        uint64_t seed) {
  for (const int64_t id : ids)
    if (set.length[static_cast<size_t>(id)] < o.chunk)
      fail(ExitCode::data,
           "sample {} is a document of {} tokens, shorter than a chunk (kind = \"document\": chunk = {}; set "
           "a smaller "
           "one, or leave the document out)",
           id, set.length[static_cast<size_t>(id)], o.chunk);
  return o.adapt_on == DocumentAdaptOn::other ? other_samples(set, ids, seed) : own_samples(set, ids);
}

LaneMemory memory_of(const DocumentOptions& o, const SequenceNetwork& n) {
  return {.saved = n.lane_bytes(o.subset, o.rank, o.context)};
}

Role role_of(const DocumentOptions& o) {
  if (is_placebo(o)) return Role::placebo;
  if (in_streams(o) && adapts(o)) return Role::online;
  if (adapts(o)) return Role::adapt;
  return o.memory == DocumentMemory::none ? Role::source : Role::memory;
}

const Evaluation evaluation = {
    .require_fits = [](const Options& o,
                       const Network& n) { require_fits(o.get<DocumentOptions>(), sequence_network(n)); },
    .cost =
        [](const Options& o, const Network& n) {
          const SequenceNetwork& sequences = sequence_network(n);
          return document_cost(o.get<DocumentOptions>(), sequences, sequences.sample_tokens);
        },
    .memory = [](const Options& o,
                 const Network& n) { return memory_of(o.get<DocumentOptions>(), sequence_network(n)); },
    .empty = [](const Options& o, const Network& n, int64_t samples,
                bool) { return empty_records_of(o.get<DocumentOptions>(), sequence_network(n), samples); },
    .samples = [](const Options& o, const TestSet& set, const std::vector<int64_t>& ids, uint64_t seed,
                  const SourceFeatures&) { return samples_of(o.get<DocumentOptions>(), set, ids, seed); },
    .evaluate =
        [](const Options& o, const SourceNetwork& source, const Samples& samples, const EvaluateOptions& how,
           const Between& between) {
          const auto& options = o.get<DocumentOptions>();
          return in_streams(options) ? stream(options, source, samples, how.seed, between)
                                     : episodes(options, source, samples, how.seed);
        },
    .in_streams = [](const Options& o) { return in_streams(o.get<DocumentOptions>()); },
    .streams =
        [](const Options& o, const TestSet& set, const std::vector<int64_t>& samples, uint64_t seed) {
          return streams_of(stream_identity(set), samples, o.get<DocumentOptions>().order, seed);
        },
    .sets_budget = true};

}  // namespace

extern const Method document_method;
constinit const Method document_method = {
    .name = "document",
    .summary = "test-time training on the next token while a document is read, chunk by chunk",
    .source = "dynamic evaluation: Krause et al., ICML 2018; memories: Grave et al., ICLR 2017",
    .needs = "samples that are sequences of tokens, and a model of the next token",
    .cost = "a forward pass a chunk, and S of them and S backward passes for S steps a chunk",
    .milestone_meaning = "gradient steps a chunk",
    .unit = "steps",
    .payload = Payload::tokens,
    .options = options_of<DocumentOptions>,
    .role = [](const Options& o) { return role_of(o.get<DocumentOptions>()); },
    .evaluation = &evaluation};

}  // namespace ttt
