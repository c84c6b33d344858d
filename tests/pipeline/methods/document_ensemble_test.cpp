#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "pipeline/methods/registry.h"

namespace ttt {
namespace {

constexpr int tokens = 5;
constexpr std::array<int, 2> chunk = {3, 2};  // tokens of each

/// One document read at two milestones; `probability[m][t]` is what the model gives to token t.
Records reading(const std::array<std::array<double, tokens>, 2>& probability) {
  Records records = empty_records(1, 2, 0, 0);
  records.sample = {4};
  records.chunk_count = 2;
  records.token_count = tokens;
  keep_column(records, &Records::chunk_nats);
  keep_column(records, &Records::chunk_tokens);
  keep_column(records, &Records::token_nats);
  keep_column(records, &Records::paid_flops);
  for (size_t c = 0; c < chunk.size(); ++c) records.chunk_tokens[c] = static_cast<float>(chunk[c]);
  for (size_t m = 0; m < 2; ++m) {
    records.paid_flops[m] = m == 0 ? 10 : 30;
    for (size_t t = 0; t < tokens; ++t)
      records.token_nats[m * tokens + t] = static_cast<float>(-std::log(probability[m][t]));
  }
  return records;
}

using Probabilities = std::array<double, tokens>;
constexpr Probabilities plain_a = {0.5, 0.25, 0.125, 0.5, 0.1}, plain_b = {0.1, 0.75, 0.5, 0.9, 0.3};
constexpr Probabilities adapted_a = {0.6, 0.5, 0.25, 0.25, 0.2}, adapted_b = {0.2, 0.2, 0.2, 0.9, 0.9};

MethodResults ensemble(int steps, const std::vector<Records>& readings) {
  Results results;
  results.sample = {4};
  for (size_t i = 0; i < readings.size(); ++i) {
    results.model.push_back(fmt::format("a-{}", i + 1));
    results.model_group.push_back("a");
  }
  MethodResults from;
  from.name = "ttt";
  from.role = Role::adapt;
  from.cost = {{0, 4}, {10, 30}, {1, 5}, {0, 4}, {0, 4}, {0, 0}};
  from.records = readings;
  results.methods = {from};
  Chosen kind = choose(spec_registry().methods, "document_ensemble");
  for (Field& field : kind.options.fields()) {
    if (field.key == "from") *std::get<std::string*>(field.target) = "ttt";
    if (field.key == "steps") *std::get<int*>(field.target) = steps;
  }
  return kind_of({"deep", kind}).derivation->derive("deep", kind.options, {results, 1, {}}).at(0);
}

double nats(const Probabilities& p, int first, int count) {
  double sum = 0;
  for (int t = first; t < first + count; ++t) sum -= std::log(p[static_cast<size_t>(t)]);
  return sum;
}

TEST(DocumentEnsemble, OneMemberIsItself) {
  const MethodResults made = ensemble(4, {reading({plain_a, adapted_a}), reading({plain_b, adapted_b})});
  EXPECT_EQ(made.cost.milestone, (std::vector<int>{1, 2}));
  EXPECT_NEAR(made.records[0].main_loss[0], nats(adapted_a, 0, tokens) / tokens, 1e-6);
  EXPECT_NEAR(made.records[1].main_loss[0], nats(adapted_b, 0, tokens) / tokens, 1e-6);
}

TEST(DocumentEnsemble, MembersGiveTheMeanOfTheirProbabilities) {
  Probabilities mean{};
  for (size_t t = 0; t < tokens; ++t) mean[t] = (plain_a[t] + plain_b[t]) / 2;
  const MethodResults made = ensemble(0, {reading({plain_a, adapted_a}), reading({plain_b, adapted_b})});
  for (const Records& records : made.records) {
    EXPECT_NEAR(records.main_loss[1], nats(mean, 0, tokens) / tokens, 1e-6);
    EXPECT_NEAR(records.chunk_nats[2], nats(mean, 0, 3), 1e-5);
    EXPECT_NEAR(records.chunk_nats[3], nats(mean, 3, 2), 1e-5);
    EXPECT_EQ(records.paid_flops[1], 20);
    EXPECT_EQ(records.status[0], Status::ok);
  }
  EXPECT_EQ(made.cost.flops, (std::vector<double>{10, 20}));
}

TEST(DocumentEnsemble, ADivergedMemberIsSaid) {
  Records broken = reading({plain_b, adapted_b});
  broken.status[0] = Status::diverged;
  const MethodResults made = ensemble(4, {reading({plain_a, adapted_a}), broken});
  EXPECT_EQ(made.records[0].status[0], Status::diverged);
}

}  // namespace
}  // namespace ttt
