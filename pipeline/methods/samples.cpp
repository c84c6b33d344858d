#include "pipeline/methods/samples.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "kernels/draw.h"
#include "schemas/error.h"

namespace ttt {
namespace {

using Stratum = std::tuple<Split, int32_t, int32_t>;

/// Samples of one split, shift and severity.
struct Members {
  std::vector<int64_t> sample;                         // ascending
  std::vector<std::pair<int64_t, size_t>> base_place;  // base image and place in `sample`, ascending
};

Stratum stratum_of(const TestSet& set, int64_t i) { return {set.split[i], set.shift[i], set.severity[i]}; }

/// Who is in the strata of samples `ids`.
std::map<Stratum, Members> members_of_strata(const TestSet& set, const std::vector<int64_t>& ids) {
  std::map<Stratum, Members> strata;
  for (const int64_t id : ids) strata[stratum_of(set, id)];
  for (int64_t i = 0; i < set.samples; ++i) {
    const auto found = strata.find(stratum_of(set, i));
    if (found == strata.end()) continue;
    Members& members = found->second;
    members.base_place.emplace_back(set.base[i], members.sample.size());
    members.sample.push_back(i);
  }
  for (auto& [stratum, members] : strata) std::ranges::sort(members.base_place);
  return strata;
}

/// Samples once each, ascending.
std::vector<int64_t> each_once(std::vector<int64_t> ids) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  return ids;
}

/// Values of some samples, [size] each, in one store.
template <typename T>
struct Stored {
  std::vector<int64_t> ids;  // ascending
  int64_t size = 0;
  std::shared_ptr<const std::vector<T>> values;

  const T* of(int64_t id) const {
    return values->data() + (std::ranges::lower_bound(ids, id) - ids.begin()) * size;
  }
};

/// Every sample that evaluating samples [first, first + count) looks at.
std::vector<int64_t> all_needed(const SampleChoice& choice, size_t first, size_t count) {
  std::vector<int64_t> ids(choice.id.begin() + first, choice.id.begin() + first + count);
  ids.insert(ids.end(), choice.adapt_on.begin() + first, choice.adapt_on.begin() + first + count);
  if (!choice.neighbours.empty())
    for (size_t k = first; k < first + count; ++k)
      ids.insert(ids.end(), choice.neighbours[k].begin(), choice.neighbours[k].end());
  return each_once(std::move(ids));
}

void read_images(Samples& samples, const SampleChoice& choice, size_t first, size_t count, const TestSet& set,
                 const ReadImages& images) {
  std::vector<int64_t> ids = all_needed(choice, first, count);
  samples.bytes = std::make_shared<const std::vector<uint8_t>>(images(ids));
  const Stored<uint8_t> stored{std::move(ids), int64_t{set.height} * set.width * set.channels, samples.bytes};
  const auto image = [&](int64_t id) {
    return ImageBytes{stored.of(id), set.height, set.width, set.channels};
  };
  for (size_t k = first; k < first + count; ++k) {
    samples.image.push_back(image(choice.id[k]));
    samples.adapt_on.push_back(image(choice.adapt_on[k]));
    if (choice.neighbours.empty()) continue;
    std::vector<Neighbour>& besides = samples.neighbours.emplace_back();
    for (const int64_t id : choice.neighbours[k]) besides.push_back({id, image(id)});
  }
}

void read_tokens(Samples& samples, const SampleChoice& choice, size_t first, size_t count, const TestSet& set,
                 const ReadTokens& tokens) {
  std::vector<int64_t> ids = all_needed(choice, first, count);
  samples.token_store = std::make_shared<const std::vector<int32_t>>(tokens(ids));
  const Stored<int32_t> stored{std::move(ids), set.tokens->longest, samples.token_store};
  const auto sequence = [&](int64_t id) {
    return std::span<const int32_t>(stored.of(id), static_cast<size_t>(set.length[id]));
  };
  for (size_t k = first; k < first + count; ++k) {
    samples.adapt_id.push_back(choice.adapt_on[k]);
    samples.tokens.push_back(sequence(choice.id[k]));
    samples.adapt_tokens.push_back(sequence(choice.adapt_on[k]));
  }
}

}  // namespace

SampleChoice own_samples(const TestSet& set, const std::vector<int64_t>& ids) {
  SampleChoice choice{ids, {}, ids};
  for (const int64_t id : ids) choice.label.push_back(set.label[id]);
  return choice;
}

SampleChoice other_samples(const TestSet& set, const std::vector<int64_t>& ids, uint64_t seed) {
  const std::map<Stratum, Members> strata = members_of_strata(set, ids);
  SampleChoice choice = own_samples(set, ids);
  for (size_t k = 0; k < ids.size(); ++k) {
    const Members& members = strata.at(stratum_of(set, ids[k]));
    const auto same = std::ranges::equal_range(members.base_place, set.base[ids[k]], {},
                                               &std::pair<int64_t, size_t>::first);
    const size_t others = members.sample.size() - same.size();
    if (others == 0)
      fail(ExitCode::data,
           "adapt_on = \"other\": sample {} is the only base image of its split under shift {}, severity {} "
           "(at "
           "least 2)",
           ids[k], set.shift_names[set.shift[ids[k]]], set.severity[ids[k]]);
    const Draw draw(seed, Purpose::other_sample, static_cast<uint64_t>(ids[k]));
    size_t place = draw.below(0, others);  // among the others
    for (const auto& [base, taken] : same) place += taken <= place;
    choice.adapt_on[k] = members.sample[place];
  }
  return choice;
}

SampleChoice samples_with_neighbours(const TestSet& set, const UnitFeatures& features,
                                     const std::vector<int64_t>& ids, int n, NeighbourChoice choice,
                                     uint64_t seed) {
  SampleChoice samples = own_samples(set, ids);
  for (const int64_t id : ids)
    samples.neighbours.push_back(neighbours_of(set, features, id, n, choice, seed));
  return samples;
}

Samples read_samples(const SampleChoice& choice, size_t first, size_t count, const TestSet& set,
                     const ReadSamples& read) {
  Samples samples;
  for (size_t k = first; k < first + count; ++k) {
    samples.id.push_back(choice.id[k]);
    samples.label.push_back(choice.label[k]);
  }
  if (set.tokens)
    read_tokens(samples, choice, first, count, set, read.tokens);
  else
    read_images(samples, choice, first, count, set, read.images);
  return samples;
}

Samples read_samples(const SampleChoice& choice, const TestSet& set, const ReadSamples& read) {
  return read_samples(choice, 0, choice.id.size(), set, read);
}

Samples slice(const Samples& samples, size_t first, size_t count) {
  std::vector<size_t> positions(count);
  std::iota(positions.begin(), positions.end(), first);
  return pick(samples, positions);
}

Samples pick(const Samples& samples, const std::vector<size_t>& positions) {
  Samples picked;
  picked.bytes = samples.bytes;
  picked.token_store = samples.token_store;
  for (const size_t k : positions) {
    picked.id.push_back(samples.id[k]);
    picked.label.push_back(samples.label[k]);
    if (!samples.image.empty()) {
      picked.image.push_back(samples.image[k]);
      picked.adapt_on.push_back(samples.adapt_on[k]);
    }
    if (!samples.tokens.empty()) {
      picked.adapt_id.push_back(samples.adapt_id[k]);
      picked.tokens.push_back(samples.tokens[k]);
      picked.adapt_tokens.push_back(samples.adapt_tokens[k]);
    }
    if (!samples.neighbours.empty()) picked.neighbours.push_back(samples.neighbours[k]);
  }
  return picked;
}

}  // namespace ttt
