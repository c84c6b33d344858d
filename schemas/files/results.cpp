#include "schemas/files/results.h"

#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/hdf5_file.h"
#include "schemas/files/results_writer.h"
#include "schemas/files/sample_axes.h"
#include "schemas/files/seal.h"
#include "schemas/files/stored_columns.h"
#include "schemas/record_columns.h"

// results.h5 is an HDF5 file as netCDF-4 and CF have it (dimension scales, units, long_name, flags), sealed
// (seal.h). Object times are off and no host is named: the same results are the same bytes.
//   /              attributes title, Conventions, format, spec (the job's TOML, what results depend on),
//                  provenance (JSON object of texts), partial (1: some units were missing),
//                  forward_flops (of one plain prediction: a forward-equivalent), class_names
//                  (absent: none), score (the family of scores; absent: classification);
//                  sample [sample]; model, model_group [model] text;
//                  label, base, shift, severity, split [sample]; of documents also tokens, bytes, words
//   /methods/NAME  attributes kind, role (schemas/role.h), spec (the method's TOML), milestone_meaning, unit
//                  (of a milestone, in one word), note, partial
//                  the coordinates of the root again (xarray opens one group at a time);
//                  milestone [milestone] and the cumulative cost of stopping there: flops, forward_passes,
//                  backward_passes, gradient_steps, views; step [step] = 1 .. S; class [class] text;
//                  predicted, correct, main_loss, confidence, entropy, margin [model, sample, milestone];
//                  logits [model, sample, milestone, class]; aux_loss, update_norm [model, sample, step];
//                  steps_taken, status [model, sample]
//                  and the optional columns that the method keeps (record_columns.h), some over the axes
//                  view, feature, chunk, token and cell
// Methods without steps lack step, aux_loss and update_norm; runs without logits lack class and logits.

namespace ttt {
namespace {

Results read_root(const Hdf5Group& root) {
  Results results;
  results.spec = root.text("", "spec");
  results.provenance = fingerprint_from_json(root.text("", "provenance"));
  results.partial = root.natural("", "partial") != 0;
  results.forward_flops = root.natural("", "forward_flops");
  if (root.has_attribute("", "class_names")) results.class_names = root.texts("", "class_names");
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
  if (root.has_attribute("", "score")) results.score = root.text("", "score");
  for_each_length([&](const std::string& name, const std::string&, auto member) {
    if (root.has(name)) results.*member = root.read<int64_t>(name, samples);
  });
  return results;
}

void read_records(const Hdf5Group& group, const WantedColumns& wanted, std::vector<Records>& models) {
  for_each_column([&](const RecordColumn& column, auto member) {
    const Records& shape = models.front();
    if (!wanted(column.name) || !is_stored(group, shape, column)) return;
    std::vector<int64_t> lengths = {static_cast<int64_t>(models.size())};
    for (const std::string& axis : column.axes) lengths.push_back(extent(shape, axis));
    auto all = group.read<ValueOf<decltype(member)>>(column.name, lengths);
    if (models.size() == 1) {
      models.front().*member = std::move(all);
      return;
    }
    const int64_t size = shape.samples * width(shape, column);
    auto at = all.begin();
    for (Records& records : models) {
      (records.*member).assign(at, at + size);
      at += size;
    }
  });
}

MethodResults read_method(const Hdf5Group& methods, const std::string& name, const Results& results,
                          const WantedColumns& wanted) {
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
  for (const OptionalAxis& axis : optional_axes) shape.*axis.length = length(std::string(axis.name));
  shape.sample = results.sample;
  method.records.assign(results.model.size(), shape);
  read_records(group, wanted, method.records);
  for (const Records& records : method.records) check_status(group, records);
  return method;
}

}  // namespace

void write_results(const std::filesystem::path& file, const Results& results) {
  publish(file, [&](const std::filesystem::path& aside) {
    ResultsWriter writer(aside, results);
    for (const MethodResults& method : results.methods) {
      writer.begin(method, method.records.at(0));
      for (size_t model = 0; model < method.records.size(); ++model)
        writer.write(model, 0, method.records[model]);
    }
    writer.close();
  });
}

Results read_results(const std::filesystem::path& file) {
  return read_results(file, [](std::string_view) { return true; });
}

Results read_results(const std::filesystem::path& file, const WantedColumns& wanted) {
  check_seal(file);
  const Hdf5File opened = Hdf5File::open(file);
  const Hdf5Group& root = opened.root();
  if (!root.has_attribute("", "format") || root.text("", "format") != results_format) {
    fail(ExitCode::data, "{}: are no results of this version of ttt-eval", file.string());
  }
  Results results = read_root(root);
  const Hdf5Group methods = root.group("methods");
  for (const std::string& name : methods.names())
    results.methods.push_back(read_method(methods, name, results, wanted));
  return results;
}

}  // namespace ttt
