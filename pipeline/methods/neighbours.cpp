#include "pipeline/methods/neighbours.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "kernels/draw.h"
#include "schemas/error.h"

namespace ttt {
namespace {

constexpr size_t least_candidates = 200;  // of SIFT, which needs the products of all of them
constexpr double sift_noise = 0.1;        // lambda of the published code

/// The `n` of the pool with the largest scores, best first; equals by sample.
std::vector<int64_t> best(std::vector<int64_t> pool, std::vector<double> scores, size_t n) {
  std::vector<size_t> order(pool.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto before = [&](size_t a, size_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : pool[a] < pool[b];
  };
  std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(n), before);
  std::vector<int64_t> chosen;
  for (size_t i = 0; i < n; ++i) chosen.push_back(pool[order[i]]);
  return chosen;
}

std::vector<int64_t> nearest(const UnitFeatures& features, int64_t id, const std::vector<int64_t>& pool,
                             size_t n) {
  std::vector<double> scores;
  for (const int64_t other : pool) scores.push_back(features.cosine(id, other));
  return best(pool, scores, n);
}

std::vector<int64_t> random(int64_t id, const std::vector<int64_t>& pool, size_t n, uint64_t seed) {
  const Draw draw(seed, Purpose::neighbour, static_cast<uint64_t>(id));
  std::vector<double> scores;  // keyed by the other sample: who else is in the pool changes no order
  for (const int64_t other : pool)
    scores.push_back(static_cast<double>(draw.bits(static_cast<uint32_t>(other))));
  return best(pool, scores, n);
}

/// Picks greedily the candidate that lowers the variance of a Gaussian process at `id` most, given those
/// picked already (kernel: cosine, noise sift_noise).
class Sift {
 public:
  Sift(const UnitFeatures& features, int64_t id, std::vector<int64_t> candidates)
      : candidates_(std::move(candidates)), size_(candidates_.size() + 1), covariance_(size_ * size_) {
    std::vector<int64_t> all = {id};
    all.insert(all.end(), candidates_.begin(), candidates_.end());
    for (size_t a = 0; a < size_; ++a)
      for (size_t b = 0; b < size_; ++b) at(a, b) = features.cosine(all[a], all[b]);
  }

  std::vector<int64_t> pick(size_t n) {
    std::vector<int64_t> picked;
    std::vector<bool> taken(size_);
    while (picked.size() < n) {
      size_t best = 0;
      double most = -1;
      for (size_t j = 1; j < size_; ++j)
        if (const double fall = at(0, j) * at(0, j) / (at(j, j) + sift_noise); !taken[j] && fall > most)
          best = j, most = fall;
      taken[best] = true;
      picked.push_back(candidates_[best - 1]);
      condition_on(best);
    }
    return picked;
  }

 private:
  double& at(size_t a, size_t b) { return covariance_[a * size_ + b]; }

  void condition_on(size_t j) {
    const double scale = 1 / (at(j, j) + sift_noise);
    std::vector<double> column;
    for (size_t a = 0; a < size_; ++a) column.push_back(at(a, j));
    for (size_t a = 0; a < size_; ++a)
      for (size_t b = 0; b < size_; ++b) at(a, b) -= column[a] * column[b] * scale;
  }

  std::vector<int64_t> candidates_;  // nearest first
  size_t size_;
  std::vector<double> covariance_;  // of the sample (0) and the candidates, given those picked
};

}  // namespace

UnitFeatures::UnitFeatures(std::span<const float> features, int64_t count)
    : values_(features.begin(), features.end()),
      width_(count == 0 ? 0 : features.size() / static_cast<size_t>(count)) {
  for (size_t first = 0; first < values_.size(); first += width_) {
    double squares = 0;
    for (size_t f = 0; f < width_; ++f)
      squares += static_cast<double>(values_[first + f]) * static_cast<double>(values_[first + f]);
    if (!(squares > 0)) continue;
    for (size_t f = 0; f < width_; ++f)
      values_[first + f] = static_cast<float>(static_cast<double>(values_[first + f]) / std::sqrt(squares));
  }
}

double UnitFeatures::cosine(int64_t a, int64_t b) const {
  double sum = 0;
  const float *x = values_.data() + static_cast<size_t>(a) * width_,
              *y = values_.data() + static_cast<size_t>(b) * width_;
  for (size_t f = 0; f < width_; ++f) sum += static_cast<double>(x[f]) * static_cast<double>(y[f]);
  return std::isfinite(sum) ? sum : -1;  // a sample that overflows is nobody's neighbour
}

std::vector<int64_t> neighbour_pool(const TestSet& set, int64_t id) {
  std::vector<int64_t> pool;
  for (int64_t i = 0; i < set.samples; ++i)
    if (set.split[i] == set.split[id] && set.base[i] != set.base[id]) pool.push_back(i);
  return pool;
}

void require_neighbours(const TestSet& set, const std::vector<int64_t>& ids, int n) {
  std::map<Split, int64_t> of_split;
  std::map<std::pair<Split, int64_t>, int64_t> of_base;
  for (int64_t i = 0; i < set.samples; ++i) {
    ++of_split[set.split[i]];
    ++of_base[{set.split[i], set.base[i]}];
  }
  for (const int64_t id : ids) {
    const int64_t pool = of_split[set.split[id]] - of_base[{set.split[id], set.base[id]}];
    if (pool < n)
      fail(ExitCode::data,
           "adapt_on = \"neighbours\": sample {} has {} samples of other base images in its split "
           "(neighbours = {} needs as many)",
           id, pool, n);
  }
}

std::vector<int64_t> neighbours_of(const TestSet& set, const UnitFeatures& features, int64_t id, int n,
                                   NeighbourChoice choice, uint64_t seed) {
  const std::vector<int64_t> pool = neighbour_pool(set, id);
  const auto wanted = static_cast<size_t>(n);
  if (pool.size() < wanted) require_neighbours(set, {id}, n);
  if (choice == NeighbourChoice::random) return random(id, pool, wanted, seed);
  if (choice == NeighbourChoice::nearest) return nearest(features, id, pool, wanted);
  const size_t candidates = std::min(pool.size(), std::max(least_candidates, 4 * wanted));
  return Sift(features, id, nearest(features, id, pool, candidates)).pick(wanted);
}

}  // namespace ttt
