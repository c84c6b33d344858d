#include "pipeline/analysis/joined_jobs.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "pipeline/analysis/cells.h"
#include "schemas/error.h"

namespace ttt {
namespace {

using ModelPairs = std::vector<std::pair<size_t, size_t>>;

ModelPairs common_models(const Results& a, const Results& b) {
  ModelPairs pairs;
  for (size_t i = 0; i < a.model.size(); ++i)
    for (size_t j = 0; j < b.model.size(); ++j)
      if (a.model[i] == b.model[j]) pairs.emplace_back(i, j);
  if (pairs.empty())
    fail(ExitCode::data, "the jobs share no source model ({} and {}): models are paired by their names",
         fmt::join(a.model, ", "), fmt::join(b.model, ", "));
  return pairs;
}

const MethodResults* method_named(const Results& results, const std::string& name) {
  const auto found = std::ranges::find(results.methods, name, &MethodResults::name);
  return found == results.methods.end() ? nullptr : &*found;
}

std::vector<std::string> methods_without(const Results& of, const Results& other) {
  std::vector<std::string> names;
  for (const MethodResults& method : of.methods)
    if (!method_named(other, method.name)) names.push_back(method.name);
  return names;
}

/// The method on some models and rows; `member` says which half of the pairs they are.
template <typename Member>
MethodResults part(const MethodResults& method, const ModelPairs& models, const RowPairs& rows,
                   Member member) {
  MethodResults some = method;
  some.records.clear();
  for (const auto& pair : models) {
    const Records& from = method.records[member(pair)];
    Records& to = some.records.emplace_back(empty_like(from, static_cast<int64_t>(rows.size())));
    for (size_t first = 0, last = 0; first < rows.size(); first = last) {  // rows that follow one another
      while (last < rows.size() &&
             member(rows[last]) - member(rows[first]) == static_cast<int64_t>(last - first))
        ++last;
      copy_rows(to, static_cast<int64_t>(first), from, member(rows[first]),
                static_cast<int64_t>(last - first));
    }
  }
  return some;
}

/// What is known of the samples and models, without methods.
Results coordinates(const Results& a, const ModelPairs& models, const RowPairs& rows) {
  Results some;
  for (const auto& [model, ignored] : models) {
    some.model.push_back(a.model[model]);
    some.model_group.push_back(a.model_group[model]);
  }
  for (const auto& [row, ignored] : rows) {
    some.sample.push_back(a.sample[row]);
    some.label.push_back(a.label[row]);
    some.base.push_back(a.base[row]);
    some.shift.push_back(a.shift[row]);
    some.severity.push_back(a.severity[row]);
    some.split.push_back(a.split[row]);
  }
  for_each_length([&](const std::string&, const std::string&, auto member) {
    if ((a.*member).empty()) return;
    for (const auto& [row, ignored] : rows) (some.*member).push_back((a.*member)[row]);
  });
  some.score = a.score;
  some.shift_names = a.shift_names;
  some.class_names = a.class_names;
  some.forward_flops = a.forward_flops;
  some.partial = a.partial;
  return some;
}

std::string digest_of(const Results& results, const std::string& model) {
  const auto found = results.provenance.find("model " + model);
  return found == results.provenance.end() ? "" : found->second;
}

}  // namespace

RowPairs rows_of_same_ids(const Results& a, const Results& b) {
  std::map<int64_t, int64_t> row_of;
  for (size_t j = 0; j < b.sample.size(); ++j) row_of[b.sample[j]] = static_cast<int64_t>(j);
  RowPairs rows;
  for (size_t i = 0; i < a.sample.size(); ++i)
    if (const auto found = row_of.find(a.sample[i]); found != row_of.end())
      rows.emplace_back(static_cast<int64_t>(i), found->second);
  return rows;
}

RowPairs rows_of_same_samples(const Results& a, const std::vector<std::string>& names_a, const Results& b,
                              const std::vector<std::string>& names_b) {
  std::map<std::string, int64_t> row_of;
  for (size_t j = 0; j < b.sample.size(); ++j)
    row_of.emplace(names_b.at(b.sample[j]), static_cast<int64_t>(j));
  RowPairs rows;
  for (size_t i = 0; i < a.sample.size(); ++i) {
    const auto found = row_of.find(names_a.at(a.sample[i]));
    if (found == row_of.end()) continue;
    rows.emplace_back(static_cast<int64_t>(i), found->second);
    row_of.erase(found);  // a sample that a set holds twice is paired twice
  }
  return rows;
}

JoinedJobs join(const Results& a, const Results& b, const RowPairs& rows) {
  check_shapes(a);
  check_shapes(b);
  if (a.score != b.score)
    fail(ExitCode::data, "the jobs have other scores ({} and {}): their predictions cannot be paired",
         a.score, b.score);
  if (a.class_names != b.class_names)
    fail(ExitCode::data, "the jobs have other classes ({} and {}): their predictions cannot be paired",
         fmt::join(a.class_names, ", "), fmt::join(b.class_names, ", "));
  if (rows.empty())
    fail(ExitCode::data,
         "the jobs share no sample: their test sets or their run.split differ, so nothing can be paired");
  const ModelPairs models = common_models(a, b);
  JoinedJobs joined{coordinates(a, models, rows), methods_without(a, b), methods_without(b, a), {}};
  joined.results.partial = a.partial || b.partial;
  for (const std::string& model : joined.results.model)
    if (digest_of(a, model) != digest_of(b, model)) joined.other_weights.push_back(model);
  for (const MethodResults& of_a : a.methods) {
    const MethodResults* of_b = method_named(b, of_a.name);
    if (!of_b) continue;
    joined.results.methods.push_back(part(of_a, models, rows, [](auto& pair) { return pair.first; }));
    joined.results.methods.push_back(part(*of_b, models, rows, [](auto& pair) { return pair.second; }));
  }
  if (joined.results.methods.empty())
    fail(ExitCode::data, "the jobs share no method ({} and {}): methods are paired by their names",
         fmt::join(joined.only_a, ", "), fmt::join(joined.only_b, ", "));
  return joined;
}

}  // namespace ttt
