#include "pipeline/process/progress.h"

#include <gtest/gtest.h>

namespace ttt {
namespace {

TEST(ClockText, RoundsUpSoThatWorkLeftIsNeverZero) {
  EXPECT_EQ(clock_text(0), "0:00");
  EXPECT_EQ(clock_text(0.1), "0:01");
  EXPECT_EQ(clock_text(65), "1:05");
  EXPECT_EQ(clock_text(4000), "1:06:40");
  EXPECT_EQ(clock_text(360'000), "100:00:00");
}

TEST(ProgressLine, RateAndTimeLeftFollowFromWhatThisRunDid) {
  // 1000 of 4500 were there; 200 in 2 s leave 3300, which take 33 s.
  EXPECT_EQ(progress_line("run", "samples", 1200, 4500, 1000, 2.0, "2/2 ranks"),
            "run  1200/4500 samples  100 samples/s  0:33 left  2/2 ranks");
}

TEST(ProgressLine, SaysNothingOfTheRateBeforeAnythingIsDone) {
  EXPECT_EQ(progress_line("run", "samples", 1000, 4500, 1000, 2.0, ""), "run  1000/4500 samples");
  EXPECT_EQ(progress_line("run", "samples", 0, 10, 0, 0, ""), "run  0/10 samples");
}

TEST(ProgressLine, EndsWithTheTimeItTook) {
  EXPECT_EQ(progress_line("train", "models", 5, 5, 0, 100, ""),
            "train  5/5 models  0.05 models/s  took 1:40");
}

TEST(Progress, OutsideATerminalPrintsWholeLinesAndTheLastState) {
  testing::internal::CaptureStderr();
  {
    Progress progress("run", "samples", 10);
    for (int i = 1; i <= 10; ++i) progress.update(i, "x");
  }
  const std::string printed = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(printed.starts_with("run  10/10 samples")) << printed;
  EXPECT_EQ(printed.find('\n'), printed.size() - 1);
}

TEST(Progress, ThatNeverBeganPrintsNothing) {
  testing::internal::CaptureStderr();
  { const Progress progress("run", "samples", 10); }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Progress, OnATerminalStaysOnOneLineOfItsWidth) {
  setenv("TTT_TERMINAL", "20", 1);
  testing::internal::CaptureStderr();
  {
    Progress progress("run", "samples", 10);
    progress.update(10, "a detail that is much too long");
  }
  unsetenv("TTT_TERMINAL");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "\rrun  10/10 samples \x1b[K\n");
}

}  // namespace
}  // namespace ttt
