#include "pipeline/analysis/clusters.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/pipeline/analysis/synthetic_results.h"

namespace ttt {
namespace {

TEST(Clusters, AreTheBaseImagesInAscendingOrder) {
  Results results;
  results.base = {7, 7, 3, 9, 3, 7};
  const Clusters clusters = clusters_by_base(results, {{0}, {0, 1, 2, 4, 5}});
  EXPECT_EQ(clusters.count, 2u);
  EXPECT_EQ(clusters.of_row, (std::vector<size_t>{1, 1, 0, 0, 1}));
}

TEST(Clusters, OfVeryManyBaseImagesAreGroupsThatKeepEachTogether) {
  const int bases = static_cast<int>(most_clusters) * 3;
  const Results results = blank_results(1, bases, {"blur", "fog"});
  const Clusters clusters = clusters_by_base(results, {{0}, results.sample});
  EXPECT_EQ(clusters.count, most_clusters);
  std::vector<int> images(most_clusters, 0);
  for (size_t row = 0; row < clusters.of_row.size(); row += 2) {
    EXPECT_EQ(clusters.of_row[row], clusters.of_row[row + 1]);
    ++images[clusters.of_row[row]];
  }
  const auto empty = static_cast<double>(std::ranges::count(images, 0));
  EXPECT_NEAR(empty / most_clusters, std::exp(-3.0), 0.01) << "as chance puts three images into each";
}

}  // namespace
}  // namespace ttt
