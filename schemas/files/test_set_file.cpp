#include "schemas/files/test_set_file.h"

#include <limits>
#include <numeric>

#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/hdf5_file.h"
#include "schemas/files/sample_axes.h"

// testset.h5 holds, over the axes sample, height, width and channel (each a dimension scale, not needed in a
// user's own file):
//   image     uint8 [sample, height, width, channel]
//   label     integer [sample], 0 .. classes-1; a sample with any other label is evaluated as bad input
//   base      integer [sample], >= 0: which clean image it was made from; the intervals are clustered by it
//   shift     integer [sample], with the attributes flag_values = 0, 1, ... and flag_meanings, the names of
//             the shifts in this order, separated by blanks; the first is "clean"
//   severity  integer [sample], 0 (clean, exactly where shift is 0) to 5
//   split     integer [sample], 0 = tune, 1 = report
// and the attributes class_names (texts), and, for information, source, generator (text) and seed (integer).
//
// A test set of sequences holds instead of `image`, over the axes sample and position,
//   token     int32 [sample, position], 0 .. vocabulary-1; 0 beyond a sequence's length
//   length    integer [sample], tokens of each sequence, at least 1
//   bytes, words  integer [sample], of the text that the tokens spell (both or neither)
// and the attributes vocabulary (integer) and score (text): next_token or exact_match. class_names may be
// missing. Where the sequences are puzzles (pipeline/puzzles/puzzle.h), the attributes largest_side, colours
// and most_pairs (integers) say what they have at most.

