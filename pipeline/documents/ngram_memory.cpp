#include "pipeline/documents/ngram_memory.h"

#include <algorithm>
#include <unordered_map>

namespace ttt {
namespace {

/// What followed a context.
struct Followers {
  std::unordered_map<int32_t, int64_t> count;  // of each token
  int64_t total = 0;
};

/// A digest of the tokens of a context and their number, longer by one token to the left each time.
uint64_t extended(uint64_t digest, int32_t token) {
  uint64_t z = digest + 0x9E3779B97F4A7C15 + static_cast<uint64_t>(token) * 0xD1B54A32D192ED03;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

}  // namespace

std::vector<double> ngram_probabilities(std::span<const int32_t> tokens, int order, int vocabulary) {
  std::vector<std::unordered_map<uint64_t, Followers>> tables(static_cast<size_t>(order) + 1);
  std::vector<double> all;
  all.reserve(tokens.size());
  std::vector<uint64_t> contexts;
  for (size_t t = 0; t < tokens.size(); ++t) {
    const size_t longest = std::min(static_cast<size_t>(order), t);
    contexts.assign(1, 0);
    for (size_t k = 1; k <= longest; ++k) contexts.push_back(extended(contexts.back(), tokens[t - k]));
    double p = 1.0 / vocabulary;
    for (size_t k = 0; k <= longest; ++k) {
      const auto seen = tables[k].find(contexts[k]);
      if (seen == tables[k].end()) break;
      const Followers& followers = seen->second;
      const auto found = followers.count.find(tokens[t]);
      const double count = found == followers.count.end() ? 0 : static_cast<double>(found->second);
      const auto kinds = static_cast<double>(followers.count.size());
      p = (count + kinds * p) / (static_cast<double>(followers.total) + kinds);
    }
    all.push_back(p);
    for (size_t k = 0; k <= longest; ++k) {
      Followers& followers = tables[k][contexts[k]];
      ++followers.count[tokens[t]];
      ++followers.total;
    }
  }
  return all;
}

}  // namespace ttt
