#include "pipeline/analysis/sample_stories.h"

#include <gtest/gtest.h>

#include "tests/pipeline/analysis/synthetic_results.h"

namespace ttt {
namespace {

/// Three models and eight samples. `right` [model][row] is a digit: 0 always wrong, 1 fixed, 2 broken, 3
/// always right.
Results run(const std::vector<std::string>& right) {
  Results results =
      blank_results(static_cast<int>(right.size()), static_cast<int>(right[0].size()), {"blur"});
  MethodResults method = blank_method(results, "ttt", "adapt", {0, 4}, {1, 41});
  for (size_t model = 0; model < right.size(); ++model)
    for (size_t row = 0; row < right[model].size(); ++row) {
      const char kind = right[model][row];
      put(method.records[model], static_cast<int64_t>(row), 0, kind == '2' || kind == '3');
      put(method.records[model], static_cast<int64_t>(row), 1, kind == '1' || kind == '3');
    }
  results.methods.push_back(method);
  return results;
}

SampleStories stories_of(const Results& results, size_t most = 10) {
  Slice slice{{}, results.sample};
  for (size_t model = 0; model < results.model.size(); ++model)
    slice.models.push_back(static_cast<int>(model));
  return sample_stories(results, slice, results.methods[0], most);
}

std::vector<int64_t> samples(const std::vector<SampleStory>& stories) {
  std::vector<int64_t> found;
  for (const SampleStory& story : stories) found.push_back(story.sample);
  return found;
}

/// Sample 1 is fixed by three models and 2 by two; 4, 6 and 7 by one. Sample 3 is broken by three, 5 by two.
const std::vector<std::string> mixed = {"01123300", "01123211", "01021200"};

TEST(SampleStories, AreThoseThatMostModelsChangedFirst) {
  const SampleStories stories = stories_of(run(mixed));
  EXPECT_EQ(samples(stories.better), (std::vector<int64_t>{1, 2, 4, 6, 7}));
  EXPECT_EQ(samples(stories.worse), (std::vector<int64_t>{3, 5}));
  EXPECT_EQ(stories.better[0].better, 3);
  EXPECT_EQ(stories.worse[1].worse, 2);
}

TEST(SampleStories, OfEqualOnesTheLargerChangeOfTheMainLossComesFirst) {
  Results results = run(mixed);
  put(results.methods[0].records[1], 7, 1, true, 0.9);
  EXPECT_EQ(samples(stories_of(results).better), (std::vector<int64_t>{1, 2, 7, 4, 6}));
  results = run({"2222"});
  put(results.methods[0].records[0], 2, 1, false, 0.9);
  EXPECT_EQ(samples(stories_of(results).worse), (std::vector<int64_t>{2, 0, 1, 3}));
}

TEST(SampleStories, AreNoMoreThanAskedFor) {
  const SampleStories stories = stories_of(run(mixed), 2);
  EXPECT_EQ(stories.better.size(), 2);
  EXPECT_TRUE(stories_of(run({"0303"})).better.empty());
}

TEST(SampleStories, NameWhatEachModelPredictedBeforeAndAfter) {
  Results results = run(mixed);
  Records& records = results.methods[0].records[1];
  records.predicted[1 * 2] = 3;
  records.predicted[1 * 2 + 1] = -1;
  const SampleStory story = stories_of(results).better[0];
  EXPECT_EQ(story.sample, 1);
  EXPECT_EQ(story.label, "b");
  EXPECT_EQ(story.shift, "blur");
  EXPECT_EQ(story.severity, 5);
  EXPECT_EQ(story.before, (std::vector<std::string>{"a", "d", "a"}));
  EXPECT_EQ(story.after, (std::vector<std::string>{"a", "–", "a"}));
}

TEST(SampleStories, SourceScoresAreMeansOverModels) {
  Results results = run(mixed);
  for (int model = 0; model < 3; ++model)
    put(results.methods[0].records[model], 1, 0, false, 0.3 + 0.1 * model);
  EXPECT_NEAR(stories_of(results).better[0].confidence, 0.4, 1e-6);
}

}  // namespace
}  // namespace ttt