namespace ttt {
namespace {

/// The values of an integer array, each from least to most.
template <typename T>
std::vector<T> read_within(const Hdf5Group& root, const std::string& name, int64_t samples, int64_t least,
                           int64_t most) {
  std::vector<T> values;
  values.reserve(samples);
  for (const int64_t value : root.read_integers(name, {samples})) {
    if (value < least || value > most) {
      root.refuse(name, fmt::format("sample {} is {}, not {} to {}", values.size(), value, least, most));
    }
    values.push_back(static_cast<T>(value));
  }
  return values;
}

/// The images, of which only the shape is read.
Hdf5Rows open_images(const Hdf5Group& root, TestSet& set) {
  const std::vector<int64_t> shape = root.shape("image");
  constexpr int64_t largest = 1 << 16;  // pixels a side
  if (shape.size() != 4) root.refuse("image", "is not [sample, height, width, channel]");
  if (shape[0] == 0) root.refuse("image", "holds no samples");
  if (shape[1] < 1 || shape[1] > largest || shape[2] < 1 || shape[2] > largest) {
    root.refuse("image",
                fmt::format("is {} by {} pixels (1 to {} are possible)", shape[1], shape[2], largest));
  }
  if (shape[3] != 1 && shape[3] != 3)
    root.refuse("image", fmt::format("has {} channels, not 1 or 3", shape[3]));
  set.samples = shape[0];
  set.height = static_cast<int>(shape[1]);
  set.width = static_cast<int>(shape[2]);
  set.channels = static_cast<int>(shape[3]);
  return root.rows<uint8_t>("image", shape);
}

PuzzleForm read_puzzle_form(const Hdf5Group& root) {
  const auto read = [&](const std::string& name, uint64_t least, uint64_t most) {
    const uint64_t value = root.natural("", name);
    if (value < least || value > most)
      root.refuse("", fmt::format("attribute {} is {} ({} to {})", name, value, least, most));
    return static_cast<int>(value);
  };
  return {read("largest_side", 1, 30), read("colours", 2, 10), read("most_pairs", 2, 1000)};
}

/// The tokens, of which only the shape is read, and what is known of each sequence.
Hdf5Rows open_tokens(const Hdf5Group& root, TestSet& set) {
  const std::vector<int64_t> shape = root.shape("token");
  constexpr int64_t most_tokens = 1 << 24, most_words = 1 << 24;
  if (shape.size() != 2) root.refuse("token", "is not [sample, position]");
  if (shape[0] == 0) root.refuse("token", "holds no samples");
  if (shape[1] < 1 || shape[1] > most_tokens)
    root.refuse("token", fmt::format("has {} positions (1 to {} are possible)", shape[1], most_tokens));
  const uint64_t vocabulary = root.natural("", "vocabulary");
  if (vocabulary < 2 || vocabulary > most_words)
    root.refuse("", fmt::format("attribute vocabulary is {} (2 to {})", vocabulary, most_words));
  set.samples = shape[0];
  set.tokens = TokenForm{static_cast<int>(vocabulary), shape[1]};
  if (root.has_attribute("", "most_pairs")) set.tokens->puzzles = read_puzzle_form(root);
  set.length = read_within<int32_t>(root, "length", set.samples, 1, shape[1]);
  if (root.has("bytes")) {
    constexpr int64_t any = std::numeric_limits<int64_t>::max();
    set.bytes = read_within<int64_t>(root, "bytes", set.samples, 0, any);
    set.words = read_within<int64_t>(root, "words", set.samples, 0, any);
  }
  set.score = root.text("", "score");
  return root.rows<int32_t>("token", shape);
}

void check_clean(const Hdf5Group& root, const TestSet& set) {
  for (int64_t i = 0; i < set.samples; ++i) {
    if ((set.shift[i] == 0) != (set.severity[i] == 0)) {
      root.refuse("severity", fmt::format("sample {} has shift {} at severity {} (0 is clean in both)", i,
                                          set.shift_names[set.shift[i]], set.severity[i]));
    }
  }
}

std::string optional_text(const Hdf5Group& root, const std::string& name) {
  return root.has_attribute("", name) ? root.text("", name) : "";
}

std::vector<int32_t> counted(int64_t length) {
  std::vector<int32_t> values(length);
  std::iota(values.begin(), values.end(), 0);
  return values;
}

/// Everything but the values of the images, beside what all test sets have.
Hdf5Array write_image_facts(const Hdf5Group& root, const TestSet& set) {
  root.write_axis("height", counted(set.height), {{"units", "1"}, {"long_name", "row, from the top"}});
  root.write_axis("width", counted(set.width), {{"units", "1"}, {"long_name", "column, from the left"}});
  root.write_axis("channel", counted(set.channels), {{"units", "1"}, {"long_name", "colour channel"}});
  return root.make_array<uint8_t>("image", {"sample", "height", "width", "channel"},
                                  {{"units", "1"}, {"long_name", "pixels, 0 to 255"}});
}

/// The same of sequences.
Hdf5Array write_token_facts(const Hdf5Group& root, const TestSet& set) {
  root.set({{"vocabulary", static_cast<uint64_t>(set.tokens->vocabulary)}, {"score", set.score}});
  if (const auto& puzzles = set.tokens->puzzles)
    root.set({{"largest_side", static_cast<uint64_t>(puzzles->side)},
              {"colours", static_cast<uint64_t>(puzzles->colours)},
              {"most_pairs", static_cast<uint64_t>(puzzles->pairs)}});
  root.write_axis("position", counted(set.tokens->longest),
                  {{"units", "1"}, {"long_name", "place in the sequence"}});
  Hdf5Array tokens =
      root.make_array<int32_t>("token", {"sample", "position"}, {{"units", "1"}, {"long_name", "token"}});
  root.write("length", {"sample"}, set.length, {{"units", "1"}, {"long_name", "tokens of the sequence"}});
  if (!set.bytes.empty()) {
    root.write("bytes", {"sample"}, set.bytes, {{"units", "1"}, {"long_name", "bytes of the text"}});
    root.write("words", {"sample"}, set.words, {{"units", "1"}, {"long_name", "words of the text"}});
  }
  return tokens;
}

/// Everything but the values of the images or tokens.
Hdf5Array write_facts(const Hdf5Group& root, const TestSet& set) {
  root.set({{"title", "Test set of ttt-eval"}, {"Conventions", "CF-1.8"}});
  if (!set.class_names.empty()) root.set({{"class_names", set.class_names}});
  root.set({{"source", set.source}, {"seed", set.seed}, {"generator", set.generator}});
  std::vector<int64_t> sample(set.samples);
  std::iota(sample.begin(), sample.end(), 0);
  write_sample_axis(root, sample);
  Hdf5Array samples = set.tokens ? write_token_facts(root, set) : write_image_facts(root, set);
  write_sample_coordinates(root, set.label, set.base, set.shift, set.severity, set.split, set.shift_names);
  return samples;
}

}  // namespace

TestSetFile open_test_set(const std::filesystem::path& file) {
  const Hdf5File opened = Hdf5File::open(file);
  const Hdf5Group& root = opened.root();
  constexpr int64_t any = std::numeric_limits<int64_t>::max();
  TestSet set;
  const bool sequences = root.has("token");
  if (!sequences || root.has_attribute("", "class_names")) set.class_names = root.texts("", "class_names");
  if (!sequences && set.class_names.size() < 2)
    root.refuse("", "attribute class_names names fewer than two classes");
  set.shift_names = read_shift_names(root);
  const auto rows = std::make_shared<Hdf5Rows>(sequences ? open_tokens(root, set) : open_images(root, set));
  set.label = root.read_integers("label", {set.samples});
  set.base = read_within<int64_t>(root, "base", set.samples, 0, any);
  set.shift =
      read_within<int32_t>(root, "shift", set.samples, 0, static_cast<int64_t>(set.shift_names.size()) - 1);
  set.severity = read_within<int32_t>(root, "severity", set.samples, 0, 5);
  set.split = read_within<Split>(root, "split", set.samples, 0, 1);
  check_clean(root, set);
  set.source = optional_text(root, "source");
  set.generator = optional_text(root, "generator");
  set.seed = root.has_attribute("", "seed") ? root.natural("", "seed") : 0;
  TestSetFile test_set{std::move(set)};
  if (sequences)
    test_set.tokens = [rows](std::span<const int64_t> ids) { return rows->read<int32_t>(ids); };
  else
    test_set.images = [rows](std::span<const int64_t> ids) { return rows->read<uint8_t>(ids); };
  return test_set;
}

TestSetWithImages read_test_set(const std::filesystem::path& file) {
  TestSetFile opened = open_test_set(file);
  std::vector<int64_t> every(opened.set.samples);
  std::iota(every.begin(), every.end(), 0);
  TestSetWithImages all{std::move(opened.set)};
  if (all.tokens)
    all.token = opened.tokens(every);
  else
    all.image = opened.images(every);
  return all;
}

ReadSamples TestSetFile::samples() const { return tokens ? ReadSamples(tokens) : ReadSamples(images); }

TestSetWriter::TestSetWriter(const std::filesystem::path& file, const TestSet& set)
    : shape_(set.tokens ? std::vector<int64_t>{set.tokens->longest}
                        : std::vector<int64_t>{set.height, set.width, set.channels}),
      file_(Hdf5File::create(file)),
      samples_(write_facts(file_.root(), set)) {}

void TestSetWriter::write(int64_t first, std::span<const uint8_t> images) {
  const auto count = static_cast<int64_t>(images.size()) / (shape_[0] * shape_[1] * shape_[2]);
  samples_->write({first, 0, 0, 0}, {count, shape_[0], shape_[1], shape_[2]}, images);
}

void TestSetWriter::write(int64_t first, std::span<const int32_t> tokens) {
  samples_->write({first, 0}, {static_cast<int64_t>(tokens.size()) / shape_[0], shape_[0]}, tokens);
}

void TestSetWriter::close() {
  samples_.reset();
  file_.close();
}

void write_test_set(const std::filesystem::path& file, const TestSetWithImages& set) {
  publish(file, [&](const std::filesystem::path& aside) {
    TestSetWriter writer(aside, set);
    if (set.tokens)
      writer.write(0, std::span<const int32_t>(set.token));
    else
      writer.write(0, std::span<const uint8_t>(set.image));
    writer.close();
  });
}

}  // namespace ttt
