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
    default:
      fail(ExitCode::spec,
           "data.source holds images, and sequences of tokens are asked for (a model or a method of "
           "sequences)");
  }
}

std::vector<int32_t> training_tokens(const DataOptions& options) {
  const std::unique_ptr<TokenSet> set = open_sequences(options, DataPart::training);
  const int64_t wanted = options.train_documents;
  require(
      wanted > 0 || !set->in_random_order(),
      "data.train_documents is 0 (all), but the documents of this source are made to order: say how many");
  if (wanted > set->size())
    fail(ExitCode::data,
         "{}: data.train_documents is {}, but the training part holds {} (0 takes all of them)", options.path,
         wanted, set->size());
  const int64_t count = wanted == 0 ? set->size() : wanted;
  std::vector<int32_t> tokens;
  const auto add = [&](int64_t index) {
    tokens.push_back(0);
    const Sequence sequence = set->sequence(index, "clean", 0);
    tokens.insert(tokens.end(), sequence.tokens.begin(), sequence.tokens.end());
  };
  if (set->in_random_order())
    for (int64_t i = 0; i < count; ++i) add(i);
  else
    for (const int64_t i : choose_places(set->size(), options.seed, DataPart::training, count)) add(i);
  return tokens;
}

}  // namespace ttt
