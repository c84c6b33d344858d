#include "schemas/closest_name.h"

#include <gtest/gtest.h>

namespace ttt {
namespace {

const std::vector<std::string_view> names = {"steps", "learning_rate", "views", "seed"};

TEST(ClosestName, ForgivesOneSlipOfEachKind) {
  for (const char* written : {"stps", "stepps", "stejs", "setps"})
    EXPECT_EQ(closest_name(written, names), "steps");
}

TEST(ClosestName, ForgivesMoreInLongNames) {
  EXPECT_EQ(closest_name("lerning_rates", names), "learning_rate");
}

TEST(ClosestName, SuggestsNothingThatIsFar) {
  for (const char* written : {"", "x", "batch", "rate", "learning_rate_of_everything"})
    EXPECT_EQ(closest_name(written, names), std::nullopt) << written;
}

TEST(ClosestName, TakesTheNearest) {
  EXPECT_EQ(closest_name("seeds", {"steps", "speeds", "seed"}), "speeds");
}

TEST(ClosestName, SaysItAsAQuestion) {
  EXPECT_EQ(did_you_mean("sede", names), "; did you mean \"seed\"?");
  EXPECT_EQ(did_you_mean("zzz", names), "");
}

TEST(ClosestName, IgnoresEndlessNames) {
  EXPECT_EQ(closest_name(std::string(1'000'000, 'a'), names), std::nullopt);
}

}  // namespace
}  // namespace ttt
