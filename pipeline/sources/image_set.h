#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/draw.h"
#include "pipeline/sources/data_part.h"
#include "schemas/data_options.h"

namespace ttt {

/// What all images of a source have in common.
struct ImageForm {
  int height = 0, width = 0, channels = 0;
  std::vector<std::string> class_names;
  std::string source;  // for the test set's attributes, e.g. "CIFAR-10 (binary)"

  /// What shifts its images. Raise the version when the same options begin to give other pixels.
  std::string generator = "ttt-eval shifts, version 1";
};

/// One part of a data source: index -> labelled image. Whatever wants fewer images, or others, is a view over
/// it. Reading is safe from several threads.
class ImageSet {
 public:
  explicit ImageSet(ImageForm form) : form_(std::move(form)) {}
  virtual ~ImageSet() = default;
  ImageSet(const ImageSet&) = delete;
  ImageSet& operator=(const ImageSet&) = delete;

  const ImageForm& form() const { return form_; }
  virtual int64_t size() const = 0;
  virtual int64_t label(int64_t index) const = 0;
  virtual std::vector<uint8_t> pixels(int64_t index) const = 0;  // [H, W, C]

  /// The shifts that shifted() knows: those of the registry unless the source brings its own.
  virtual std::vector<std::string> shift_names() const;

  /// The image under one of them, severity 1-5. [H, W, C]
  virtual std::vector<uint8_t> shifted(int64_t index, const std::string& shift, int severity,
                                       const Draw& draw) const;

  /// Files that lie among the images and are passed over, relative to the source's folder.
  virtual std::vector<std::string> skipped() const { return {}; }

  /// The images are independent draws already, with the classes in turn: the first n are as good as any n.
  virtual bool in_random_order() const { return false; }

 private:
  ImageForm form_;
};

/// Opens one part of the source that `options` names. Throws a data Error that names the file at fault.
std::unique_ptr<ImageSet> open_images(const DataOptions& options, DataPart part);

/// Says on standard error how many files the set passes over, if any.
void say_skipped(const ImageSet& set, std::string_view path);

/// `count` different images of `set`: the first places of a shuffle keyed by (seed, part), so a longer choice
/// begins with the shorter one. The set's own first images where they are in random order. count <= size.
std::vector<int64_t> choose_images(const ImageSet& set, uint64_t seed, DataPart part, int64_t count);

/// The first places of that shuffle of `size` samples.
std::vector<int64_t> choose_places(int64_t size, uint64_t seed, DataPart part, int64_t count);

/// Throws a spec Error naming `key` when `count` images of this form are more than a machine can be expected
/// to hold.
void require_memory(const ImageForm& form, int64_t count, std::string_view key);

}  // namespace ttt
