#include "schemas/files/results.h"

#include <numeric>

#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/hdf5_file.h"
#include "schemas/files/sample_axes.h"
#include "schemas/files/seal.h"
#include "schemas/files/stored_columns.h"
#include "schemas/record_columns.h"

// results.h5 is an HDF5 file as netCDF-4 and CF have it (dimension scales, units, long_name, flags), sealed
// (seal.h). Object times are off and no host is named: the same results are the same bytes.
//   /              attributes title, Conventions, format, spec (the job's TOML, what results depend on),
//                  provenance (JSON object of texts), partial (1: some units were missing),
//                  forward_flops (of one plain prediction: a forward-equivalent), class_names;
//                  sample [sample]; model, model_group [model] text;
//                  label, base, shift, severity, split [sample]
//   /methods/NAME  attributes kind, role (schemas/role.h), spec (the method's TOML), milestone_meaning, unit
//                  (of a milestone, in one word), note, partial
//                  the coordinates of the root again (xarray opens one group at a time);
//                  milestone [milestone] and the cumulative cost of stopping there: flops, forward_passes,
//                  backward_passes, gradient_steps, views; step [step] = 1 .. S; class [class] text;
//                  predicted, correct, main_loss, confidence, entropy, margin [model, sample, milestone];
//                  logits [model, sample, milestone, class]; aux_loss, update_norm [model, sample, step];
//                  steps_taken, status [model, sample]
//                  and the optional columns that the method keeps (record_columns.h), some over the axes
//                  view and feature
// Methods without steps lack step, aux_loss and update_norm; runs without logits lack class and logits.

