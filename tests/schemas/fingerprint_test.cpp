#include "schemas/fingerprint.h"

#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

TEST(Fingerprint, IsReadBackFromItsJson) {
  const Fingerprint fingerprint = {{"method", "steps = 4\n\"x\""}, {"é", ""}};
  EXPECT_EQ(fingerprint_from_json(to_json(fingerprint)), fingerprint);
  EXPECT_EQ(to_json({{"b", "2"}, {"a", "1"}}), R"({"a":"1","b":"2"})");
}

TEST(Fingerprint, ThatIsNotTextsIsRefused) {
  for (const char* json : {"", "{", "[1]", R"({"a":1})", "null"}) {
    expect_error(ExitCode::data, {"fingerprint"}, [&] { fingerprint_from_json(json); });
  }
  expect_error(ExitCode::data, {"UTF-8"}, [] { to_json({{"a", "\xff"}}); });
}

TEST(Fingerprint, DifferenceNamesEveryKeyOnALineOfItsOwn) {
  EXPECT_EQ(difference({{"a", "1"}}, {{"a", "1"}}), "");
  EXPECT_EQ(difference({{"a", "1"}, {"b", "2"}}, {{"a", "1"}, {"b", "3"}, {"c", "4"}}),
            "b: here 2, there 3\nc: here nothing, there 4");
}

TEST(Fingerprint, DifferenceOfLongTextsIsTheLinesThatDiffer) {
  EXPECT_EQ(
      difference({{"method", "x = 1\nsteps = 8\ny = 2"}}, {{"method", "x = 1\nsteps = 16\ny = 2\nz = 3\n"}}),
      "method: here steps = 8, there steps = 16; z = 3");
}

}  // namespace
}  // namespace ttt
