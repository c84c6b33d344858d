#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "pipeline/methods/registry.h"
#include "pipeline/scores/prediction.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

const std::vector<SourceModel> models = {
    {"a-1", "a", 1, ""}, {"b-1", "b", 1, ""}, {"a-2", "a", 2, ""}, {"b-2", "b", 2, ""}, {"a-3", "a", 3, ""}};
const std::vector<int64_t> label = {1, 0};

/// Two milestones of two samples; `probability[model][sample]` are the source models' at milestone 0.
MethodResults source(const std::vector<std::vector<std::vector<double>>>& probability) {
  MethodResults method;
  method.name = "ttt";
  method.role = Role::adapt;
  method.cost = {{0, 8}, {100, 900}, {1, 9}, {0, 4}, {0, 8}, {0, 32}};
  for (const auto& samples : probability) {
    Records records = empty_records(2, 2, 8, static_cast<int>(samples[0].size()));
    records.sample = {7, 9};
    for (int64_t row = 0; row < 2; ++row) {
      std::vector<float> logits;
      for (const double p : samples[row])
        logits.push_back(static_cast<float>(std::log(p) + 3));  // any offset
      record_prediction(records, row, 0, logits, label[row]);
      record_prediction(records, row, 1, std::vector<float>(logits.size(), 0.5f), label[row]);
    }
    method.records.push_back(records);
  }
  return method;
}

std::vector<std::vector<std::vector<double>>> three_of_a_kind() {
  const std::vector<std::vector<double>> any = {{0.2, 0.8}, {0.5, 0.5}};
  return {{{0.9, 0.1}, {0.6, 0.4}}, any, {{0.3, 0.7}, {0.1, 0.9}}, any, {{0.45, 0.55}, {0.7, 0.3}}};
}

/// The ensemble of the method's source predictions, of models with these labels.
MethodResults ensemble(const Chosen& kind, const MethodResults& from,
                       const std::vector<SourceModel>& of_models) {
  Results results;
  for (const SourceModel& model : of_models) {
    results.model.push_back(model.name);
    results.model_group.push_back(model.group);
  }
  results.label = label;
  results.methods = {from};
  const auto made = kind_of({"deep", kind}).derivation->derive("deep", kind.options, {results, 1, {}});
  EXPECT_EQ(made.size(), 1u);
  return made.at(0);
}

const Chosen by_mean = choose(spec_registry().methods, "ensemble");

double probability_of_label(const Records& records, int64_t row, int m) {
  return std::exp(-records.main_loss[row * records.milestones + m]);
}

TEST(Ensemble, AveragesTheModelsThatFollowItsHeadWithinTheGroup) {
  const auto p = three_of_a_kind();
  auto three = models;
  three.erase(three.begin() + 3);
  three.erase(three.begin() + 1);  // group a alone
  MethodResults from = source({p[0], p[2], p[4]});
  const MethodResults e = ensemble(by_mean, from, three);
  EXPECT_EQ(e.cost.milestone, (std::vector<int32_t>{1, 2, 3}));
  const std::vector<std::vector<double>> of_label = {{0.1, 0.7, 0.55}, {0.6, 0.1, 0.7}};  // [sample][model]
  for (int head = 0; head < 3; ++head) {
    for (int64_t row = 0; row < 2; ++row) {
      double sum = 0;
      for (int m = 0; m < 3; ++m) {
        sum += of_label[row][(head + m) % 3];
        EXPECT_NEAR(probability_of_label(e.records[head], row, m), sum / (m + 1), 1e-6);
      }
    }
  }
}

TEST(Ensemble, NeverMixesGroupsAndStopsAtTheSmallest) {
  const MethodResults e = ensemble(by_mean, source(three_of_a_kind()), models);
  EXPECT_EQ(e.cost.milestone.size(), 2u);
  EXPECT_NE(e.note.find("smallest group"), std::string::npos);
  EXPECT_NEAR(probability_of_label(e.records[1], 0, 1), 0.8, 1e-6) << "b-1 with b-2";
  EXPECT_NEAR(probability_of_label(e.records[4], 0, 1), (0.55 + 0.1) / 2, 1e-6) << "a-3 with a-1";
}

TEST(Ensemble, OfOneIsTheSourceModel) {
  const MethodResults from = source(three_of_a_kind());
  const MethodResults e = ensemble(by_mean, from, models);
  for (size_t model = 0; model < models.size(); ++model) {
    for (int64_t row = 0; row < 2; ++row) {
      EXPECT_EQ(e.records[model].predicted[row * 2], from.records[model].predicted[row * 2]);
      EXPECT_NEAR(e.records[model].entropy[row * 2], from.records[model].entropy[row * 2], 1e-6);
    }
  }
}

TEST(Ensemble, ByMajorityCountsPredictionsAndBreaksTiesByTheMean) {
  const std::vector<std::vector<double>> sure = {{0.99, 0.01}, {0.99, 0.01}},
                                         unsure = {{0.45, 0.55}, {0.45, 0.55}};
  const std::vector<SourceModel> three = {models[0], models[2], models[4]};
  Chosen by_majority = by_mean;
  for (Field& field : by_majority.options.fields())
    if (field.key == "rule") std::get<Choice>(field.target).set(1);
  const MethodResults e = ensemble(by_majority, source({sure, unsure, unsure}), three);
  EXPECT_EQ(e.records[0].predicted[1], 0) << "one vote each: the mean decides";
  EXPECT_EQ(e.records[0].predicted[2], 1) << "two against one, although the mean says 0";
  EXPECT_EQ(e.records[0].correct[2], 1);
}

TEST(Ensemble, CostsOnePlainPredictionAMember) {
  const CostTable cost = ensemble(by_mean, source(three_of_a_kind()), models).cost;
  EXPECT_EQ(cost.flops, (std::vector<double>{100, 200}));
  EXPECT_EQ(cost.forward_passes, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(cost.backward_passes, (std::vector<int64_t>{0, 0}));
}

TEST(Ensemble, WithABadInputHasNoPrediction) {
  MethodResults from = source(three_of_a_kind());
  Records bad = empty_records(2, 2, 8, 2);
  bad.sample = {7, 9};
  bad.status = {Status::bad_input, Status::bad_input};
  from.records[2] = bad;  // a-2
  const MethodResults e = ensemble(by_mean, from, models);
  EXPECT_GE(e.records[0].predicted[0], 0) << "a-1 alone";
  EXPECT_EQ(e.records[0].predicted[1], -1) << "a-1 with a-2";
  EXPECT_EQ(e.records[0].status[0], Status::bad_input);
  EXPECT_GE(e.records[4].predicted[1], 0) << "a-3 with a-1";
}

TEST(Ensemble, NeedsLogitsAndMilestoneZero) {
  MethodResults from = source(three_of_a_kind());
  from.cost.milestone[0] = 1;
  expect_error(ExitCode::data, {"deep", "milestone 0"}, [&] { ensemble(by_mean, from, models); });
  from.cost.milestone[0] = 0;
  for (Records& records : from.records) records = empty_records(2, 2, 8, 0);
  expect_error(ExitCode::data, {"deep", "run.logits = true"}, [&] { ensemble(by_mean, from, models); });
}

}  // namespace
}  // namespace ttt
