#include "schemas/files/segment.h"

#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/hdf5_file.h"
#include "schemas/files/seal.h"
#include "schemas/files/stored_columns.h"
#include "schemas/record_columns.h"

// A segment is an HDF5 file, sealed (seal.h):
//   attributes  format = "ttt-eval segment 1", method, model, block, fingerprint (JSON object of texts)
//   axes        sample (indices into the test set), milestone, step (1 .. S), class (0 .. C-1), and of
//               optional columns view (0 .. V-1), feature, chunk, token, cell
//   arrays      the columns of Records over their axes, the columns of CostTable over milestone
// step, aux_loss and update_norm are absent when S is 0; class and logits when logits were not kept; an
// optional column (record_columns.h), and an axis that only such a column has, where the method keeps none.

namespace ttt {
namespace {

const std::string format = "ttt-eval segment 1";

std::vector<int32_t> counted(int first, int length) {
  std::vector<int32_t> values;
  for (int i = 0; i < length; ++i) values.push_back(first + i);
  return values;
}

void write_records(const Hdf5Group& root, const Records& records) {
  root.write_axis("sample", records.sample, {{"units", "1"}, {"long_name", "index into the test set"}});
  if (records.steps > 0) root.write_axis("step", counted(1, records.steps), {{"units", "1"}});
  if (records.classes > 0) root.write_axis("class", counted(0, records.classes), {{"units", "1"}});
  for (const OptionalAxis& axis : optional_axes)
    if (const int length = records.*axis.length; length > 0)
      root.write_axis(std::string(axis.name), counted(0, length), {{"units", "1"}});
  for_each_column([&](const RecordColumn& column, auto member) {
    if (!has_column(records, column, member)) return;
    root.write(column.name, column.axes, records.*member,
               {{"units", column.units}, {"long_name", column.long_name}});
  });
}

Records read_records(const Hdf5Group& root) {
  Records records;  // arrays are made as they are read: no memory for a shape that is only claimed
  const auto length = [&](const std::string& axis) { return root.has(axis) ? root.shape(axis).at(0) : 0; };
  records.samples = length("sample");
  records.milestones = static_cast<int>(length("milestone"));
  records.steps = static_cast<int>(length("step"));
  records.classes = static_cast<int>(length("class"));
  for (const OptionalAxis& axis : optional_axes)
    records.*axis.length = static_cast<int>(length(std::string(axis.name)));
  records.sample = root.read<int64_t>("sample", {records.samples});
  for_each_column([&](const RecordColumn& column, auto member) {
    if (!is_stored(root, records, column)) return;
    std::vector<int64_t> shape;
    for (const std::string& axis : column.axes) shape.push_back(extent(records, axis));
    records.*member = root.read<ValueOf<decltype(member)>>(column.name, shape);
  });
  check_status(root, records);
  return records;
}

/// The verified file, opened from the very bytes that were verified.
Hdf5File open_segment(const std::filesystem::path& file) {
  const std::string bytes = read_file(file);
  Hdf5File opened = Hdf5File::open_in_memory(file, unseal(file, bytes));
  if (!opened.root().has_attribute("", "format") || opened.root().text("", "format") != format) {
    fail(ExitCode::data, "{}: is not a segment of this version of ttt-eval", file.string());
  }
  return opened;
}

Fingerprint read_fingerprint(const std::filesystem::path& file, const Hdf5Group& root) {
  try {
    return fingerprint_from_json(root.text("", "fingerprint"));
  } catch (const Error& error) {
    fail(error.code(), "{}: {}", file.string(), error.what());
  }
}

}  // namespace

void write_segment(const std::filesystem::path& file, const Segment& segment) {
  publish(file, [&](const std::filesystem::path& aside) { save_segment(aside, segment); });
}

void save_segment(const std::filesystem::path& file, const Segment& segment) {
  Hdf5File made = Hdf5File::create(file);
  made.root().set({{"format", format},
                   {"method", segment.method},
                   {"model", segment.model},
                   {"block", static_cast<uint64_t>(segment.block)},
                   {"fingerprint", to_json(segment.fingerprint)}});
  write_cost(made.root(), segment.cost, "steps or views");
  write_records(made.root(), segment.records);
  made.close();
  seal_file(file);
}

Segment read_segment(const std::filesystem::path& file) {
  const Hdf5File opened = open_segment(file);
  const Hdf5Group& root = opened.root();
  Segment segment;
  segment.method = root.text("", "method");
  segment.model = root.text("", "model");
  segment.block = static_cast<int64_t>(root.natural("", "block"));
  segment.fingerprint = read_fingerprint(file, root);
  segment.cost = read_cost(root);
  segment.records = read_records(root);
  return segment;
}

Fingerprint read_segment_fingerprint(const std::filesystem::path& file) {
  const Hdf5File opened = open_segment(file);
  return read_fingerprint(file, opened.root());
}

}  // namespace ttt
