#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/views.h"
#include "pipeline/methods/neighbours.h"
#include "schemas/test_set.h"

namespace ttt {

/// Samples to evaluate, of which neither images nor tokens are read yet.
struct SampleChoice {
  std::vector<int64_t> id;        // index into the test set
  std::vector<int64_t> label;     // one a sample
  std::vector<int64_t> adapt_on;  // index of the sample that is adapted on: itself, but for a placebo
  std::vector<std::vector<int64_t>> neighbours = {};  // of each, adapted on besides; or empty: nobody has any
};

/// Samples `ids` of the test set, each adapted on itself.
SampleChoice own_samples(const TestSet& set, const std::vector<int64_t>& ids);

/// Placebo: each adapted on another sample of the same split, shift and severity but another base image,
/// drawn by (seed, id). Throws a data Error that names the first sample which has none.
SampleChoice other_samples(const TestSet& set, const std::vector<int64_t>& ids, uint64_t seed);

/// Each adapted on itself and on `n` neighbours (neighbours.h).
SampleChoice samples_with_neighbours(const TestSet& set, const UnitFeatures& features,
                                     const std::vector<int64_t>& ids, int n, NeighbourChoice choice,
                                     uint64_t seed);

/// Another sample that is adapted on, whose draws are its own.
struct Neighbour {
  int64_t id = 0;
  ImageBytes image;
};

/// K samples evaluated side by side.
struct Samples {
  std::vector<int64_t> id;           // [K] index into the test set, the subject of every draw
  std::vector<int64_t> label;        // [K]
  std::vector<ImageBytes> image;     // [K] what is predicted on; empty for sequences
  std::vector<ImageBytes> adapt_on;  // [K] what is adapted on: the same, but for a placebo
  std::vector<std::vector<Neighbour>> neighbours = {};  // [K] what is adapted on besides; or empty: nothing
  std::shared_ptr<const std::vector<uint8_t>> bytes = {};  // what the images are in

  // Sequences instead of images.
  std::vector<int64_t> adapt_id = {};                            // [K] samples whose tokens are adapted on
  std::vector<std::span<const int32_t>> tokens = {};             // [K] of each sequence, as long as it is
  std::vector<std::span<const int32_t>> adapt_tokens = {};       // [K] of the sequence that is adapted on
  std::shared_ptr<const std::vector<int32_t>> token_store = {};  // what the tokens are in
};

/// Samples [first, first + count) of `choice` with their images or tokens, each sample of `set` read once.
Samples read_samples(const SampleChoice& choice, size_t first, size_t count, const TestSet& set,
                     const ReadSamples& read);

/// All of them.
Samples read_samples(const SampleChoice& choice, const TestSet& set, const ReadSamples& read);

/// Samples [first, first + count).
Samples slice(const Samples& samples, size_t first, size_t count);

/// The samples at these positions.
Samples pick(const Samples& samples, const std::vector<size_t>& positions);

}  // namespace ttt
