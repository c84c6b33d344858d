#include "pipeline/testset/sequences.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "pipeline/puzzles/puzzle.h"
#include "pipeline/sources/image_set.h"
#include "pipeline/sources/token_set.h"
#include "pipeline/testset/items.h"
#include "schemas/error.h"

namespace ttt {
namespace {

void require_split(const SplitOptions& split, const std::string& key, const TokenSet& sequences) {
  require_known(split, key + ".shifts", sequences.shift_names());
  require(split.base_images == 0 || !split.clean || sequences.has_clean(),
          "{}.clean is true, but all documents of the test part lie in folders of shifts", key);
  for (const int severity : split.severities)
    require(split.shifts.empty() || severity <= sequences.severities(),
            "{}.severities: severity {} is unknown to this source (1 to {})", key, severity,
            sequences.severities());
}

std::vector<int64_t> first_bases(const TokenSet& sequences, const DataOptions& options) {
  const int64_t wanted = wanted_images(options);
  if (wanted > sequences.size())
    fail(ExitCode::data,
         "{}: data.report and data.tune want {} base samples, but the test part holds {} of the rarest kind",
         options.path, wanted, sequences.size());
  return choose_sequences(sequences, options.seed, DataPart::test, wanted);
}

Sequence sequence_of_item(const TokenSet& sequences, const TestSet& set, const Item& item) {
  return sequences.sequence(item.base, set.shift_names[static_cast<size_t>(item.shift)], item.severity);
}

void append_sample(TestSet& set, const TokenSet& sequences, const Item& item, const Sequence& sequence) {
  ++set.samples;
  set.label.push_back(0);
  set.base.push_back(sequences.base(item.base, set.shift_names[static_cast<size_t>(item.shift)]));
  set.shift.push_back(item.shift);
  set.severity.push_back(item.severity);
  set.split.push_back(item.split);
  set.length.push_back(static_cast<int32_t>(sequence.tokens.size()));
  if (sequence.bytes == 0) return;
  set.bytes.push_back(sequence.bytes);
  set.words.push_back(sequence.words);
}

/// Tokens of a sample, filled up with 0.
void append_tokens(std::vector<int32_t>& tokens, const Sequence& sequence, int64_t longest) {
  tokens.insert(tokens.end(), sequence.tokens.begin(), sequence.tokens.end());
  tokens.insert(tokens.end(), static_cast<size_t>(longest) - sequence.tokens.size(), 0);
}

/// A source of sequences with what a job makes of it.
struct Source {
  std::shared_ptr<const TokenSet> sequences;
  TestSet set;  // without samples
  std::vector<Item> items;
};

Source open_source(const DataOptions& options) {
  Source source{open_sequences(options, DataPart::test), {}, {}};
  if (const std::string left_out = source.sequences->left_out(); !left_out.empty())
    fmt::print(stderr, "{}: {}\n", options.path, left_out);
  require_split(options.report, "data.report", *source.sequences);
  require_split(options.tune, "data.tune", *source.sequences);
  const SequenceForm& form = source.sequences->form();
  source.set = begin_test_set(options, form.source, form.generator);
  source.set.tokens = TokenForm{form.vocabulary, form.longest, form.puzzles};
  source.set.score = form.score;
  source.items = items_of(first_bases(*source.sequences, options), options, source.set.shift_names);
  return source;
}

}  // namespace

TestSetWithImages build_sequences(const DataOptions& options,
                                  const std::function<void(int64_t done, int64_t total)>& progress) {
  Source source = open_source(options);
  TestSetWithImages set{std::move(source.set)};
  for (const Item& item : source.items) {
    const Sequence sequence = sequence_of_item(*source.sequences, set, item);
    append_sample(set, *source.sequences, item, sequence);
    append_tokens(set.token, sequence, set.tokens->longest);
    if (progress) progress(set.samples, static_cast<int64_t>(source.items.size()));
  }
  return set;
}

TestSetFile describe_sequences(const DataOptions& options) {
  const auto source = std::make_shared<const Source>(open_source(options));
  TestSetFile file{source->set};
  for (const Item& item : source->items)
    append_sample(file.set, *source->sequences, item,
                  sequence_of_item(*source->sequences, source->set, item));
  file.tokens = [source](std::span<const int64_t> ids) {
    std::vector<int32_t> tokens;
    for (const int64_t id : ids)
      append_tokens(tokens,
                    sequence_of_item(*source->sequences, source->set, source->items[static_cast<size_t>(id)]),
                    source->set.tokens->longest);
    return tokens;
  };
  return file;
}

namespace {

void require_puzzle(const TestSetWithImages& set, int64_t sample, const std::string& path) {
  const auto first = set.token.begin() + sample * set.tokens->longest;
  const std::vector<int32_t> tokens(first, first + set.length[static_cast<size_t>(sample)]);
  const std::string what = fmt::format("{}: token: sample {}", path, sample);
  Puzzle puzzle = puzzle_of(tokens, what);
  puzzle.demonstrations.push_back(puzzle.query);
  const PuzzleForm& most = *set.tokens->puzzles;
  if (std::ssize(puzzle.demonstrations) > most.pairs)
    fail(ExitCode::data, "{} has {} pairs (the attribute most_pairs is {})", what,
         puzzle.demonstrations.size(), most.pairs);
  for (const auto& [in, out] : puzzle.demonstrations)
    for (const Grid* grid : {&in, &out}) {
      if (std::max(grid->height, grid->width) > most.side)
        fail(ExitCode::data, "{} has a grid of {} x {} (the attribute largest_side is {})", what,
             grid->height, grid->width, most.side);
      if (const int16_t colour = std::ranges::max(grid->cells); colour >= most.colours)
        fail(ExitCode::data, "{} has colour {} (the attribute colours is {})", what, colour, most.colours);
    }
}

}  // namespace

void require_tokens(const TestSetWithImages& set, const std::string& path) {
  for (int64_t i = 0; i < set.samples; ++i)
    for (int64_t t = 0; t < set.length[static_cast<size_t>(i)]; ++t) {
      const int32_t token = set.token[static_cast<size_t>(i * set.tokens->longest + t)];
      if (token < 0 || token >= set.tokens->vocabulary)
        fail(ExitCode::data, "{}: token: sample {} has token {} at position {} (0 to {})", path, i, token, t,
             set.tokens->vocabulary - 1);
    }
  for (int64_t i = 0; set.tokens->puzzles && i < set.samples; ++i) require_puzzle(set, i, path);
}

}  // namespace ttt
