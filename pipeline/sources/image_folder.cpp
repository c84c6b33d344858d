#include "pipeline/sources/image_folder.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <utility>

#include "pipeline/sources/exif.h"
#include "pipeline/sources/image_file.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"

namespace ttt {
namespace {

namespace fs = std::filesystem;

/// What lies in a folder, hidden things aside, sorted by name so that no file system's order matters.
std::vector<fs::path> list(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (!entry->path().filename().string().starts_with('.')) entries.push_back(entry->path());
  if (error)
    fail(ExitCode::data, "{}: {} (expected PATH/train/CLASS/*.png and PATH/test/CLASS/*.png, or JPEG)",
         folder.string(), error.message());
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

std::vector<std::string> list_classes(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::path& entry : list(folder))
    if (is_folder(entry)) names.push_back(entry.filename().string());
  return names;
}

bool names_image(const fs::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

struct LabelledFile {
  fs::path file;
  int64_t label = 0;
};

/// What a part's folder holds.
struct Listing {
  std::vector<LabelledFile> images;
  std::vector<std::string> others;  // passed over
};

Listing list_images(const fs::path& folder, const std::vector<std::string>& classes) {
  Listing found;
  for (const fs::path& class_folder : list(folder)) {
    if (!is_folder(class_folder)) {
      found.others.push_back(class_folder.lexically_relative(folder.parent_path()).string());
      continue;
    }
    const auto name = std::find(classes.begin(), classes.end(), class_folder.filename().string());
    if (name == classes.end())
      fail(ExitCode::data, "{}: is no class of the training part", class_folder.string());
    for (const fs::path& file : list(class_folder)) {
      if (names_image(file)) {
        found.images.push_back({file, name - classes.begin()});
      } else {
        found.others.push_back(file.lexically_relative(folder.parent_path()).string());
      }
    }
  }
  if (found.images.empty())
    fail(ExitCode::data, "{}: holds no images (expected CLASS/*.png, *.jpg or *.jpeg)", folder.string());
  return found;
}

class ImageFolder : public ImageSet {
 public:
  ImageFolder(ImageForm form, Listing listing, const ImageFit& fit)
      : ImageSet(std::move(form)),
        images_(std::move(listing.images)),
        skipped_(std::move(listing.others)),
        fit_(fit) {}

  int64_t size() const override { return static_cast<int64_t>(images_.size()); }
  int64_t label(int64_t index) const override { return images_[index].label; }
  std::vector<std::string> skipped() const override { return skipped_; }
  std::vector<uint8_t> pixels(int64_t index) const override {
    const fs::path& file = images_[index].file;
    const std::string bytes = read_file(file);
    Bitmap image = fitted(decode_image(file, bytes), fit_);
    if (exif_orientation(bytes) != 1 && !std::exchange(orientation_said_, true))
      fmt::print(
          stderr,
          "{}: its EXIF tag turns it, and such tags are ignored, here and in other files; turn the pixels "
          "themselves (mogrify -auto-orient) unless the images are meant to lie as stored\n",
          file.string());
    if (image.height != form().height || image.width != form().width)
      fail(ExitCode::data,
           "{}: is {} x {} pixels, but {} is {} x {}: all images must be of one size (data.resize and "
           "data.crop "
           "make them so)",
           file.string(), image.width, image.height, images_.front().file.string(), form().width,
           form().height);
    return std::move(image.bytes);
  }

 private:
  std::vector<LabelledFile> images_;
  std::vector<std::string> skipped_;
  ImageFit fit_;
  mutable bool orientation_said_ = false;  // once a folder, not an image
};

}  // namespace

std::unique_ptr<ImageSet> open_image_folder(const fs::path& path, DataPart part, const ImageFit& fit) {
  const fs::path training = path / "train", folder = part == DataPart::training ? training : path / "test";
  std::vector<std::string> classes = list_classes(is_folder(training) ? training : folder);
  Listing listing = list_images(folder, classes);
  const Bitmap first = fitted(read_image(listing.images.front().file), fit);
  return std::make_unique<ImageFolder>(ImageForm{.height = first.height,
                                                 .width = first.width,
                                                 .channels = 3,
                                                 .class_names = std::move(classes),
                                                 .source = "images by class"},
                                       std::move(listing), fit);
}

}  // namespace ttt
