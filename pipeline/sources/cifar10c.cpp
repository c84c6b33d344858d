#include "pipeline/sources/cifar10c.h"

#include <algorithm>
#include <map>
#include <utility>

#include "pipeline/sources/cifar10.h"
#include "pipeline/sources/npy.h"
#include "schemas/error.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;

constexpr int severities = 5, classes = 10;

/// Names of the files that may be shifts, hidden ones aside: macOS leaves a `._NAME.npy` beside each NAME.npy
/// on foreign disks. Only those that are asked for are opened, since people keep arrays of their own here.
std::vector<std::string> find_shifts(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path& file = entry->path();
    const std::string name = file.stem().string();
    // Clean images have a name already, and a blank ends a name in testset.h5.
    const bool is_shift =
        name != "labels" && name != "clean" && !name.starts_with('.') && name.find(' ') == std::string::npos;
    if (file.extension() == ".npy" && is_shift) names.push_back(name);
  }
  if (error) fail(ExitCode::data, "{}: {}", folder.string(), error.message());
  std::sort(names.begin(), names.end());
  return names;
}

/// Labels of the test images; each severity repeats them.
std::vector<int64_t> read_labels(const fs::path& file) {
  const NpyFile npy = open_npy(file);
  if (npy.shape.size() != 1 || npy.shape[0] == 0 || npy.shape[0] % severities != 0)
    fail(ExitCode::data, "{}: has shape {}, expected 50000 (five severities of every test image)",
         file.string(), fmt::join(npy.shape, " x "));
  std::vector<int64_t> labels = read_integers(npy);
  const size_t images = labels.size() / severities;
  for (size_t row = 0; row < labels.size(); ++row) {
    const int64_t label = labels[row];
    if (label < 0 || label >= classes)
      fail(ExitCode::data, "{}: row {} has label {} (0-9 allowed)", file.string(), row, label);
    if (label != labels[row % images])
      fail(ExitCode::data, "{}: row {} and row {} are one image and have labels {} and {}", file.string(),
           row % images, row, labels[row % images], label);
  }
  labels.resize(images);
  return labels;
}

NpyFile open_shift(const fs::path& file, int64_t images) {
  NpyFile npy = open_npy(file);
  const std::vector<int64_t> expected = {severities * images, 32, 32, 3};
  if (npy.dtype != "|u1" || npy.shape != expected)
    fail(ExitCode::data, "{}: holds {} of {}, expected {} of |u1", file.string(), fmt::join(npy.shape, " x "),
         npy.dtype, fmt::join(expected, " x "));
  return npy;
}

/// The cifar-10-batches-bin in or beside the folder, or "".
fs::path find_clean(const fs::path& folder) {
  const fs::path parent = fs::absolute(folder / "").lexically_normal().parent_path().parent_path();
  for (const fs::path& place : {folder, parent})
    if (std::error_code error; fs::exists(place / "cifar-10-batches-bin", error))
      return place / "cifar-10-batches-bin";
  return {};
}

std::unique_ptr<ImageSet> open_clean(const fs::path& folder, const std::vector<int64_t>& labels) {
  const fs::path found = find_clean(folder);
  if (found.empty()) return nullptr;
  auto clean = open_cifar10(found, DataPart::test);
  for (size_t i = 0; i < labels.size(); ++i)
    if (std::cmp_greater_equal(i, clean->size()) || clean->label(static_cast<int64_t>(i)) != labels[i])
      fail(ExitCode::data, "{}: its test image {} is not that of {}: the files are not in the same order",
           found.string(), i, (folder / "labels.npy").string());
  return clean;
}

class Cifar10C : public ImageSet {
 public:
  Cifar10C(const fs::path& folder, std::vector<int64_t> labels)
      : ImageSet({.height = 32,
                  .width = 32,
                  .channels = 3,
                  .class_names = {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse",
                                  "ship", "truck"},
                  .source = "CIFAR-10-C (npy)",
                  .generator = "files as found"}),
        folder_(folder),
        labels_(std::move(labels)),
        clean_(open_clean(folder, labels_)),
        shift_names_(find_shifts(folder)) {}

  int64_t size() const override { return static_cast<int64_t>(labels_.size()); }
  int64_t label(int64_t index) const override { return labels_[index]; }
  std::vector<uint8_t> pixels(int64_t index) const override {
    if (!clean_)
      fail(ExitCode::data,
           "{}: holds no clean images: put cifar-10-batches-bin beside it, or set clean = false",
           folder_.string());
    return clean_->pixels(index);
  }

  std::vector<std::string> shift_names() const override { return shift_names_; }
  std::vector<uint8_t> shifted(int64_t index, const std::string& shift, int severity,
                               const Draw&) const override {
    auto found = opened_.find(shift);
    if (found == opened_.end())
      found = opened_.emplace(shift, open_shift(folder_ / (shift + ".npy"), size())).first;
    return read_rows(found->second, (severity - 1) * size() + index, 1);
  }

 private:
  fs::path folder_;
  std::vector<int64_t> labels_;
  std::unique_ptr<ImageSet> clean_;  // nullptr: not there
  std::vector<std::string> shift_names_;
  mutable std::map<std::string, NpyFile> opened_;  // by shift, when first asked for
};

}  // namespace

std::unique_ptr<ImageSet> open_cifar10c(const fs::path& folder, DataPart part) {
  if (part == DataPart::test) return std::make_unique<Cifar10C>(folder, read_labels(folder / "labels.npy"));
  const fs::path clean = find_clean(folder);
  if (clean.empty())
    fail(ExitCode::data,
         "{}: holds no training images: put cifar-10-batches-bin beside it, or give models by weights",
         folder.string());
  return open_cifar10(clean, part);
}

}  // namespace ttt
