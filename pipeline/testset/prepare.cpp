#include "pipeline/testset/prepare.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "kernels/draw.h"
#include "pipeline/sources/image_set.h"
#include "pipeline/testset/items.h"
#include "pipeline/testset/sequences.h"
#include "schemas/error.h"
#include "schemas/files/test_set_file.h"
#include "schemas/files/trial.h"

namespace ttt {
namespace {

constexpr int smallest_side = 8;  // pixels: what the networks and the shifts need

/// FNV-1a, 64 bits: a name as a number, whatever other names there are.
uint64_t hash(std::string_view text) {
  uint64_t value = 0xcbf29ce484222325;
  for (const char c : text) value = (value ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return value;
}

/// The stream of one corrupted sample. 37 bits of the shift's name and the severity fill a draw's step and
/// view.
Draw shift_draw(uint64_t seed, int64_t base, const std::string& shift, int severity) {
  const uint64_t name = hash(shift);
  return Draw(seed, Purpose::shift, static_cast<uint64_t>(base), static_cast<uint32_t>(name >> 48),
              static_cast<uint32_t>(name & 0x1fffff) << 3 | static_cast<uint32_t>(severity));
}

int64_t count_samples(const SplitOptions& split) {
  return split.base_images *
         (std::ssize(split.shifts) * std::ssize(split.severities) + (split.clean ? 1 : 0));
}

std::vector<Item> list_items(const ImageSet& images, const DataOptions& options,
                             const std::vector<std::string>& shift_names) {
  return items_of(choose_images(images, options.seed, DataPart::test, wanted_images(options)), options,
                  shift_names);
}

std::vector<uint8_t> pixels_of(const Item& item, const ImageSet& images, const TestSet& set) {
  if (item.severity == 0) return images.pixels(item.base);
  const std::string& shift = set.shift_names[item.shift];
  return images.shifted(item.base, shift, item.severity,
                        shift_draw(set.seed, item.base, shift, item.severity));
}

/// All that is known of a sample but its image.
void append_sample(TestSet& set, const ImageSet& images, const Item& item) {
  ++set.samples;
  set.label.push_back(images.label(item.base));
  set.base.push_back(item.base);
  set.shift.push_back(item.shift);
  set.severity.push_back(item.severity);
  set.split.push_back(item.split);
}

TestSet empty_test_set(const ImageForm& form, const DataOptions& options) {
  TestSet set = begin_test_set(options, form.source, form.generator);
  set.height = form.height;
  set.width = form.width;
  set.channels = form.channels;
  set.class_names = form.class_names;
  return set;
}

void require_size(int height, int width, const std::string& path) {
  if (height < smallest_side || width < smallest_side)
    fail(ExitCode::data, "{}: images are {} x {} pixels (at least {} x {})", path, width, height,
         smallest_side, smallest_side);
}

}  // namespace

void require_test_set(const ImageSet& images, const DataOptions& options) {
  require_size(images.form().height, images.form().width, options.path);
  require_known(options.report, "data.report.shifts", images.shift_names());
  require_known(options.tune, "data.tune.shifts", images.shift_names());
  if (wanted_images(options) > images.size())
    fail(ExitCode::data, "{}: data.report and data.tune want {} base images, but the test part holds {}",
         options.path, wanted_images(options), images.size());
  const int64_t samples = count_samples(options.report) + count_samples(options.tune);
  require_memory(images.form(), samples, "data.report and data.tune");
}

void require_test_set(const TestSet& set, const std::string& path) {
  if (!set.tokens) require_size(set.height, set.width, path);
}

TestSetWithImages build_test_set(const DataOptions& options,
                                 const std::function<void(int64_t done, int64_t total)>& progress) {
  validate(options);
  if (options.source == DataSource::testset) {
    try_reading(options.path, [&] { open_test_set(options.path); });
    TestSetWithImages set = read_test_set(options.path);
    require_test_set(set, options.path);
    if (set.tokens) require_tokens(set, options.path);
    return set;
  }
  if (holds_tokens(options.source)) return build_sequences(options, progress);
  const auto images = open_images(options, DataPart::test);
  say_skipped(*images, options.path);
  require_test_set(*images, options);

  TestSetWithImages set{empty_test_set(images->form(), options), {}};
  const std::vector<Item> items = list_items(*images, options, set.shift_names);
  set.image.reserve(items.size() * set.height * set.width * set.channels);
  for (const Item& item : items) {
    append_sample(set, *images, item);
    const std::vector<uint8_t> pixels = pixels_of(item, *images, set);
    set.image.insert(set.image.end(), pixels.begin(), pixels.end());
    if (progress) progress(set.samples, static_cast<int64_t>(items.size()));
  }
  return set;
}

TestSetFile describe_test_set(const DataOptions& options) {
  if (options.source == DataSource::testset) return open_test_set(options.path);
  if (holds_tokens(options.source)) return describe_sequences(options);
  const std::shared_ptr<const ImageSet> images = open_images(options, DataPart::test);
  require_test_set(*images, options);
  TestSet set = empty_test_set(images->form(), options);
  const auto items = std::make_shared<const std::vector<Item>>(list_items(*images, options, set.shift_names));
  for (const Item& item : *items) append_sample(set, *images, item);
  return {set, [images, items, set](std::span<const int64_t> ids) {
            std::vector<uint8_t> all;
            for (const int64_t id : ids) {
              const std::vector<uint8_t> pixels = pixels_of((*items)[id], *images, set);
              all.insert(all.end(), pixels.begin(), pixels.end());
            }
            return all;
          }};
}

}  // namespace ttt
