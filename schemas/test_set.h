#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ttt {

enum class Split : uint8_t { tune = 0, report = 1 };

/// What the puzzles of a test set have at most, where its sequences are puzzles (pipeline/puzzles/puzzle.h).
struct PuzzleForm {
  int side = 30;     // rows and columns of a grid
  int colours = 10;  // cells are 0 .. colours-1
  int pairs = 5;     // demonstrations and the query
  bool operator==(const PuzzleForm&) const = default;
};

/// The sequences of tokens of a test set.
struct TokenForm {
  int vocabulary = 256;                    // tokens are 0 .. vocabulary-1
  int64_t longest = 0;                     // T, tokens of the longest sample
  std::optional<PuzzleForm> puzzles = {};  // absent for sequences of another kind
  bool operator==(const TokenForm&) const = default;
};

/// What is known of every sample of a test set but its image or its tokens; as a file:
/// schemas/files/test_set_file.h.
struct TestSet {
  int64_t samples = 0;                          // N
  int height = 0, width = 0, channels = 0;      // of images; 0 for sequences
  std::optional<TokenForm> tokens = {};         // of sequences of tokens; absent for images
  std::vector<int32_t> length = {};             // [N] tokens of each sequence; empty for images
  std::vector<int64_t> bytes = {}, words = {};  // [N] of the text that the tokens spell; empty: not a text
  std::string score = "classification";         // the family of scores (pipeline/scores)
  std::vector<int64_t> label;                   // [N]; outside 0 .. classes-1: a bad sample, kept as a row
  std::vector<int64_t> base;                    // [N] index of the clean image
  std::vector<int32_t> shift;                   // [N] index into shift_names; -1 never, 0 is "clean"
  std::vector<int32_t> severity;                // [N] 0 = clean
  std::vector<Split> split;                     // [N]
  std::vector<std::string> shift_names;         // flag_meanings of `shift`; shift_names[0] == "clean"
  std::vector<std::string> class_names;
  std::string source;  // e.g. "glyphs"
  uint64_t seed = 0;
  std::string generator;  // name and version of what made it
  bool operator==(const TestSet&) const = default;
};

/// What samples are: what models read and methods work on. any: methods that only read records.
enum class Payload { images, tokens, puzzles, any };
Payload payload_of(const TestSet& set);

/// In messages: "images", "sequences of tokens", "puzzles".
std::string_view name_of(Payload payload);

/// A test set that is held in memory whole, as `prepare` makes it.
struct TestSetWithImages : TestSet {
  std::vector<uint8_t> image = {};  // [N, H, W, C]; empty for sequences
  std::vector<int32_t> token = {};  // [N, T]; 0 beyond a sequence's length; empty for images
  bool operator==(const TestSetWithImages&) const = default;
};

/// Gives the images of samples `ids` [ids, H, W, C], in this order; an id may come twice. Throws a data Error
/// when they cannot be read.
using ReadImages = std::function<std::vector<uint8_t>(std::span<const int64_t> ids)>;

/// Gives the tokens of samples `ids` [ids, T] likewise.
using ReadTokens = std::function<std::vector<int32_t>(std::span<const int64_t> ids)>;

/// What samples hold: images or tokens, the other is empty.
struct ReadSamples {
  ReadImages images = {};
  ReadTokens tokens = {};

  ReadSamples() = default;
  ReadSamples(ReadImages of_images) : images(std::move(of_images)) {}
  ReadSamples(ReadTokens of_tokens) : tokens(std::move(of_tokens)) {}
};

/// The samples of a set in memory. Valid as long as the set.
ReadImages images_of(const TestSetWithImages& set);
ReadSamples samples_in(const TestSetWithImages& set);

}  // namespace ttt
