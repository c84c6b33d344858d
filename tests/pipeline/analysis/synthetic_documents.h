#pragma once
#include <array>
#include <cmath>
#include <numbers>
#include <random>

#include "tests/pipeline/analysis/synthetic_results.h"

namespace ttt {

/// Documents of 100 tokens that are as many words and 200 bytes, under every shift: main_loss nats a token
/// are main_loss / (2 ln 2) bits per byte. Without methods.
inline Results blank_documents(int models, int bases, std::vector<std::string> shifts) {
  Results results = blank_results(models, bases, std::move(shifts));
  results.score = "next_token";
  results.class_names.clear();
  results.tokens.assign(results.sample.size(), 100);
  results.bytes.assign(results.sample.size(), 200);
  results.words.assign(results.sample.size(), 100);
  return results;
}

/// A method on documents: what only images have is not there.
inline MethodResults blank_document_method(const Results& results, std::string name, std::string kind,
                                           std::vector<int> milestones, const std::vector<double>& forwards) {
  MethodResults method =
      blank_method(results, std::move(name), std::move(kind), std::move(milestones), forwards);
  for (Records& records : method.records) {
    for (auto column : {&Records::confidence, &Records::entropy, &Records::margin})
      std::ranges::fill(records.*column, std::nanf(""));
    std::ranges::fill(records.predicted, int16_t{-1});
  }
  return method;
}

/// The document's bits per byte.
inline void put_bits(Records& records, int64_t row, int milestone, double bits_per_byte) {
  records.main_loss[static_cast<size_t>(row * records.milestones + milestone)] =
      static_cast<float>(2 * std::numbers::ln2 * bits_per_byte);
}

/// Chunks of 25 tokens; those behind the `chunks` first of the document's are not there. Each costs the
/// document's mean, the first 20 % more and the last as much less.
inline void put_chunks(Records& records, int64_t row, int chunks = 4) {
  for (int chunk = 0; chunk < chunks; ++chunk)
    records.chunk_tokens[static_cast<size_t>(row * records.chunk_count + chunk)] = 25;
  for (int m = 0; m < records.milestones; ++m) {
    const size_t at = static_cast<size_t>(row * records.milestones + m);
    for (int chunk = 0; chunk < chunks; ++chunk) {
      const float part = chunk == 0 ? 1.2F : chunk + 1 == chunks ? 0.8F : 1.0F;
      records.chunk_nats[at * records.chunk_count + chunk] = 25 * part * records.main_loss[at];
      records.chunk_correct[at * records.chunk_count + chunk] = 10;
    }
  }
}

inline void keep_chunks(Records& records) {
  records.chunk_count = 4;
  for (auto column : {&Records::chunk_nats, &Records::chunk_correct, &Records::chunk_tokens})
    keep_column(records, column);
}

/// Like a text job: adaptation saves bits on one shift and costs some on another, a memory saves more, a
/// placebo nothing.
inline Results document_run(int models, int bases) {
  Results results = blank_documents(models, bases, {"spelling", "noise"});
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  std::vector<double> difficulty, training;
  for (int base = 0; base < bases; ++base) difficulty.push_back(2.5 + 0.2 * normal(random));
  for (int model = 0; model < models; ++model) training.push_back(0.05 * normal(random));
  const auto add = [&](const std::string& name, const std::string& kind, Role role,
                       const std::vector<int>& milestones, const std::vector<double>& forwards,
                       const std::vector<double>& saved) {
    MethodResults method = blank_document_method(results, name, kind, milestones, forwards);
    method.role = role;
    for (int model = 0; model < models; ++model) {
      Records& records = method.records[model];
      keep_chunks(records);
      for (int64_t row = 0; row < records.samples; ++row) {
        const double sign = results.shift[row] == 1 ? 1 : -0.3;
        for (size_t m = 0; m < milestones.size(); ++m) {
          const double change = saved[m] == 0 ? 0 : saved[m] * sign * (1 + 0.2 * normal(random));
          put_bits(records, row, static_cast<int>(m),
                   difficulty[results.base[row]] + training[model] - change);
        }
        put_chunks(records, row, results.base[row] % 3 == 0 ? 3 : 4);
      }
    }
    results.methods.push_back(std::move(method));
  };
  add("source", "adapt", Role::source, {0}, {1}, {0});
  add("ttt", "adapt", Role::adapt, {0, 1, 2, 4}, {1, 4, 7, 13}, {0, 0.1, 0.2, 0.15});
  add("other", "adapt", Role::placebo, {0, 1, 2, 4}, {1, 4, 7, 13}, {0, 0.001, 0.001, 0.001});
  add("cache", "memory", Role::memory, {1}, {1.1}, {0.3});
  add("vote", "vote", Role::vote, {1, 4, 8}, {1, 4, 8}, {0, 0.01, 0.02});
  return results;
}

/// The documents in another order; row i is what row `order[i]` was.
inline Results permuted(const Results& results, const std::vector<int64_t>& order) {
  Results other = results;
  const auto permute = [&](auto& values) {
    if (values.empty()) return;
    const auto before = values;
    for (size_t i = 0; i < order.size(); ++i) values[i] = before[order[i]];
  };
  for (auto* values : {&other.label, &other.base, &other.tokens, &other.bytes, &other.words})
    permute(*values);
  for (auto* values : {&other.shift, &other.severity}) permute(*values);
  permute(other.split);
  for (size_t method = 0; method < results.methods.size(); ++method)
    for (size_t model = 0; model < results.model.size(); ++model)
      for (size_t i = 0; i < order.size(); ++i)
        copy_row(other.methods[method].records[model], static_cast<int64_t>(i),
                 results.methods[method].records[model], order[i]);
  return other;
}

}  // namespace ttt
