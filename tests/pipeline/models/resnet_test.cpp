#include "pipeline/models/resnet.h"

#include <gtest/gtest.h>

#include <numeric>

#include "schemas/error.h"

namespace ttt {
namespace {

ResNet reference(int classes = 10) {
  ResNet a;
  a.name = "reference";
  a.classes = classes;
  return a;
}

int64_t size(const Parameter& p) {
  return std::accumulate(p.shape.begin(), p.shape.end(), int64_t{1}, std::multiplies<>());
}

int64_t count(const ResNet& a, std::initializer_list<Part> parts) {
  int64_t sum = 0;
  for (const Parameter& p : a.parameters())
    if (std::ranges::find(parts, p.part) != parts.end()) sum += size(p);
  return sum;
}

int64_t adapted(const ResNet& a, const std::string& subset) {
  int64_t sum = 0;
  const auto names = a.adapted_names(Part::auxiliary, subset);
  for (const Parameter& p : a.parameters())
    if (std::ranges::find(names, p.name) != names.end()) sum += size(p);
  return sum;
}

// The table of Sun et al.'s network (ResNet-26, width 1, GroupNorm).
TEST(ResNet, HasThePublishedParameterCounts) {
  EXPECT_EQ(count(reference(), {Part::trunk, Part::main}), 366938);
  EXPECT_EQ(count(reference(), {Part::trunk}), 88720);
  EXPECT_EQ(count(reference(), {Part::auxiliary}), 277828);
  EXPECT_EQ(adapted(reference(), "all"), 366548);
  EXPECT_EQ(adapted(reference(), "trunk"), 88720);
}

TEST(ResNet, SharesEverythingButTwoLinearsWhenHeadsSplitAfterTheLastGroup) {
  ResNet a = reference();
  a.options.split_after = 3;
  EXPECT_EQ(count(a, {Part::main}), 64 * 10 + 10);
  EXPECT_EQ(count(a, {Part::auxiliary}), 64 * 4 + 4);
  EXPECT_EQ(count(a, {Part::trunk, Part::main}), 366938);
}

TEST(ResNet, CountsAreTheSameNetworkWhereverItSplits) {
  for (int split = 0; split <= 3; ++split) {
    ResNet a = reference();
    a.options.split_after = split;
    EXPECT_EQ(count(a, {Part::trunk, Part::main}), 366938) << split;
  }
}

TEST(InitialWeights, HaveTheDeviationOfTheRecipeAndBelongToTheirSeed) {
  const auto weights = initial_weights(reference(), 1);
  const Array& conv = weights.at("auxiliary.group3.block2.conv1.weight");
  double squares = 0;
  for (const float v : conv.values) squares += static_cast<double>(v) * v;
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(conv.values.size())), std::sqrt(2.0 / (9 * 64)), 1e-3);
  EXPECT_EQ(weights, initial_weights(reference(), 1));
  EXPECT_NE(weights, initial_weights(reference(), 2));
}

TEST(CheckWeights, TakesWhatTheNetworkHasAndNamesWhatDiffers) {
  const auto good = initial_weights(reference(), 1);
  EXPECT_NO_THROW(check_weights(reference(), good, "w"));
  const auto refused = [&](auto change, const std::string& word) {
    auto bad = good;
    change(bad);
    try {
      check_weights(reference(), bad, "some.safetensors");
      ADD_FAILURE() << "accepted: " << word;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::data);
      EXPECT_NE(std::string(error.what()).find("some.safetensors"), std::string::npos);
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  };
  refused([](auto& w) { w.erase("main.linear.bias"); }, "main.linear.bias is missing");
  refused([](auto& w) { w["main.linear.bias"].shape = {11}; }, "[11]");
  refused([](auto& w) { w["main.linear.bias"].values[3] = std::nanf(""); }, "not finite");
  refused([](auto& w) { w["main.extra"] = {{1}, {0}}; }, "main.extra belongs to no layer");
}

}  // namespace
}  // namespace ttt
