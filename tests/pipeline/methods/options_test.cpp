// Rules of the methods' options, for callers that build them without a spec.
#include <gtest/gtest.h>

#include <functional>

#include "pipeline/methods/adapt_options.h"
#include "pipeline/methods/vote_options.h"
#include "pipeline/tasks/registry.h"
#include "schemas/method_options.h"

namespace ttt {
namespace {

std::string problem(const MethodOptions& method) {
  try {
    validate(method);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::spec);
    return error.what();
  }
}

TEST(AdaptOptions, RulesHold) {
  const auto refused = [](const char* key, const std::function<void(AdaptOptions&)>& change) {
    AdaptOptions options;
    change(options);
    const std::string found = problem({"m", {"adapt", options}});
    EXPECT_TRUE(found.starts_with(std::string(key) + ": ")) << key << " gave: " << found;
  };
  refused("steps", [](auto& o) { o.steps = -1; });
  refused("views_per_step", [](auto& o) { o.views_per_step = 0; });
  refused("learning_rate", [](auto& o) { o.learning_rate = -1; });
  refused("momentum", [](auto& o) { o.momentum = 0.9, o.optimiser = Optimiser::adam; });
  refused("milestones", [](auto& o) { o.milestones = {0, 11}; });
  refused("milestones", [](auto& o) { o.milestones = {0, 4, 2}; });
  refused("milestones", [](auto& o) { o.milestones = {0, 2, 2}; });
  refused("milestones", [](auto& o) { o.milestones = {1, 2}; });
  refused("milestones", [](auto& o) { o.milestones = {-1}; });
  refused("skip_above", [](auto& o) { o.task = choose(task_alternatives(), "entropy"), o.skip_above = 0.9; });
  refused("skip_above", [](auto& o) { o.skip_above = 0; });
  refused("views.padding", [](auto& o) { o.views.padding = 65; });
}

TEST(VoteOptions, CastsNoMoreVotesThanThereAreViews) {
  const ViewOptions view{.padding = 1, .flip = false};  // 3 x 3 views
  EXPECT_EQ(problem({"v", {"vote", VoteOptions{.views = 9, .view = view}}}), "");
  EXPECT_EQ(problem({"v", {"vote", VoteOptions{.views = 10, .view = view}}}),
            "views: 10 (at most the 9 distinct views that [view] makes)");
}

TEST(Milestones, DoubleUpToTheSteps) {
  EXPECT_EQ(milestones(AdaptOptions{.steps = 0}), std::vector<int>{0});
  EXPECT_EQ(milestones(AdaptOptions{.steps = 1}), (std::vector<int>{0, 1}));
  EXPECT_EQ(milestones(AdaptOptions{.steps = 8}), (std::vector<int>{0, 1, 2, 4, 8}));
  EXPECT_EQ(milestones(AdaptOptions{.steps = 10}), (std::vector<int>{0, 1, 2, 4, 8, 10}));
  EXPECT_EQ(milestones(AdaptOptions{.steps = 8, .milestones = {0, 3}}), (std::vector<int>{0, 3}));
}

}  // namespace
}  // namespace ttt
