#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "schemas/test_set.h"

namespace ttt {

/// How a sample's neighbours are chosen: the nearest by cosine of source features; those that together tell
/// most of it, so that near copies of one another are not taken twice (SIFT, Hübotter et al., ICLR 2025); or
/// at random, the control of both.
enum class NeighbourChoice { nearest, sift, random };

/// Features of every sample of a test set, each scaled to length 1 (a zero stays zero).
class UnitFeatures {
 public:
  UnitFeatures(std::span<const float> features /* [N, F] */, int64_t count);

  int64_t count() const { return static_cast<int64_t>(width_ == 0 ? 0 : values_.size() / width_); }
  double cosine(int64_t a, int64_t b) const;

 private:
  std::vector<float> values_;
  size_t width_;
};

/// Unlabelled samples of the split of `id` that show another base image, in ascending order.
std::vector<int64_t> neighbour_pool(const TestSet& set, int64_t id);

/// Throws a data Error that names the first of the samples whose pool is smaller than `n`.
void require_neighbours(const TestSet& set, const std::vector<int64_t>& ids, int n);

/// `n` of the pool, in the order of the choice; equals by sample. Throws as require_neighbours().
std::vector<int64_t> neighbours_of(const TestSet& set, const UnitFeatures& features, int64_t id, int n,
                                   NeighbourChoice choice, uint64_t seed);

}  // namespace ttt
