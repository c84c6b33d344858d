#include "schemas/weights.h"

#include <cstring>

#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

WeightsFile example() {
  return {{{"trunk.stem.weight", {{2, 1, 3}, {1, 2, 3, 4, 5, -6}}},
           {"scalar", {{}, {7}}},
           {"none", {{0, 5}, {}}}},
          {{"seed", "1"}, {"note", "say \"hi\""}}};
}

std::string file_with(const std::string& header, const std::string& buffer) {
  const uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + buffer;
}

/// The header of one tensor x.
std::string tensor(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"x":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
}

TEST(Weights, ReadBackWhatWasWritten) {
  const Scratch scratch;
  write_weights(scratch / "w.safetensors", example());
  EXPECT_EQ(read_weights(scratch / "w.safetensors"), example());
  write_weights(scratch / "empty.safetensors", {});
  EXPECT_EQ(read_weights(scratch / "empty.safetensors"), WeightsFile{});
}

TEST(Weights, StartAtAMultipleOfEightBytes) {
  const Scratch scratch;
  for (const std::string name : {"a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh"}) {
    write_weights(scratch / "w.safetensors", {{{name, {{1}, {2}}}}, {}});
    EXPECT_EQ(bytes_of(scratch / "w.safetensors").size() % 8, 4u);  // header and one float
  }
}

TEST(Weights, MayBeStoredInAnyOrder) {
  const Scratch scratch;
  const float values[] = {1, 2, 3};
  const std::string buffer(reinterpret_cast<const char*>(values), sizeof values);
  put_bytes(scratch / "w.safetensors", file_with(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},)"
                                                 R"("b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  )",
                                                 buffer));
  const WeightsFile weights = read_weights(scratch / "w.safetensors");
  EXPECT_EQ(weights.arrays.at("a").values, (std::vector<float>{3}));
  EXPECT_EQ(weights.arrays.at("b").values, (std::vector<float>{1, 2}));
}

TEST(Weights, MayHaveNullForMetadata) {
  const Scratch scratch;
  put_bytes(scratch / "w.safetensors", file_with(R"({"__metadata__":null})", ""));
  EXPECT_EQ(read_weights(scratch / "w.safetensors"), WeightsFile{});
}

/// A file that must be refused, and what the refusal says.
struct Malformed {
  std::string name, bytes, says;
};
void PrintTo(const Malformed& malformed, std::ostream* out) { *out << malformed.name; }

class WeightsRefuse : public testing::TestWithParam<Malformed> {};

TEST_P(WeightsRefuse, ByNameAndReason) {
  const Scratch scratch;
  put_bytes(scratch / "w.safetensors", GetParam().bytes);
  expect_error(ExitCode::data, {"w.safetensors", GetParam().says},
               [&] { read_weights(scratch / "w.safetensors"); });
}

const std::string four(4, '\0'), eight(8, '\0');
const std::string pair_of(const std::string& first, const std::string& second) {
  return R"({"a":{"dtype":"F32","shape":[1],"data_offsets":)" + first +
         R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":)" + second + "}}";
}

const std::string many(200000, '[');

