#include "pipeline/methods/samples.h"

#include <map>
#include <numeric>
#include <tuple>

#include "kernels/draw.h"
#include "schemas/error.h"

namespace ttt {
namespace {

ImageBytes image_of(const TestSet& set, int64_t id) {
  const int64_t size = int64_t{set.height} * set.width * set.channels;
  return {set.image.data() + id * size, set.height, set.width, set.channels};
}

}  // namespace

Samples own_samples(const TestSet& set, const std::vector<int64_t>& ids) {
  Samples samples;
  for (const int64_t id : ids) {
    samples.id.push_back(id);
    samples.label.push_back(set.label[id]);
    samples.image.push_back(image_of(set, id));
  }
  samples.adapt_on = samples.image;
  return samples;
}

Samples other_samples(const TestSet& set, const std::vector<int64_t>& ids, uint64_t seed) {
  const auto stratum = [&](int64_t i) { return std::tuple(set.split[i], set.shift[i], set.severity[i]); };
  std::map<std::tuple<Split, int32_t, int32_t>, std::vector<int64_t>> strata;
  for (int64_t i = 0; i < set.samples; ++i) strata[stratum(i)].push_back(i);

  Samples samples = own_samples(set, ids);
  for (size_t k = 0; k < ids.size(); ++k) {
    std::vector<int64_t> others = strata.at(stratum(ids[k]));
    std::erase_if(others, [&](int64_t i) { return set.base[i] == set.base[ids[k]]; });
    if (others.empty())
      fail(ExitCode::data,
           "adapt_on = \"other\": sample {} is the only base image of its split under shift {}, severity {} "
           "(at "
           "least 2)",
           ids[k], set.shift_names[set.shift[ids[k]]], set.severity[ids[k]]);
    const Draw draw(seed, Purpose::other_sample, static_cast<uint64_t>(ids[k]));
    samples.adapt_on[k] = image_of(set, others[draw.below(0, others.size())]);
  }
  return samples;
}

Samples samples_with_neighbours(const TestSet& set, const UnitFeatures& features,
                                const std::vector<int64_t>& ids, int n, NeighbourChoice choice,
                                uint64_t seed) {
  Samples samples = own_samples(set, ids);
  for (const int64_t id : ids) {
    std::vector<Neighbour>& chosen = samples.neighbours.emplace_back();
    for (const int64_t other : neighbours_of(set, features, id, n, choice, seed))
      chosen.push_back({other, image_of(set, other)});
  }
  return samples;
}

Samples slice(const Samples& samples, size_t first, size_t count) {
  std::vector<size_t> positions(count);
  std::iota(positions.begin(), positions.end(), first);
  return pick(samples, positions);
}

Samples pick(const Samples& samples, const std::vector<size_t>& positions) {
  Samples picked;
  for (const size_t k : positions) {
    picked.id.push_back(samples.id[k]);
    picked.label.push_back(samples.label[k]);
    picked.image.push_back(samples.image[k]);
    picked.adapt_on.push_back(samples.adapt_on[k]);
    if (!samples.neighbours.empty()) picked.neighbours.push_back(samples.neighbours[k]);
  }
  return picked;
}

}  // namespace ttt
