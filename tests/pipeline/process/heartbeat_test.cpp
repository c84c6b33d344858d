#include "pipeline/process/heartbeat.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "pipeline/process/host.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

Beat example() {
  return {.stage = "run",
          .host = "node7",
          .pid = 4711,
          .started = 99,
          .since = 1000,
          .at = 1010.5,
          .ranks = 3,
          .slurm_job = "12",
          .state = {"samples", 5, 9, 2, {"ttt/joint-1/0", "vote/two words/1"}, {"node7", "node8"}}};
}

TEST(Heartbeat, ABeatIsReadAsItWasWritten) { EXPECT_EQ(beat_from_text(to_text(example())), example()); }

TEST(Heartbeat, WhatIsNoBeatIsRefused) {
  expect_error(ExitCode::data, {"no sign of life"}, [] { beat_from_text("stage run\n"); });
}

TEST(Heartbeat, AProcessOfThisMachineIsAliveWhileItIsTheSame) {
  Beat beat = example();
  beat.host = host_name();
  beat.pid = getpid();
  beat.started = start_of_process(getpid());
  EXPECT_GT(beat.started, 0);
  EXPECT_TRUE(is_alive(beat, beat.at + 1e6));  // however long ago it beat
  beat.started += 1;                           // a later process with its number
  EXPECT_FALSE(is_alive(beat, beat.at));
}

TEST(Heartbeat, AProcessOfAnotherMachineIsAliveAsLongAsItBeats) {
  EXPECT_TRUE(is_alive(example(), 1010.5 + patience_with_beats - 1));
  EXPECT_FALSE(is_alive(example(), 1010.5 + patience_with_beats + 1));
}

TEST(Heartbeat, IsThereFromBeginToEndAndSeesOthersOnly) {
  const Scratch scratch;
  const auto folder = scratch / "running";
  {
    const Heartbeat beating(folder, "run", 2);
    ASSERT_EQ(read_beats(folder).size(), 1U);
    EXPECT_EQ(read_beats(folder)[0].ranks, 2);
    EXPECT_TRUE(beating.others().empty());
    Beat other = example();
    other.at = seconds_now();
    put_bytes(folder / "node7-4711", to_text(other));
    put_bytes(folder / "stray", "x");
    ASSERT_EQ(beating.others().size(), 1U);
    EXPECT_EQ(beating.others()[0].host, "node7");
  }
  EXPECT_EQ(read_beats(folder).size(), 1U);  // the other's
}

TEST(Heartbeat, AFolderThatIsNotThereIsNotMade) {
  const Scratch scratch;
  const Heartbeat beating(scratch / "job" / "running", "prepare", 1);
  EXPECT_FALSE(std::filesystem::exists(scratch / "job"));
}

TEST(Host, TimeIsWrittenAsUtc) { EXPECT_EQ(utc_text(1'000'000'000), "2001-09-09T01:46:40Z"); }

}  // namespace
}  // namespace ttt
