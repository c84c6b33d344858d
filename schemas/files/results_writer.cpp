#include "schemas/files/results_writer.h"

#include <memory>
#include <numeric>

#include "schemas/error.h"
#include "schemas/files/sample_axes.h"
#include "schemas/files/seal.h"
#include "schemas/files/stored_columns.h"
#include "schemas/record_columns.h"

namespace ttt {
namespace {

void write_coordinates(const Hdf5Group& group, const Results& results) {
  write_sample_axis(group, results.sample);
  group.write_axis("model", results.model, {{"long_name", "source model"}});
  group.write(
      "model_group", {"model"}, results.model_group,
      {{"long_name", "recipe the source model was trained by; models of one group differ in their seed"}});
  write_sample_coordinates(group, results.label, results.base, results.shift, results.severity, results.split,
                           results.shift_names);
  std::string coordinates = "model_group label base shift severity split";
  for_each_length([&](const std::string& name, const std::string& long_name, auto member) {
    if ((results.*member).empty()) return;
    group.write(name, {"sample"}, results.*member, {{"units", "1"}, {"long_name", long_name}});
    coordinates += " " + name;
  });
  group.set({{"coordinates", coordinates}});
}

/// An axis that optional columns have; none of length 0.
void write_optional_axis(const Hdf5Group& group, const OptionalAxis& axis, int length) {
  if (length == 0) return;
  std::vector<int32_t> values(length);
  std::iota(values.begin(), values.end(), 0);
  group.write_axis(std::string(axis.name), values,
                   {{"units", "1"}, {"long_name", std::string(axis.long_name)}});
}

Attributes about(const RecordColumn& column) {
  Attributes attributes = {{"units", column.units}, {"long_name", column.long_name}};
  if (column.name == "status") {
    attributes.emplace_back("flag_values", std::vector<uint8_t>{0, 1, 2, 3, 4});
    attributes.emplace_back("flag_meanings", std::string(status_meanings));
  }
  return attributes;
}

/// The axes of a column once the models lie side by side.
std::vector<std::string> stacked(const RecordColumn& column) {
  std::vector<std::string> axes = {"model"};
  axes.insert(axes.end(), column.axes.begin(), column.axes.end());
  return axes;
}

/// What a method has besides its records.
void write_facts(const Hdf5Group& group, const Results& results, const MethodResults& method,
                 const Records& shape) {
  group.set({{"kind", method.kind},
             {"role", std::string(name(method.role))},
             {"unit", method.unit},
             {"spec", method.spec},
             {"milestone_meaning", method.milestone_meaning},
             {"note", method.note},
             {"partial", static_cast<int32_t>(results.partial)}});
  write_coordinates(group, results);
  write_cost(group, method.cost, method.milestone_meaning);
  if (shape.steps > 0) {
    std::vector<int32_t> step(shape.steps);
    std::iota(step.begin(), step.end(), 1);
    group.write_axis("step", step, {{"units", "1"}, {"long_name", "gradient step, from 1"}});
  }
  if (shape.classes > 0) group.write_axis("class", results.class_names, {{"long_name", "class"}});
  for (const OptionalAxis& axis : optional_axes) write_optional_axis(group, axis, shape.*axis.length);
}

Hdf5Group begun(const Hdf5Group& root, const Results& results) {
  root.set({{"title", "Results of ttt-eval"},
            {"Conventions", "CF-1.8"},
            {"format", std::string(results_format)},
            {"spec", results.spec},
            {"provenance", to_json(results.provenance)},
            {"partial", static_cast<int32_t>(results.partial)},
            {"forward_flops", results.forward_flops}});
  if (!results.class_names.empty()) root.set({{"class_names", results.class_names}});
  if (results.score != Results{}.score) root.set({{"score", results.score}});
  write_coordinates(root, results);
  return root.make_group("methods");
}

/// The rows of a column as a part of its array: of one model, from row `first`.
template <typename Value>
void write_rows(const Hdf5Array& array, const RecordColumn& column, size_t model, int64_t first,
                const Records& rows, const std::vector<Value>& values) {
  std::vector<int64_t> start(column.axes.size() + 1, 0), count = {1};
  start[0] = static_cast<int64_t>(model);
  start[1] = first;
  for (const std::string& axis : column.axes) count.push_back(extent(rows, axis));
  array.write(start, count, std::span<const Value>(values));
}

}  // namespace

ResultsWriter::ResultsWriter(const std::filesystem::path& file, const Results& results)
    : path_(file), results_(results), file_(Hdf5File::create(file)), methods_(begun(file_.root(), results)) {}

void ResultsWriter::begin(const MethodResults& method, const Records& shape) {
  columns_.clear();
  const Hdf5Group group = methods_->make_group(method.name);
  write_facts(group, results_, method, shape);
  for_each_column([&](const RecordColumn& column, auto member) {
    if (!has_column(shape, column, member)) return;
    using Value = ValueOf<decltype(member)>;
    const auto array =
        std::make_shared<Hdf5Array>(group.make_array<Value>(column.name, stacked(column), about(column)));
    columns_.push_back([array, column, member](size_t model, int64_t first, const Records& rows) {
      write_rows(*array, column, model, first, rows, rows.*member);
    });
  });
}

void ResultsWriter::write(size_t model, int64_t first, const Records& rows) {
  for (const WritePart& column : columns_) column(model, first, rows);
}

void ResultsWriter::close() {
  columns_.clear();
  methods_.reset();
  file_.close();
  seal_file(path_);
}

}  // namespace ttt
