#include "pipeline/sources/source.h"

#include <algorithm>
#include <cassert>
#include <span>

#include "pipeline/sources/cifar10.h"
#include "pipeline/sources/cifar10c.h"
#include "pipeline/sources/glyphs.h"
#include "pipeline/sources/image_folder.h"
#include "pipeline/sources/image_set.h"
#include "pipeline/sources/mnist.h"
#include "schemas/error.h"

namespace ttt {
namespace {

LabelledImages load(const ImageSet& set, std::span<const int64_t> indices) {
  const ImageForm& form = set.form();
  LabelledImages images = images_of_form(form);
  images.count = static_cast<int64_t>(indices.size());
  images.image.reserve(indices.size() * form.height * form.width * form.channels);
  for (const int64_t index : indices) {
    const std::vector<uint8_t> pixels = set.pixels(index);
    images.image.insert(images.image.end(), pixels.begin(), pixels.end());
    images.label.push_back(set.label(index));
  }
  return images;
}

}  // namespace

SourceFacts facts_of(DataSource source) {
  switch (source) {
    case DataSource::glyphs:
      return {"drawn letters of ten classes, made here: 32 x 32, as many as wanted", "no path",
              "this program"};
    case DataSource::cifar10:
      return {"photographs of ten classes, 32 x 32",
              "a folder with data_batch_*.bin, test_batch.bin and batches.meta.txt",
              "Krizhevsky, technical report, 2009"};
    case DataSource::cifar10c:
      return {
          "CIFAR-10's test part, already shifted: data.report.shifts name the files",
          "a folder with labels.npy and SHIFT.npy files; CIFAR-10 beside it for training and clean images",
          "Hendrycks and Dietterich, ICLR 2019"};
    case DataSource::mnist:
      return {"handwritten digits", "a folder with the four IDX files, unpacked",
              "LeCun et al., Proceedings of the IEEE 1998"};
    case DataSource::images:
      return {"your own pictures, all of one size",
              "a folder with train/CLASS/ and test/CLASS/ of PNG or JPEG files", "yours"};
    case DataSource::testset:
      return {"your own shifted test set, evaluated as it is",
              "a testset.h5 (schemas/files/test_set_file.cpp); models by weights", "yours"};
    case DataSource::language:
      return {"documents in an invented language, made here: each has words and a spelling of its own",
              "no path", "this program"};
    case DataSource::texts:
      return {"your own documents in UTF-8, read as bytes; folders of the test part are shifts",
              "a folder with train/ and test/ or test/SHIFT/ of .txt files and .jsonl files (key \"text\")",
              "yours"};
    case DataSource::puzzles:
      return {"few-shot puzzles on coloured grids, made here: a hidden rule, demonstrations, a query",
              "no path", "this program"};
    case DataSource::arc:
      return {"tasks of the Abstraction and Reasoning Corpus, of grids up to data.grid_side",
              "a folder with training/ and evaluation/ of .json files", "Chollet, arXiv:1911.01547, 2019"};
  }
  fail(ExitCode::internal, "source {} of images is unknown", static_cast<int>(source));
}

std::unique_ptr<ImageSet> open_images(const DataOptions& options, DataPart part) {
  switch (options.source) {
    case DataSource::glyphs:
      return open_glyphs(options.seed, part);
    case DataSource::cifar10:
      return open_cifar10(options.path, part);
    case DataSource::cifar10c:
      return open_cifar10c(options.path, part);
    case DataSource::mnist:
      return open_mnist(options.path, part);
    case DataSource::images:
      return open_image_folder(options.path, part, {options.resize, options.crop});
    case DataSource::testset:
      fail(ExitCode::data, "{}: a test set holds no {} images: give models by weights", options.path,
           part == DataPart::training ? "training" : "clean test");
    case DataSource::language:
    case DataSource::texts:
    case DataSource::puzzles:
    case DataSource::arc:
      fail(ExitCode::spec,
           "data.source holds sequences of tokens, and images are asked for (a model or a method of images)");
  }
  assert(false);
  return nullptr;
}

LabelledImages images_of_form(const ImageForm& form) {
  return {.count = 0,
          .height = form.height,
          .width = form.width,
          .channels = form.channels,
          .image = {},
          .label = {},
          .class_names = form.class_names};
}

void require_same_form(const LabelledImages& a, const LabelledImages& b, const std::string& path) {
  if (a.height == b.height && a.width == b.width && a.channels == b.channels &&
      a.class_names == b.class_names)
    return;
  fail(ExitCode::data,
       "{}: the training part has {} classes of {} x {} x {} images, the test part {} of {} x {} x {}: make "
       "them alike",
       path, a.class_names.size(), a.width, a.height, a.channels, b.class_names.size(), b.width, b.height,
       b.channels);
}

int64_t training_count(const ImageSet& set, const DataOptions& options) {
  const bool all = options.train_images == 0;
  require(!all || options.source != DataSource::glyphs,
          "data.train_images is 0 (all), but glyphs are made to order: say how many");
  if (options.train_images > set.size())
    fail(ExitCode::data, "{}: data.train_images is {}, but the training part holds {} (0 takes all of them)",
         options.path, options.train_images, set.size());
  const int64_t count = all ? set.size() : options.train_images;
  require_memory(set.form(), count, "data.train_images");
  return count;
}

LabelledImages training_images(const DataOptions& options) {
  const auto set = open_images(options, DataPart::training);
  say_skipped(*set, options.path);
  const int64_t count = training_count(*set, options);
  return load(*set, choose_images(*set, options.seed, DataPart::training, count));
}

LabelledImages held_out_images(const DataOptions& options, int64_t most) {
  const auto set = open_images(options, DataPart::test);
  const bool endless = options.source == DataSource::glyphs;
  const int64_t there = endless ? options.report.base_images + options.tune.base_images : set->size();
  return load(*set, choose_images(*set, options.seed, DataPart::test, std::min(most, there)));
}

}  // namespace ttt
