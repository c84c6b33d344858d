#include "schemas/toml_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <random>

namespace ttt {
namespace {

TEST(TomlNumber, ReadsBackBitForBit) {
  std::mt19937_64 bits(1);  // any doubles will do
  for (int i = 0; i < 20'000; ++i) {
    double value = 0;
    const uint64_t drawn = bits();
    std::memcpy(&value, &drawn, sizeof value);
    if (!std::isfinite(value)) continue;
    EXPECT_EQ(std::strtod(toml_number(value).c_str(), nullptr), value);
  }
}

TEST(TomlNumber, IsShortAndAFloat) {
  EXPECT_EQ(toml_number(0.1), "0.1");
  EXPECT_EQ(toml_number(1), "1.0");
  EXPECT_EQ(toml_number(1e-3), "0.001");
  EXPECT_EQ(toml_number(1e300), "1e+300");
}

TEST(TomlNumber, MayBeInfinite) {
  EXPECT_EQ(toml_number(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(toml_number(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(TomlTable, LeavesOutWhatHasNoValue) {
  std::optional<double> nothing, something = 2;
  EXPECT_EQ(toml_table("t", {{"a", &nothing}, {"b", &something}}), "[t]\nb = 2.0\n");
}

TEST(TomlString, IsOneLineOfEscapes) {
  EXPECT_EQ(toml_string("a\"b\\c\n\x7f"), "\"a\\\"b\\\\c\\u000A\\u007F\"");
  EXPECT_EQ(toml_string("ü"), "\"ü\"");
}

TEST(TomlKey, IsQuotedUnlessBare) {
  EXPECT_EQ(toml_key("a-b_1"), "a-b_1");
  EXPECT_EQ(toml_key("a.b"), "\"a.b\"");
  EXPECT_EQ(toml_key(""), "\"\"");
}

}  // namespace
}  // namespace ttt
