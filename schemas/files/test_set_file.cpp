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
  return root.rows("image", shape);
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

/// Everything but the values of the images.
Hdf5Array write_facts(const Hdf5Group& root, const TestSet& set) {
  root.set({{"title", "Test set of ttt-eval"},
            {"Conventions", "CF-1.8"},
            {"class_names", set.class_names},
            {"source", set.source},
            {"seed", set.seed},
            {"generator", set.generator}});
  std::vector<int64_t> sample(set.samples);
  std::iota(sample.begin(), sample.end(), 0);
  write_sample_axis(root, sample);
  root.write_axis("height", counted(set.height), {{"units", "1"}, {"long_name", "row, from the top"}});
  root.write_axis("width", counted(set.width), {{"units", "1"}, {"long_name", "column, from the left"}});
  root.write_axis("channel", counted(set.channels), {{"units", "1"}, {"long_name", "colour channel"}});
  Hdf5Array images = root.make_array<uint8_t>("image", {"sample", "height", "width", "channel"},
                                              {{"units", "1"}, {"long_name", "pixels, 0 to 255"}});
  write_sample_coordinates(root, set.label, set.base, set.shift, set.severity, set.split, set.shift_names);
  return images;
}

}  // namespace

TestSetFile open_test_set(const std::filesystem::path& file) {
  const Hdf5File opened = Hdf5File::open(file);
  const Hdf5Group& root = opened.root();
  constexpr int64_t any = std::numeric_limits<int64_t>::max();
  TestSet set;
  set.class_names = root.texts("", "class_names");
  if (set.class_names.size() < 2) root.refuse("", "attribute class_names names fewer than two classes");
  set.shift_names = read_shift_names(root);
  const auto images = std::make_shared<Hdf5Rows>(open_images(root, set));
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
  return {std::move(set), [images](std::span<const int64_t> ids) { return images->read(ids); }};
}

TestSetWithImages read_test_set(const std::filesystem::path& file) {
  TestSetFile opened = open_test_set(file);
  std::vector<int64_t> every(opened.set.samples);
  std::iota(every.begin(), every.end(), 0);
  return {std::move(opened.set), opened.images(every)};
}

TestSetWriter::TestSetWriter(const std::filesystem::path& file, const TestSet& set)
    : shape_{set.height, set.width, set.channels},
      file_(Hdf5File::create(file)),
      images_(write_facts(file_.root(), set)) {}

void TestSetWriter::write(int64_t first, std::span<const uint8_t> images) {
  const auto count = static_cast<int64_t>(images.size()) / (shape_[0] * shape_[1] * shape_[2]);
  images_->write({first, 0, 0, 0}, {count, shape_[0], shape_[1], shape_[2]}, images);
}

void TestSetWriter::close() {
  images_.reset();
  file_.close();
}

void write_test_set(const std::filesystem::path& file, const TestSetWithImages& set) {
  publish(file, [&](const std::filesystem::path& aside) {
    TestSetWriter writer(aside, set);
    writer.write(0, set.image);
    writer.close();
  });
}

}  // namespace ttt
