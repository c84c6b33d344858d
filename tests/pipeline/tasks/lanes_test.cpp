#include "pipeline/engine/evaluate.h"
#include "tests/pipeline/methods/small_episodes.h"
#include "tests/schemas/examples.h"

namespace ttt {
namespace {

class TaskOnLanes : public SmallEpisodes, public testing::WithParamInterface<const Task*> {};

AdaptOptions everything_kept(const Task& task) {
  AdaptOptions o;
  o.task = chosen_task(task.name);
  o.steps = 2;
  o.views_per_step = 4;
  o.learning_rate = 0.05;
  o.sam_radius = task.needs_sam ? 0.05 : 0;
  o.milestones = {0, 1, 2};
  o.keep = {"features", "auxiliary_confidence", "probe_loss", "gradients"};
  o.views = {.padding = 2, .flip = true};
  return o;
}

TEST_P(TaskOnLanes, AnyNumberOfThemGivesTheSameBytes) {
  make_predictions_surer();
  for (const char* const subset : {"all", "norm", "low_rank"}) {
    AdaptOptions o = everything_kept(*GetParam());
    o.subset = subset;
    const auto on_lanes = [&](int lanes) {
      return evaluate({"m", {"adapt", o}}, source, set, images_of(set), all_samples(set),
                      {.seed = seed, .lanes = lanes});
    };
    const Records alone = on_lanes(1);
    EXPECT_TRUE(same(on_lanes(4), alone));
    EXPECT_TRUE(same(on_lanes(8), alone));
  }
}

INSTANTIATE_TEST_SUITE_P(Tasks, TaskOnLanes, testing::ValuesIn(plain_tasks()),
                         [](const auto& task) { return std::string(task.param->name); });

}  // namespace
}  // namespace ttt
