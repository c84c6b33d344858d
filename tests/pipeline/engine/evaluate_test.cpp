#include "pipeline/engine/evaluate.h"

#include <gtest/gtest.h>

#include "pipeline/methods/adapt_options.h"
#include "tests/kernels/lanes/threads.h"
#include "tests/pipeline/methods/small_job.h"

namespace ttt {
namespace {

/// Byte equality: a NaN equals itself.
template <typename T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

struct EvaluateTest : testing::Test {
  SourceNetwork source = source_network(small_architecture(), initial_weights(small_architecture(), 1));
  TestSetWithImages set = small_set();
  AdaptOptions adapt = [] {
    AdaptOptions o;
    o.steps = 2;
    o.views_per_step = 4;
    o.learning_rate = 0.01;
    return o;
  }();

  Records run(const TestSetWithImages& on, const std::vector<int64_t>& ids, int lanes) const {
    return evaluate({"ttt", {"adapt", adapt}}, source, on, images_of(on), ids, {.seed = 4, .lanes = lanes});
  }
};

TEST_F(EvaluateTest, TheNumberOfLanesAndOfThreadsChangesNoByte) {
  const Records one = run(set, all_samples(set), 1);
  for (const int lanes : {2, 3, 8, 16})
    for (const int threads : {1, 3}) {
      const Threads at_work(threads);
      const Records many = run(set, all_samples(set), lanes);
      EXPECT_TRUE(same(one.logits, many.logits)) << lanes << ' ' << threads;
      EXPECT_TRUE(same(one.aux_loss, many.aux_loss)) << lanes << ' ' << threads;
      EXPECT_TRUE(same(one.update_norm, many.update_norm)) << lanes << ' ' << threads;
    }
}

TEST_F(EvaluateTest, ABlockIsItsRowsOfTheWhole) {
  const Records whole = run(set, all_samples(set), 4), part = run(set, {5, 6}, 4);
  EXPECT_EQ(part.sample, (std::vector<int64_t>{5, 6}));
  for (int64_t i = 0; i < 2 * whole.milestones; ++i)
    EXPECT_EQ(part.main_loss[i], whole.main_loss[5 * whole.milestones + i]);
}

TEST_F(EvaluateTest, ASampleWithoutALabelIsABadRowAndChangesNoOther) {
  const Records good = run(set, all_samples(set), 3);
  TestSetWithImages bad = set;
  bad.label[2] = 99;
  const Records r = run(bad, all_samples(bad), 3);
  EXPECT_EQ(r.status[2], Status::bad_input);
  EXPECT_EQ(r.predicted[2 * r.milestones], -1);
  for (int64_t k = 0; k < 8; ++k) {
    if (k == 2) continue;
    for (int m = 0; m < r.milestones; ++m)
      EXPECT_EQ(r.main_loss[k * r.milestones + m], good.main_loss[k * r.milestones + m]);
  }
}

}  // namespace
}  // namespace ttt
