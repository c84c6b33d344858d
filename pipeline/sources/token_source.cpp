#include <algorithm>
#include <numeric>

#include "pipeline/sources/arc.h"
#include "pipeline/sources/grid_puzzles.h"
#include "pipeline/sources/image_set.h"
#include "pipeline/sources/language.h"
#include "pipeline/sources/texts.h"
#include "pipeline/sources/token_set.h"
#include "schemas/error.h"

namespace ttt {

std::unique_ptr<TokenSet> open_sequences(const DataOptions& options, DataPart part) {
  switch (options.source) {
    case DataSource::language:
      return open_language(options, part);
    case DataSource::texts:
      return open_texts(options, part);
    case DataSource::puzzles:
      return open_grid_puzzles(options, part);
    case DataSource::arc:
      return open_arc(options, part);
    default:
      fail(ExitCode::spec,
           "data.source holds images, and sequences of tokens are asked for (a model or a method of "
           "sequences)");
  }
}

std::vector<int64_t> choose_sequences(const TokenSet& set, uint64_t seed, DataPart part, int64_t count) {
  if (!set.in_random_order()) return choose_places(set.size(), seed, part, count);
  std::vector<int64_t> first(static_cast<size_t>(count));
  std::iota(first.begin(), first.end(), int64_t{0});
  return first;
}

std::vector<int64_t> held_out_sequences(const TokenSet& set, const DataOptions& options, int64_t most) {
  const int64_t there =
      set.in_random_order() ? options.report.base_images + options.tune.base_images : set.size();
  return choose_sequences(set, options.seed, DataPart::test, std::min(most, there));
}

namespace {

int64_t training_count(const TokenSet& set, const DataOptions& options) {
  const int64_t wanted = options.train_documents;
  require(wanted > 0 || !set.in_random_order(),
          "data.train_documents is 0 (all), but the samples of this source are made to order: say how many");
  if (wanted > set.size())
    fail(ExitCode::data,
         "{}: data.train_documents is {}, but the training part holds {} (0 takes all of them)", options.path,
         wanted, set.size());
  return wanted == 0 ? set.size() : wanted;
}

}  // namespace

int64_t training_documents(const DataOptions& options) {
  return training_count(*open_sequences(options, DataPart::training), options);
}

std::vector<int32_t> training_tokens(const DataOptions& options) {
  const std::unique_ptr<TokenSet> set = open_sequences(options, DataPart::training);
  std::vector<int32_t> tokens;
  for (const int64_t i :
       choose_sequences(*set, options.seed, DataPart::training, training_count(*set, options))) {
    tokens.push_back(0);
    const Sequence sequence = set->sequence(i, "clean", 0);
    tokens.insert(tokens.end(), sequence.tokens.begin(), sequence.tokens.end());
  }
  return tokens;
}

}  // namespace ttt
