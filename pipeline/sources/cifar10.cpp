#include "pipeline/sources/cifar10.h"

#include <algorithm>
#include <sstream>

#include "schemas/durable_file.h"
#include "schemas/error.h"

// cifar-10-batches-bin: batches.meta.txt, one class name a line; data_batch_1.bin .. data_batch_5.bin,
// test_batch.bin, each 10,000 records of 1 + 3072 bytes: a label 0-9, then the red, green and blue planes, 32
// x 32 row by row.

namespace ttt {
namespace {

namespace fs = std::filesystem;

constexpr int side = 32, channels = 3, classes = 10;
constexpr int64_t plane = side * side;
constexpr int64_t record = 1 + channels * plane, records_in_batch = 10000;

fs::path find_folder(const fs::path& path) {
  for (const fs::path& folder : {path, path / "cifar-10-batches-bin"})
    if (std::error_code error; fs::exists(folder / "test_batch.bin", error)) return folder;
  fail(ExitCode::data, "{}: neither it nor cifar-10-batches-bin in it holds test_batch.bin (data.path must)",
       path.string());
}

std::vector<std::string> read_class_names(const fs::path& file) {
  std::istringstream lines(read_file(file));
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) names.push_back(line);
  }
  if (names.size() != classes)
    fail(ExitCode::data, "{}: names {} classes, expected {}, one a line", file.string(), names.size(),
         classes);
  return names;
}

/// The records of one batch, all labels valid.
std::string read_batch(const fs::path& file) {
  std::string bytes = read_file(file);
  const int64_t size = static_cast<int64_t>(bytes.size());
  if (size != records_in_batch * record)
    fail(ExitCode::data, "{}: holds {} bytes, expected {} ({} records of {}): fetch it again", file.string(),
         size, records_in_batch * record, records_in_batch, record);
  for (int64_t i = 0; i < records_in_batch; ++i) {
    const int label = static_cast<uint8_t>(bytes[i * record]);
    if (label >= classes)
      fail(ExitCode::data, "{}: record {} has label {} (0-9 allowed)", file.string(), i, label);
  }
  return bytes;
}

class Cifar10 : public ImageSet {
 public:
  Cifar10(std::vector<std::string> class_names, std::string records)
      : ImageSet({.height = side,
                  .width = side,
                  .channels = channels,
                  .class_names = std::move(class_names),
                  .source = "CIFAR-10 (binary)"}),
        records_(std::move(records)) {}

  int64_t size() const override { return static_cast<int64_t>(records_.size()) / record; }
  int64_t label(int64_t index) const override { return static_cast<uint8_t>(records_[index * record]); }
  std::vector<uint8_t> pixels(int64_t index) const override {
    const char* planes = records_.data() + index * record + 1;
    std::vector<uint8_t> interleaved(channels * plane);
    for (int64_t i = 0; i < plane; ++i)
      for (int64_t c = 0; c < channels; ++c)
        interleaved[i * channels + c] = static_cast<uint8_t>(planes[c * plane + i]);
    return interleaved;
  }

 private:
  std::string records_;
};

}  // namespace

std::unique_ptr<ImageSet> open_cifar10(const fs::path& path, DataPart part) {
  const fs::path folder = find_folder(path);
  std::string records;
  if (part == DataPart::test) records = read_batch(folder / "test_batch.bin");
  for (int batch = 1; part == DataPart::training && batch <= 5; ++batch)
    records += read_batch(folder / fmt::format("data_batch_{}.bin", batch));
  return std::make_unique<Cifar10>(read_class_names(folder / "batches.meta.txt"), std::move(records));
}

}  // namespace ttt