INSTANTIATE_TEST_SUITE_P(
    All, WeightsRefuse,
    testing::Values(
        Malformed{"empty", "", "too short"}, Malformed{"seven bytes", "1234567", "too short"},
        Malformed{"zip pickle", std::string("PK\x03\x04") + eight, "pickle"},
        Malformed{"legacy pickle", std::string("\x80\x02") + eight, "pickle"},
        Malformed{"no header", eight, "empty header"},
        Malformed{"huge header", std::string("\xff\xff\xff\xff\xff\xff\xff\x7f{}"), "more than 100 MB"},
        Malformed{"header past the end", file_with("{}", "").substr(0, 9), "past the end"},
        Malformed{"not JSON", file_with("hello", ""), "not a JSON object"},
        Malformed{"broken JSON", file_with("{\"x\":", ""), "not valid JSON"},
        Malformed{"bytes that are not UTF-8", file_with("{\"\xff\":1}", ""), "not valid JSON"},
        Malformed{"an array", file_with("[]", ""), "not a JSON object"},
        Malformed{"deep nesting", file_with(tensor("F32", many + "1]", "[0,4]"), four), "levels deep"},
        Malformed{"a deep type", file_with(R"({"x":{"dtype":)" + many + "1]}}", four), "levels deep"},
        Malformed{"the same name twice",
                  file_with(R"({"x":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"x":{}})", four),
                  "holds x twice"},
        Malformed{"the same key twice",
                  file_with(R"({"x":{"dtype":"F32","dtype":"F32","shape":[],"data_offsets":[0,4]}})", four),
                  "holds dtype twice"},
        Malformed{"double precision", file_with(tensor("F64", "[1]", "[0,8]"), eight), "only F32"},
        Malformed{"a missing key", file_with(R"({"x":{"dtype":"F32","shape":[]}})", ""), "exactly dtype"},
        Malformed{"an unknown key",
                  file_with(R"({"x":{"dtype":"F32","shape":[],"data_offsets":[0,4],"y":1}})", four),
                  "exactly dtype"},
        Malformed{"a negative length", file_with(tensor("F32", "[-1]", "[0,4]"), four), "whole number"},
        Malformed{"a broken length", file_with(tensor("F32", "[1.5]", "[0,4]"), four), "whole number"},
        Malformed{"an overflowing shape", file_with(tensor("F32", "[4294967296,4294967296]", "[0,0]"), ""),
                  "more elements than can be counted"},
        Malformed{"a length beyond 63 bits",
                  file_with(tensor("F32", "[18446744073709551615,0]", "[0,0]"), ""),
                  "more elements than can be counted"},
        Malformed{"reversed offsets", file_with(tensor("F32", "[1]", "[4,0]"), four), "not [begin, end]"},
        Malformed{"one offset", file_with(tensor("F32", "[1]", "[4]"), four), "not [begin, end]"},
        Malformed{"a shape unlike its bytes", file_with(tensor("F32", "[2]", "[0,4]"), four),
                  "shape needs 8 bytes"},
        Malformed{"data past the end", file_with(tensor("F32", "[2]", "[0,8]"), four), "the file holds 4"},
        Malformed{"data left over", file_with(tensor("F32", "[1]", "[0,4]"), eight), "the file holds 8"},
        Malformed{"an overlap", file_with(pair_of("[0,4]", "[0,4]"), eight), "begins at byte 0, not 4"},
        Malformed{"a gap", file_with(pair_of("[0,4]", "[8,12]"), eight + four), "begins at byte 8, not 4"},
        Malformed{"metadata that is no object", file_with(R"({"__metadata__":1})", ""),
                  "__metadata__ is not an object"},
        Malformed{"metadata that is not text", file_with(R"({"__metadata__":{"a":1}})", ""),
                  "__metadata__ a is not text"}));

TEST(Weights, CutShortAnywhereAreRefused) {
  const Scratch scratch;
  write_weights(scratch / "w.safetensors", example());
  const std::string good = bytes_of(scratch / "w.safetensors");
  for (size_t size = 0; size < good.size(); ++size) {
    put_bytes(scratch / "w.safetensors", good.substr(0, size));
    expect_error(ExitCode::data, {"w.safetensors"}, [&] { read_weights(scratch / "w.safetensors"); });
  }
}

TEST(Weights, WithAFlippedHeaderBitAreReadOrRefusedButNeverCrash) {
  const Scratch scratch;
  write_weights(scratch / "w.safetensors", example());
  const std::string good = bytes_of(scratch / "w.safetensors");
  for (size_t bit = 0; bit < 8 * (good.size() - 28); ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    put_bytes(scratch / "w.safetensors", bad);
    try {
      read_weights(scratch / "w.safetensors");
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::data) << error.what();
    }
  }
}

}  // namespace
}  // namespace ttt