namespace ttt {
namespace {

const std::string format = "ttt-eval results 2";

void write_coordinates(const Hdf5Group& group, const Results& results) {
  write_sample_axis(group, results.sample);
  group.write_axis("model", results.model, {{"long_name", "source model"}});
  group.write(
      "model_group", {"model"}, results.model_group,
      {{"long_name", "recipe the source model was trained by; models of one group differ in their seed"}});
  write_sample_coordinates(group, results.label, results.base, results.shift, results.severity, results.split,
                           results.shift_names);
  group.set({{"coordinates", "model_group label base shift severity split"}});
}

/// An axis 0 .. length-1; none of length 0.
void write_counted_axis(const Hdf5Group& group, const std::string& name, int length,
                        const std::string& long_name) {
  if (length == 0) return;
  std::vector<int32_t> values(length);
  std::iota(values.begin(), values.end(), 0);
  group.write_axis(name, values, {{"units", "1"}, {"long_name", long_name}});
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

void write_records(const Hdf5Group& group, const std::vector<Records>& models) {
  for_each_column([&](const RecordColumn& column, auto member) {
    if (!has_column(models.front(), column, member)) return;
    std::vector<ValueOf<decltype(member)>> all;
    for (const Records& records : models)
      all.insert(all.end(), (records.*member).begin(), (records.*member).end());
    group.write(column.name, stacked(column), all, about(column));
  });
}

void write_method(const Hdf5Group& methods, const Results& results, const MethodResults& method) {
  const Hdf5Group group = methods.make_group(method.name);
  group.set({{"kind", method.kind},
             {"role", std::string(name(method.role))},
             {"unit", method.unit},
             {"spec", method.spec},
             {"milestone_meaning", method.milestone_meaning},
             {"note", method.note},
             {"partial", static_cast<int32_t>(results.partial)}});
  write_coordinates(group, results);
  write_cost(group, method.cost, method.milestone_meaning);
  const Records& shape = method.records.at(0);
  if (shape.steps > 0) {
    std::vector<int32_t> step(shape.steps);
    std::iota(step.begin(), step.end(), 1);
    group.write_axis("step", step, {{"units", "1"}, {"long_name", "gradient step, from 1"}});
  }
  if (shape.classes > 0) group.write_axis("class", results.class_names, {{"long_name", "class"}});
  write_counted_axis(group, "view", shape.view_count, "view that votes; 0: the plain image");
  write_counted_axis(group, "feature", shape.feature_count, "pooled feature");
  write_records(group, method.records);
}

void write(const Hdf5Group& root, const Results& results) {
  root.set({{"title", "Results of ttt-eval"},
            {"Conventions", "CF-1.8"},
            {"format", format},
            {"spec", results.spec},
            {"provenance", to_json(results.provenance)},
            {"partial", static_cast<int32_t>(results.partial)},
            {"forward_flops", results.forward_flops},
            {"class_names", results.class_names}});
  write_coordinates(root, results);
  const Hdf5Group methods = root.make_group("methods");
  for (const MethodResults& method : results.methods) write_method(methods, results, method);
}

Results read_root(const Hdf5Group& root) {
  Results results;
  results.spec = root.text("", "spec");
  results.provenance = fingerprint_from_json(root.text("", "provenance"));
  results.partial = root.natural("", "partial") != 0;
  results.forward_flops = root.natural("", "forward_flops");
  results.class_names = root.texts("", "class_names");
  results.model = root.read_strings("model");
  results.model_group = root.read_strings("model_group");
  if (results.model.empty()) root.refuse("model", "names no model");
  const std::vector<int64_t> samples = root.shape("sample");
  results.sample = root.read<int64_t>("sample", samples);
  results.label = root.read<int64_t>("label", samples);
  results.base = root.read<int64_t>("base", samples);
  results.shift_names = read_shift_names(root);
  results.shift = root.read<int32_t>("shift", samples);
  results.severity = root.read<int32_t>("severity", samples);
  results.split = root.read<Split>("split", samples);
  return results;
}

void read_records(const Hdf5Group& group, std::vector<Records>& models) {
  for_each_column([&](const RecordColumn& column, auto member) {
    const Records& shape = models.front();
    if (!is_stored(group, shape, column)) return;
    std::vector<int64_t> lengths = {static_cast<int64_t>(models.size())};
    for (const std::string& axis : column.axes) lengths.push_back(extent(shape, axis));
    const auto all = group.read<ValueOf<decltype(member)>>(column.name, lengths);
    const int64_t size = shape.samples * width(shape, column);
    auto at = all.begin();
    for (Records& records : models) {
      (records.*member).assign(at, at + size);
      at += size;
    }
  });
}

MethodResults read_method(const Hdf5Group& methods, const std::string& name, const Results& results) {
  const Hdf5Group group = methods.group(name);
  MethodResults method;
  method.name = name;
  method.kind = group.text("", "kind");
  method.role = role_named(group.text("", "role"));
  method.unit = group.text("", "unit");
  method.spec = group.text("", "spec");
  method.milestone_meaning = group.text("", "milestone_meaning");
  method.note = group.text("", "note");
  method.cost = read_cost(group);
  const auto length = [&](const std::string& axis) {
    return group.has(axis) ? static_cast<int>(group.shape(axis).at(0)) : 0;
  };
  Records shape;  // arrays are made as they are read: no memory for a shape that is only claimed
  shape.samples = static_cast<int64_t>(results.sample.size());
  shape.milestones = length("milestone");
  shape.steps = length("step");
  shape.classes = length("class");
  shape.view_count = length("view");
  shape.feature_count = length("feature");
  shape.sample = results.sample;
  method.records.assign(results.model.size(), shape);
  read_records(group, method.records);
  for (const Records& records : method.records) check_status(group, records);
  return method;
}

}  // namespace

void write_results(const std::filesystem::path& file, const Results& results) {
  publish(file, [&](const std::filesystem::path& aside) {
    Hdf5File made = Hdf5File::create(aside);
    write(made.root(), results);
    made.close();
    seal_file(aside);
  });
}

Results read_results(const std::filesystem::path& file) {
  check_seal(file);
  const Hdf5File opened = Hdf5File::open(file);
  const Hdf5Group& root = opened.root();
  if (!root.has_attribute("", "format") || root.text("", "format") != format) {
    fail(ExitCode::data, "{}: are no results of this version of ttt-eval", file.string());
  }
  Results results = read_root(root);
  const Hdf5Group methods = root.group("methods");
  for (const std::string& name : methods.names())
    results.methods.push_back(read_method(methods, name, results));
  return results;
}

}  // namespace ttt
