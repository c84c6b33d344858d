#pragma once
#include <cstring>
#include <string>
#include <vector>

#include "schemas/files/results.h"
#include "schemas/files/segment.h"
#include "schemas/record_columns.h"
#include "schemas/test_set.h"

namespace ttt {

/// Records whose every value is another one, some of them NaN.
inline Records example_records(const std::vector<int64_t>& sample, int milestones, int steps, int classes,
                               int salt = 0) {
  const int64_t samples = static_cast<int64_t>(sample.size());
  Records records = empty_records(samples, milestones, steps, classes);
  records.sample = sample;
  for_each_column([&](const RecordColumn&, auto member) {
    using Value = ValueOf<decltype(member)>;
    auto& values = records.*member;
    for (size_t i = 0; i < values.size(); ++i) {
      if (std::is_floating_point_v<Value> && i % 17 == 3) continue;  // stays NaN
      values[i] = static_cast<Value>((static_cast<int>(i) * 37 + 11 * salt + 5) % 101);
    }
  });
  for (uint8_t& correct : records.correct) correct %= 2;
  for (Status& status : records.status) status = static_cast<Status>(static_cast<int>(status) % 4);
  return records;
}

inline CostTable example_cost(int milestones) {
  CostTable cost;
  for (int m = 0; m < milestones; ++m) {
    cost.milestone.push_back(m == 0 ? 0 : 1 << (m - 1));
    cost.flops.push_back(1e6 * (1 + 24.0 * m));
    cost.forward_passes.push_back(1 + 24 * m);
    cost.backward_passes.push_back(8 * m);
    cost.gradient_steps.push_back(cost.milestone.back());
    cost.views.push_back(8 * m);
  }
  return cost;
}

inline Segment example_segment(int steps = 4, int classes = 10) {
  Segment segment{
      "ttt_rotation", "joint-1", 3, {{"method", "steps = 4\nviews = 8\n"}, {"data", "ab\"c"}}, {}, {}};
  segment.cost = example_cost(4);
  segment.records = example_records({9, 10, 11, 40, 41}, 4, steps, classes);
  return segment;
}

inline TestSetWithImages example_test_set() {
  TestSetWithImages set;
  set.samples = 12;
  set.height = 5;
  set.width = 4;
  set.channels = 3;
  for (int i = 0; i < 12 * 5 * 4 * 3; ++i) set.image.push_back(static_cast<uint8_t>(i * 7));
  for (int i = 0; i < 12; ++i) {
    set.label.push_back(i == 7 ? -3 : i % 3);
    set.base.push_back(i / 3 + 1000000000000);
    set.shift.push_back(i % 3);
    set.severity.push_back(i % 3 == 0 ? 0 : 5);
    set.split.push_back(i < 3 ? Split::tune : Split::report);
  }
  set.shift_names = {"clean", "gaussian_noise", "fog"};
  set.class_names = {"top shirt", "ゼロ", "c"};
  set.source = "glyphs";
  set.seed = 0xffffffffffffffff;
  set.generator = "test 1";
  return set;
}

/// An adapt method with logits, a vote without, over two models.
inline Results example_results(int classes = 3) {
  Results results;
  results.model = {"joint-1", "joint-2"};
  results.model_group = {"joint", "joint"};
  const TestSet set = example_test_set();
  for (int64_t i = 3; i < 12; ++i) {
    results.sample.push_back(i);
    results.label.push_back(set.label[i]);
    results.base.push_back(set.base[i]);
    results.shift.push_back(set.shift[i]);
    results.severity.push_back(set.severity[i]);
    results.split.push_back(set.split[i]);
  }
  results.shift_names = set.shift_names;
  results.class_names = set.class_names;
  results.forward_flops = 109'000'000'001;
  results.spec = "[data]\nsource = \"glyphs\"\n";
  results.provenance = {{"code", "0.1.0"}, {"device", "cpu"}};
  for (const std::string name : {"ttt_rotation", "a_vote"}) {
    const int steps = name == "a_vote" ? 0 : 4;
    MethodResults method;
    method.name = name;
    method.kind = steps ? "adapt" : "vote";
    method.role = steps ? Role::adapt : Role::vote;
    method.spec = "kind = 1";
    method.milestone_meaning = steps ? "gradient steps" : "views";
    method.unit = steps ? "steps" : "views";
    method.cost = example_cost(4);
    method.note = steps ? "" : "views ran out";
    for (int model = 0; model < 2; ++model) {
      method.records.push_back(example_records(results.sample, 4, steps, classes, model + steps));
    }
    results.methods.push_back(method);
  }
  return results;
}

/// Documents under a method that keeps every column of documents and puzzles.
inline Records example_document_records(const std::vector<int64_t>& sample, int salt = 0) {
  Records records = empty_records(static_cast<int64_t>(sample.size()), 4, 3, 0);
  records.sample = sample;
  records.chunk_count = 5;
  records.token_count = 11;
  records.cell_count = 6;
  for (auto column : {&Records::chunk_nats, &Records::chunk_correct, &Records::chunk_tokens,
                      &Records::token_nats, &Records::cells_right, &Records::second_right}) {
    keep_column(records, column);
    auto& values = records.*column;
    for (size_t i = 0; i < values.size(); ++i)
      if (i % 7 != 2) values[i] = static_cast<float>(i + salt) / 8;
  }
  keep_column(records, &Records::answer);
  for (size_t i = 0; i < records.answer.size(); ++i) records.answer[i] = static_cast<int16_t>(i % 11) - 1;
  return records;
}

/// Results of documents: another family of scores, lengths of the samples, optional columns.
inline Results example_document_results() {
  Results results = example_results(0);
  results.score = "next_token";
  results.class_names.clear();
  for (const int64_t sample : results.sample) {
    results.tokens.push_back(100 + sample);
    results.bytes.push_back(400 + sample);
    results.words.push_back(70 + sample);
  }
  results.methods.resize(1);
  for (int model = 0; model < 2; ++model)
    results.methods[0].records[model] = example_document_records(results.sample, model);
  return results;
}

/// Equality bit for bit: NaN equals itself.
inline bool same(const Records& a, const Records& b) {
  bool same = a.samples == b.samples && a.milestones == b.milestones && a.steps == b.steps &&
              a.classes == b.classes && a.sample == b.sample;
  for (const OptionalAxis& axis : optional_axes) same = same && a.*axis.length == b.*axis.length;
  for_each_column([&](const RecordColumn&, auto member) {
    const auto &x = a.*member, &y = b.*member;
    same = same && x.size() == y.size() &&
           (x.empty() || std::memcmp(x.data(), y.data(), x.size() * sizeof x[0]) == 0);
  });
  return same;
}

inline bool same(const Segment& a, const Segment& b) {
  return a.method == b.method && a.model == b.model && a.block == b.block && a.fingerprint == b.fingerprint &&
         a.cost == b.cost && same(a.records, b.records);
}

inline bool same(const MethodResults& a, const MethodResults& b) {
  bool all = a.name == b.name && a.kind == b.kind && a.role == b.role && a.spec == b.spec &&
             a.milestone_meaning == b.milestone_meaning && a.unit == b.unit && a.note == b.note &&
             a.cost == b.cost && a.records.size() == b.records.size();
  for (size_t i = 0; all && i < a.records.size(); ++i) all = same(a.records[i], b.records[i]);
  return all;
}

inline bool same(const Results& a, const Results& b) {
  bool all = a.model == b.model && a.model_group == b.model_group && a.sample == b.sample &&
             a.label == b.label && a.base == b.base && a.shift == b.shift && a.severity == b.severity &&
             a.split == b.split && a.shift_names == b.shift_names && a.class_names == b.class_names &&
             a.forward_flops == b.forward_flops && a.spec == b.spec && a.provenance == b.provenance &&
             a.partial == b.partial && a.score == b.score && a.tokens == b.tokens && a.bytes == b.bytes &&
             a.words == b.words && a.methods.size() == b.methods.size();
  for (size_t i = 0; all && i < a.methods.size(); ++i) all = same(a.methods[i], b.methods[i]);
  return all;
}

}  // namespace ttt
