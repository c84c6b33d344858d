#include "schemas/files/timing_log.h"

#include <gtest/gtest.h>

#include <fstream>

#include "schemas/files/hdf5_file.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

UnitTiming timing(const std::string& method, int64_t block, double seconds) {
  return {method, "joint-1", block, 10, 4, seconds, 0.001, 1, "node1"};
}

struct TimingLogTest : testing::Test {
  Scratch folder;
};

TEST_F(TimingLogTest, GivesBackWhatWasAppendedByUnit) {
  TimingLog(folder.path()).append(timing("vote", 1, 2.5));
  TimingLog(folder.path()).append(timing("ttt", 0, 1.25));  // a run that goes on
  const auto units = read_timings(folder.path());
  ASSERT_EQ(units.size(), 2u);
  EXPECT_EQ(units[0].method, "ttt");
  EXPECT_EQ(units[1].seconds, 2.5);
  EXPECT_EQ(units[1].lanes, 4);
  EXPECT_EQ(units[1].waited, 0.001);
  EXPECT_EQ(units[1].host, "node1");
}

TEST_F(TimingLogTest, TheLaterLineOfAUnitCounts) {
  TimingLog log(folder.path());
  log.append(timing("ttt", 0, 1));
  log.append(timing("ttt", 0, 3));
  ASSERT_EQ(read_timings(folder.path()).size(), 1u);
  EXPECT_EQ(read_timings(folder.path())[0].seconds, 3);
}

TEST_F(TimingLogTest, ALineCutShortByACrashIsPassedOverAndSpoilsNoOther) {
  TimingLog(folder.path()).append(timing("ttt", 0, 1));
  std::ofstream(folder.path() / "timing.csv", std::ios::app) << "\nttt,joint-1,1,10,4,0.";
  TimingLog(folder.path()).append(timing("ttt", 2, 1));
  const auto units = read_timings(folder.path());
  ASSERT_EQ(units.size(), 2u);
  EXPECT_EQ(units[1].block, 2);
}

TEST_F(TimingLogTest, NoLogMeansNoUnitsAndNoFile) {
  EXPECT_TRUE(read_timings(folder.path()).empty());
  publish_timings(folder.path());
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "timing.h5"));
}

TEST_F(TimingLogTest, PublishesColumns) {
  TimingLog(folder.path()).append(timing("ttt", 0, 1.5));
  publish_timings(folder.path());
  const Hdf5File file = Hdf5File::open(folder.path() / "timing.h5");
  EXPECT_EQ(file.root().read<double>("seconds", {1}), std::vector<double>{1.5});
  EXPECT_EQ(file.root().read_strings("method"), std::vector<std::string>{"ttt"});
}

}  // namespace
}  // namespace ttt
