#include "pipeline/analysis/label_free.h"

#include <gtest/gtest.h>

#include "tests/pipeline/analysis/synthetic_results.h"

namespace ttt {
namespace {

TEST(Quadratic, ReturnsTheParabolaThatMadeThePoints) {
  const std::vector<double> x = {0.1, 0.2, 0.5, 0.9, 0.95};
  std::vector<double> y;
  for (const double v : x) y.push_back(0.3 - 2 * v + 5 * v * v);
  const auto fitted = Quadratic::fit(x, y);
  ASSERT_TRUE(fitted);
  for (const double v : {0.0, 0.33, 2.0}) EXPECT_NEAR(fitted->at(v), 0.3 - 2 * v + 5 * v * v, 1e-12);
}

TEST(Quadratic, LeavesResidualsThatEveryParabolaIsOrthogonalTo) {
  const std::vector<double> x = {0, 1, 2, 3, 5, 8}, y = {1, 0, 4, 2, 7, 3};
  const auto fitted = Quadratic::fit(x, y);
  for (const int power : {0, 1, 2}) {
    double product = 0;
    for (size_t i = 0; i < x.size(); ++i) product += (y[i] - fitted->at(x[i])) * std::pow(x[i], power);
    EXPECT_NEAR(product, 0, 1e-9);
  }
}

TEST(Quadratic, NeedsFourPointsAndThreePlaces) {
  EXPECT_FALSE(Quadratic::fit(std::vector<double>{1, 2, 3}, std::vector<double>{1, 2, 3}));
  EXPECT_FALSE(Quadratic::fit(std::vector<double>{1, 2, 1, 2}, std::vector<double>{1, 2, 3, 4}));
}

/// Six shifts of 20 rows, the first three of the split tune. On shift s, 2 s + 2 of 20 predictions flip, all
/// of confidence 1, and the source model is right on all others: accuracy = 1 - flips.
Results flipping() {
  Results results = blank_results(2, 20, {"a", "b", "c", "d", "e", "f"});
  MethodResults method = blank_method(results, "ttt", "adapt", {0, 8}, {1, 100});
  for (int m = 0; m < 2; ++m)
    for (size_t row = 0; row < results.sample.size(); ++row) {
      const int shift = results.shift[row] - 1;
      results.split[row] = shift < 3 ? Split::tune : Split::report;
      const bool flips = static_cast<int>(results.base[row]) % 20 < 2 * shift + 2;
      put(method.records[m], static_cast<int64_t>(row), 0, !flips);
      put(method.records[m], static_cast<int64_t>(row), 1, true);
      method.records[m].confidence[row * 2] = 1;
      method.records[m].predicted[row * 2] = flips ? 1 : 0;
    }
  results.methods.push_back(method);
  return results;
}

TEST(LabelFree, FindsARelationThatHoldsOnBothSplits) {
  const Results results = flipping();
  const auto estimates = label_free_accuracy(results, results.methods[0], results.model_group[0]);
  ASSERT_TRUE(estimates);
  EXPECT_EQ(estimates->fitted_on, 6);  // two models on three shifts
  ASSERT_EQ(estimates->cells.size(), 6);
  for (const LabelFreeCell& cell : estimates->cells) {
    EXPECT_NEAR(cell.accuracy, 1 - cell.flips, 1e-6);
    EXPECT_NEAR(cell.by_flips, cell.accuracy, 1e-6);
  }
  EXPECT_NEAR(estimates->errors[0].mean, 0, 1e-6);
  EXPECT_NEAR(estimates->errors[1].mean, 0.5, 1e-6);  // confidence 1, accuracies 0.6, 0.5, 0.4
  EXPECT_NEAR(estimates->errors[2].mean, 0.3, 1e-6);  // 0.8 on the split tune
}

TEST(LabelFree, DoesNotReadLabelsOfTheReportToGuess) {
  Results results = flipping();
  const auto guesses = label_free_accuracy(results, results.methods[0], results.model_group[0]);
  ASSERT_TRUE(guesses);
  for (Records& records : results.methods[0].records)
    for (size_t row = 0; row < results.sample.size(); ++row)
      if (results.split[row] == Split::report) records.correct[row * 2] = !records.correct[row * 2];
  const auto poisoned = label_free_accuracy(results, results.methods[0], results.model_group[0]);
  for (size_t i = 0; i < guesses->cells.size(); ++i)
    EXPECT_EQ(poisoned->cells[i].by_flips, guesses->cells[i].by_flips);
}

TEST(LabelFree, IsNotThereWithoutATuneSplit) {
  Results results = flipping();
  std::ranges::fill(results.split, Split::report);
  EXPECT_FALSE(label_free_accuracy(results, results.methods[0], results.model_group[0]));
}

}  // namespace
}  // namespace ttt
