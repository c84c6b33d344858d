#include "pipeline/models/resnet_options.h"

#include <gtest/gtest.h>

#include <functional>

#include "pipeline/models/registry.h"
#include "schemas/error.h"

namespace ttt {
namespace {

std::string problem(const ModelOptions& options) {
  try {
    validate(options);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::spec);
    return error.what();
  }
}

ModelOptions named(const std::string& name) { return {name, resnet()}; }

TEST(ResNetOptions, RulesHold) {
  const auto refused = [](const std::string& key, const std::function<void(ResNetOptions&)>& change) {
    ModelOptions bad = named("m");
    EXPECT_EQ(problem(bad), "");
    change(bad.family.options.get<ResNetOptions>());
    EXPECT_TRUE(problem(bad).starts_with(key + ": ")) << key << " gave: " << problem(bad);
  };
  refused("depth", [](ResNetOptions& o) { o.depth = 9; });
  refused("depth", [](ResNetOptions& o) { o.depth = 2; });
  refused("widths", [](ResNetOptions& o) { o.widths = {8, 16}; });
  refused("widths", [](ResNetOptions& o) { o.widths = {32, 16, 64}; });
  refused("norm_groups", [](ResNetOptions& o) { o.norm_groups = 3; });
  refused("stem_stride", [](ResNetOptions& o) { o.stem_stride = 3; });
  refused("split_after", [](ResNetOptions& o) { o.split_after = 4; });
  refused("pixel_deviation", [](ResNetOptions& o) { o.pixel_deviation = 0; });
  refused("seeds", [](ResNetOptions& o) { o.seeds = {}; });
  refused("seeds", [](ResNetOptions& o) { o.seeds = {1, 2, 1}; });
  refused("weights", [](ResNetOptions& o) { o.weights = {"x.safetensors"}; });
  refused("weights", [](ResNetOptions& o) { o.seeds = {}, o.weights = {"x", "x"}; });
}

TEST(ModelOptions, NamesAreSafeAsFolders) {
  for (const char* name : {"a", "A.b-c_9", "0"}) EXPECT_EQ(problem(named(name)), "") << name;
  for (const char* name : {"", ".", "..", "-a", ".a", "a/b", "a b", "a=b", "a\nb", "ä"})
    EXPECT_NE(problem(named(name)), "") << name;
}

TEST(ModelOptions, MembersAreNamedBySeedOrNumber) {
  const auto trained = members({"m", resnet({.seeds = {7, 3}})});
  ASSERT_EQ(trained.size(), 2u);
  EXPECT_EQ(trained[0].name, "m-7");
  EXPECT_EQ(trained[1].seed, 3u);
  const auto given = members({"g", resnet({.seeds = {}, .weights = {"x", "y"}})});
  ASSERT_EQ(given.size(), 2u);
  EXPECT_EQ(given[1].name, "g-2");
  EXPECT_EQ(given[1].weights, "y");
  EXPECT_EQ(given[1].group, "g");
}

}  // namespace
}  // namespace ttt
