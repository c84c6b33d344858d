#include "schemas/strict_json.h"

#include <gtest/gtest.h>

#include <chrono>

namespace ttt {
namespace {

TEST(StrictJson, WhatIsWellFormedHasNoProblem) {
  for (const std::string text : {"{}", R"({"a":{"b":[1,2.5,-3,null,true,"c"]},"b":[[1],[2]]})", " [1] "})
    EXPECT_EQ(problem_of_json(text, 3), "") << text;
}

TEST(StrictJson, TheSameKeyMayBeInTwoObjectsButNotTwiceInOne) {
  EXPECT_EQ(problem_of_json(R"({"a":{"a":1},"b":{"a":1}})", 4), "");
  EXPECT_EQ(problem_of_json(R"({"a":1,"b":2,"a":3})", 4), "holds a twice");
  EXPECT_EQ(problem_of_json(R"([{"b":{"c":1}},{"b":{"c":1,"c":1}}])", 4), "holds c twice");
}

TEST(StrictJson, LevelsAreLimited) {
  for (const size_t levels : {1, 4, 200000}) {
    const std::string text = std::string(levels, '[') + std::string(levels, ']');
    EXPECT_EQ(problem_of_json(text, levels), "");
    EXPECT_NE(problem_of_json("[" + text + "]", levels), "");
  }
  std::string objects;
  for (int i = 0; i < 5; ++i) objects += R"({"a":)";
  EXPECT_EQ(problem_of_json(objects + "1}}}}}", 4), "nests more than 4 levels deep");
}

TEST(StrictJson, WhatIsNoJsonIsRefused) {
  for (const std::string text : {"", "hello", "{", R"({"a":)", "{} {}", "[1,]", "{\"\xff\":1}"})
    EXPECT_EQ(problem_of_json(text, 4), "is not valid JSON") << text;
}

/// Sixteen times the objects take sixteen times as long, not 256 times.
TEST(StrictJson, TimeGrowsWithTheText) {
  const auto seconds = [](int objects) {
    std::string text = "{";
    for (int i = 0; i < objects; ++i) text += (i ? ",\"" : "\"") + std::to_string(i) + R"(":{"a":1})";
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(problem_of_json(text + "}", 4), "");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  EXPECT_LT(seconds(64000), 100 * (seconds(4000) + 1e-3));
}

}  // namespace
}  // namespace ttt
