// Each rule against a plain recomputation of its formula from the whole past of every sample.
#include <gtest/gtest.h>

#include <map>

#include "pipeline/memory/laplacian.h"
#include "tests/pipeline/memory/stored_points.h"

namespace ttt {
namespace {

/// A past sample as an oracle keeps it.
struct Past {
  std::vector<double> z;  // features
  std::vector<double> p;  // probabilities
  double entropy;
  size_t predicted;
};

std::vector<double> scaled(std::vector<double> v) {
  double squares = 0;
  for (const double x : v) squares += x * x;
  for (double& x : v) x /= std::sqrt(squares);
  return v;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Past past_of(const std::vector<float>& features, const std::vector<float>& logits) {
  Past past{{features.begin(), features.end()}, {}, 0, 0};
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit));
  for (const float logit : logits) past.p.push_back(std::exp(static_cast<double>(logit)) / sum);
  for (const double p : past.p) past.entropy -= p * std::log(p);
  for (size_t c = 0; c < logits.size(); ++c)
    if (logits[c] > logits[past.predicted]) past.predicted = c;
  return past;
}

Past past_of(const StoredPoints& points, int64_t row) {
  const Records& records = points.records(0);
  const std::vector<float> features = row_of(records.features, row, point_features);
  return past_of(features, logits_of(points.linears[0], features));
}

/// The `count` entries of lowest entropy; 0: all.
std::vector<Past> surest(std::vector<Past> entries, size_t count) {
  std::ranges::stable_sort(entries, {}, &Past::entropy);
  if (count > 0 && entries.size() > count) entries.resize(count);
  return entries;
}

/// Calls check(answer, samples up to and with this one) for every row.
template <typename Check>
void for_each_answer(const StoredPoints& points, const MemoryOptions& options, Check check) {
  const MethodResults method = replayed(points, options);
  for (const std::vector<int64_t>& stream : streams_in(points, options.order)) {
    std::vector<int64_t> seen;
    for (const int64_t row : stream) {
      seen.push_back(row);
      check(row_of(method.records[0].logits, row, point_classes), seen);
    }
  }
}

std::vector<double> t3a_scores(const StoredPoints& points, const std::vector<int64_t>& seen, size_t keep) {
  std::map<size_t, std::vector<Past>> supports;
  for (size_t c = 0; c < point_classes; ++c) {
    const std::vector<float> w = row_of(points.linears[0].weight, static_cast<int64_t>(c), point_features);
    supports[c].push_back(past_of(w, logits_of(points.linears[0], w)));
  }
  for (const int64_t row : seen) {
    const Past past = past_of(points, row);
    supports[past.predicted].push_back(past);
  }
  std::vector<double> scores;
  for (const auto& [c, all] : supports) {
    std::vector<double> centroid(point_features);
    for (const Past& past : surest(all, keep))
      for (size_t f = 0; f < centroid.size(); ++f) centroid[f] += scaled(past.z)[f];
    scores.push_back(dot(past_of(points, seen.back()).z, scaled(centroid)));
  }
  return scores;
}

TEST(T3a, ScoresFeaturesByTheCentroidsOfTheSurestSupports) {
  const StoredPoints points(20);
  for (const int keep : {0, 1, 3, 100}) {
    const MemoryOptions options = memory_with("t3a", {{"keep", keep}}, Order::blocked);
    for_each_answer(points, options, [&](const std::vector<float>& answer, const auto& seen) {
      const std::vector<double> scores = t3a_scores(points, seen, static_cast<size_t>(keep));
      for (size_t c = 0; c < point_classes; ++c) EXPECT_NEAR(answer[c], scores[c], 1e-5) << "keep " << keep;
    });
  }
}

TEST(T3a, WithoutAPastIsTheCosineClassifierUnlessTheSampleIsSurerThanTheRow) {
  const StoredPoints points(20);
  int cosine = 0, own = 0;
  for (int64_t row = 0; row < points.records(0).samples; ++row) {
    const MethodResults method = replayed(only(points, {row}), memory_with("t3a", {{"keep", 1}}));
    const Past past = past_of(points, row);
    for (size_t c = 0; c < point_classes; ++c) {
      const std::vector<float> w = row_of(points.linears[0].weight, static_cast<int64_t>(c), point_features);
      const bool takes_the_place =
          c == past.predicted && past.entropy < past_of(w, logits_of(points.linears[0], w)).entropy;
      const double expected =
          takes_the_place ? std::sqrt(dot(past.z, past.z)) : dot(past.z, scaled({w.begin(), w.end()}));
      EXPECT_NEAR(method.records[0].logits[c], expected, 1e-5);
      ++(takes_the_place ? own : cosine);
    }
  }
  EXPECT_GT(cosine, 0);
  EXPECT_GT(own, 0) << "both cases must occur";
}

TEST(Cache, AddsThePositiveCacheAndSubtractsTheNegativeOne) {
  const StoredPoints points(30);
  size_t negatives = 0;
  for_each_answer(points, memory_with("cache"), [&](const std::vector<float>& answer, const auto& seen) {
    std::map<size_t, std::vector<Past>> positive, negative;
    for (const int64_t row : seen) {
      const Past past = past_of(points, row);
      positive[past.predicted].push_back(past);
      const double relative = past.entropy / std::log2(10.0);
      if (relative > 0.2 && relative < 0.5) negative[past.predicted].push_back(past);
    }
    const Past now = past_of(points, seen.back());
    std::vector<double> logits;
    for (const double p : now.p) logits.push_back(std::log(p));
    const auto similarity = [&](const Past& past) { return dot(scaled(now.z), scaled(past.z)); };
    for (const auto& [c, all] : positive)
      for (const Past& past : surest(all, 3)) logits[c] += 2 * std::exp(-5 * (1 - similarity(past)));
    for (const auto& [of_class, all] : negative) {
      for (const Past& past : surest(all, 2)) {
        ++negatives;
        for (size_t c = 0; c < point_classes; ++c)
          if (past.p[c] > 0.03) logits[c] -= 0.117 * std::exp(-(1 - similarity(past)));
      }
    }
    const double offset = static_cast<double>(answer[0]) - logits[0];  // log p is a logit less a constant
    for (size_t c = 0; c < point_classes; ++c) EXPECT_NEAR(answer[c] - offset, logits[c], 1e-5);
  });
  EXPECT_GT(negatives, 0u);
}

TEST(Knn, MixesInTheProbabilitiesOfTheNearestEarlierSamplesOfOtherImages) {
  const StoredPoints points(12);
  const MemoryOptions options =
      memory_with("knn", {{"neighbours", 4}, {"weight", 0.3}, {"temperature", 0.2}}, Order::mixed);
  for_each_answer(points, options, [&](const std::vector<float>& answer, const auto& seen) {
    const Past now = past_of(points, seen.back());
    std::vector<std::pair<double, int64_t>> nearest;
    for (const int64_t row : seen)
      if (points.results.base[row] != points.results.base[seen.back()])
        nearest.push_back({-dot(scaled(now.z), scaled(past_of(points, row).z)), row});
    std::ranges::sort(nearest);
    if (nearest.size() > 4) nearest.resize(4);
    std::vector<double> said(point_classes);
    double total = 0;
    for (const auto& [distance, row] : nearest) {
      total += std::exp(-distance / 0.2);
      for (size_t c = 0; c < said.size(); ++c)
        said[c] += std::exp(-distance / 0.2) * past_of(points, row).p[c];
    }
    const std::vector<double> p = softmax(answer);
    for (size_t c = 0; c < point_classes; ++c)
      EXPECT_NEAR(p[c], nearest.empty() ? now.p[c] : 0.7 * now.p[c] + 0.3 * said[c] / total, 1e-6);
  });
}

TEST(Knn, LearnsNothingFromOtherVersionsOfTheSameImage) {
  StoredPoints points(12);
  std::ranges::fill(points.results.base, 5);
  const MethodResults method = replayed(points, memory_with("knn", {{"weight", 1}}, Order::mixed));
  for (int64_t row = 0; row < points.records(0).samples; ++row)
    EXPECT_EQ(method.records[0].predicted[row], points.records(0).predicted[row * 2]);
}

TEST(Lame, AnswersByTheAgreementOfNeighboursByCosine) {
  const StoredPoints points(8);
  for_each_answer(
      points, memory_with("lame", {{"lambda", 2}, {"neighbours", 3}}),
      [&](const std::vector<float>& answer, const auto& seen) {
        Logits logits{static_cast<int64_t>(seen.size()), point_classes, {}};
        std::vector<double> similarity;
        for (const int64_t row : seen) {
          for (const double p : past_of(points, row).p) logits.values.push_back(std::log(p));
          for (const int64_t other : seen)
            similarity.push_back(dot(scaled(past_of(points, row).z), scaled(past_of(points, other).z)));
        }
        const Affinities affinities = nearest_neighbours(similarity, logits.samples, 3);
        const std::vector<double> agreed = agreement(logits, affinities, 2).logits.values;
        const std::vector<float> last(agreed.end() - point_classes, agreed.end());
        const std::vector<double> expected = softmax(last), p = softmax(answer);
        for (size_t c = 0; c < point_classes; ++c) EXPECT_NEAR(p[c], expected[c], 1e-5);
      });
}

TEST(Lame, AnswersByTheWindowThatEndsAtTheSample) {
  const StoredPoints points(20);
  const size_t window = 7;
  const MemoryOptions options = memory_with("lame", {{"window", static_cast<double>(window)}});
  const MethodResults whole = replayed(points, options);
  for (const std::vector<int64_t>& stream : streams_in(points, options.order)) {
    for (size_t i = window; i < stream.size(); ++i) {
      const auto end = stream.begin() + static_cast<std::ptrdiff_t>(i) + 1;
      const std::vector<int64_t> latest(end - static_cast<std::ptrdiff_t>(window), end);
      const MethodResults alone = replayed(only(points, latest), options);
      EXPECT_EQ(row_of(alone.records[0].logits, window - 1, point_classes),
                row_of(whole.records[0].logits, latest.back(), point_classes));
    }
  }
}

}  // namespace
}  // namespace ttt
