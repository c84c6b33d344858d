#pragma once
#include "pipeline/methods/registry.h"
#include "pipeline/models/resnet.h"
#include "schemas/test_set.h"

namespace ttt {

/// A small network with two heads that split after the last group, or after the second.
inline ResNet small_architecture(int split_after = 3) {
  ResNet a;
  a.name = "small";
  a.options = {
      .depth = 8, .widths = {8, 8, 16}, .norm_groups = 4, .stem_stride = 2, .split_after = split_after};
  a.height = a.width = 16;
  a.classes = 5;
  return a;
}

/// Samples of random bytes, 4 base images under 2 shifts.
inline TestSetWithImages small_set() {
  TestSetWithImages set;
  set.samples = 8;
  set.height = set.width = 16;
  set.channels = 3;
  set.image.resize(8 * 16 * 16 * 3);
  const Draw draw(3, Purpose::glyph, 0);
  for (size_t i = 0; i < set.image.size(); ++i)
    set.image[i] = static_cast<uint8_t>(draw.bits(static_cast<uint32_t>(i)));
  for (int64_t i = 0; i < 8; ++i) {
    set.label.push_back(i % 5);
    set.base.push_back(i / 2);
    set.shift.push_back(static_cast<int32_t>(1 + i % 2));
    set.severity.push_back(5);
    set.split.push_back(Split::report);
  }
  set.shift_names = {"clean", "one", "two"};
  set.class_names = {"a", "b", "c", "d", "e"};
  return set;
}

inline std::vector<int64_t> all_samples(const TestSet& set) {
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < set.samples; ++i) ids.push_back(i);
  return ids;
}

/// Every sample of a set, adapted on itself.
inline Samples every_sample(const TestSetWithImages& set) {
  return read_samples(own_samples(set, all_samples(set)), set, images_of(set));
}

/// The records of samples evaluated side by side.
inline Records evaluate_lanes(const Chosen& kind, const SourceNetwork& source, const Samples& samples,
                              uint64_t seed) {
  return kind_of({"m", kind}).evaluation->evaluate(kind.options, source, samples, {seed, true}, [](int64_t) {
  });
}

}  // namespace ttt
