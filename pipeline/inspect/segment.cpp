// segments/METHOD/MODEL/BLOCK-IDENTITY.h5
#include "schemas/files/segment.h"

#include <fmt/ranges.h>

#include "pipeline/inspect/fact_text.h"
#include "pipeline/inspect/file_kind.h"
#include "schemas/record_columns.h"

namespace ttt {
namespace {

bool fits(const StoredFile& file) {
  return file.container == Container::hdf5 && file.word("format").starts_with("ttt-eval segment");
}

std::string samples_text(const Records& records) {
  if (records.samples == 0) return "none";
  return fmt::format("{} (the first is {}, the last {} of the test set)", records.samples,
                     records.sample.front(), records.sample.back());
}

/// "predicted [5, 4], ...": every column with its shape.
std::string columns_text(const Records& records) {
  std::vector<std::string> texts;
  for_each_column([&](const RecordColumn& column, auto member) {
    if (!has_column(records, column, member)) return;
    std::vector<int64_t> shape;
    for (const std::string& axis : column.axes) shape.push_back(extent(records, axis));
    texts.push_back(fmt::format("{} {}", column.name, shape_text(shape)));
  });
  return fmt::format("{}", fmt::join(texts, ", "));
}

Facts facts(const StoredFile& file) {
  const Segment segment = read_segment(file.path);
  return {{"seal", "intact"},
          {"format", file.word("format")},
          {"method", segment.method},
          {"model", segment.model},
          {"block", std::to_string(segment.block)},
          {"samples", samples_text(segment.records)},
          {"milestones", numbers_text(segment.cost.milestone)},
          {"statuses", status_counts(segment.records.status)},
          {"columns", columns_text(segment.records)},
          {"fingerprint", fingerprint_text(segment.fingerprint)}};
}

}  // namespace

extern const FileKind segment_file_kind;
constinit const FileKind segment_file_kind = {
    "segment", "the records of one method and one model on one block of samples (made by run)", fits, facts};

}  // namespace ttt
