#include "schemas/files/job_folder.h"

#include <gtest/gtest.h>

namespace ttt {
namespace {

TEST(JobFolder, ASegmentIsFoundByItsMethodModelAndBlock) {
  EXPECT_EQ(JobFolder{"run"}.segment("ttt", "joint-1", "12-ab").string(),
            "run/segments/ttt/joint-1/12-ab.h5");
}

TEST(JobFolder, AModelAndItsUnfinishedTrainingLieSideBySide) {
  const JobFolder folder{"run"};
  EXPECT_EQ(folder.model("joint-1").string(), "run/models/joint-1.safetensors");
  EXPECT_EQ(folder.unfinished_model("joint-1").string(), "run/models/joint-1.unfinished.safetensors");
}

}  // namespace
}  // namespace ttt
