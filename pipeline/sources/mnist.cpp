#include "pipeline/sources/mnist.h"

#include "pipeline/sources/idx.h"
#include "schemas/error.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;

constexpr int classes = 10;

class Mnist : public ImageSet {
 public:
  Mnist(IdxBytes images, IdxBytes labels)
      : ImageSet({.height = static_cast<int>(images.shape[1]),
                  .width = static_cast<int>(images.shape[2]),
                  .channels = 1,
                  .class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
                  .source = "MNIST (IDX)"}),
        images_(std::move(images.values)),
        labels_(std::move(labels.values)) {}

  int64_t size() const override { return static_cast<int64_t>(labels_.size()); }
  int64_t label(int64_t index) const override { return static_cast<uint8_t>(labels_[index]); }
  std::vector<uint8_t> pixels(int64_t index) const override {
    const int64_t bytes = int64_t{form().height} * form().width;
    const auto begin = images_.begin() + index * bytes;
    return {begin, begin + bytes};
  }

 private:
  std::string images_, labels_;
};

/// NAME-KIND as published, or NAME.KIND as some programs unpack it.
fs::path find_file(const fs::path& folder, const std::string& name, const std::string& kind) {
  const std::vector<std::string> spellings = {name + "-" + kind, name + "." + kind};
  std::error_code error;
  for (const std::string& spelling : spellings)
    if (fs::exists(folder / spelling, error)) return folder / spelling;
  for (const std::string& spelling : spellings)
    if (const fs::path compressed = folder / (spelling + ".gz"); fs::exists(compressed, error))
      fail(ExitCode::data, "{}: is compressed: gunzip it first", compressed.string());
  return folder / spellings.front();
}

}  // namespace

std::unique_ptr<ImageSet> open_mnist(const fs::path& path, DataPart part) {
  const std::string prefix = part == DataPart::training ? "train" : "t10k";
  const fs::path image_file = find_file(path, prefix + "-images", "idx3-ubyte");
  const fs::path label_file = find_file(path, prefix + "-labels", "idx1-ubyte");
  IdxBytes images = read_idx(image_file, 3), labels = read_idx(label_file, 1);
  if (images.shape[0] != labels.shape[0])
    fail(ExitCode::data, "{}: holds {} labels for the {} images of {}", label_file.string(), labels.shape[0],
         images.shape[0], image_file.string());
  for (size_t i = 0; i < labels.values.size(); ++i) {
    const int label = static_cast<uint8_t>(labels.values[i]);
    if (label >= classes)
      fail(ExitCode::data, "{}: label {} is {} (0-9 allowed)", label_file.string(), i, label);
  }
  return std::make_unique<Mnist>(std::move(images), std::move(labels));
}

}  // namespace ttt
