#include "pipeline/memory/memory_results.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/pipeline/memory/stored_points.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

constexpr Order orders[] = {Order::shift, Order::blocked, Order::mixed, Order::by_class};
constexpr std::string_view rules[] = {"t3a", "cache", "lame", "knn"};

std::vector<float> answer_of(const MethodResults& method, size_t model, int64_t row) {
  return row_of(method.records[model].logits, row, point_classes);
}

TEST(Memory, GivesNoAnswerThatDependsOnLaterSamplesOfTheStream) {
  const StoredPoints points(30);
  for (const Order order : orders) {
    for (const std::string_view rule : rules) {
      const MemoryOptions options = memory_with(rule, {{"window", 8}, {"keep", 2}}, order);
      const MethodResults whole = replayed(points, options);
      const std::vector<int64_t> stream = streams_in(points, order).back();
      for (const size_t cut : {size_t{1}, size_t{7}, stream.size() - 1}) {
        const std::vector<int64_t> seen(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(cut));
        const MethodResults part = replayed(only(points, seen), options);
        for (size_t i = 0; i < cut; ++i) {
          EXPECT_EQ(answer_of(part, 1, static_cast<int64_t>(i)), answer_of(whole, 1, seen[i]))
              << rule << " " << name(order) << " " << i << " of " << cut;
        }
      }
    }
  }
}

TEST(Memory, ChangesSomePredictionsByEveryRule) {
  const StoredPoints points(40);
  for (const std::string_view rule : rules) {
    const Records with = replayed(points, memory_with(rule)).records[0];
    int changed = 0;
    for (int64_t row = 0; row < with.samples; ++row)
      changed += with.predicted[row] != points.records(0).predicted[row * 2];
    EXPECT_GT(changed, 0) << rule;
  }
}

TEST(Memory, OfNoWeightIsTheSourceModel) {
  const StoredPoints points(20);
  const std::vector<MemoryOptions> weightless = {
      memory_with("cache", {{"alpha", 0}, {"negative_alpha", 0}}), memory_with("lame", {{"lambda", 0}}),
      memory_with("lame", {{"window", 1}}), memory_with("knn", {{"weight", 0}})};
  for (const MemoryOptions& options : weightless) {
    const MethodResults method = replayed(points, options);
    for (int64_t row = 0; row < points.records(0).samples; ++row) {
      const std::vector<float> two_milestones = row_of(points.records(0).logits, row, 2 * point_classes);
      EXPECT_EQ(answer_of(method, 0, row), row_of(two_milestones, 0, point_classes)) << options.rule.name;
    }
  }
}

TEST(Memory, ReadsNoLabelButThroughTheOrderByClass) {
  const StoredPoints points(30);
  StoredPoints poisoned = points;
  for (int64_t& label : poisoned.results.label) label = 9 - label;
  for (size_t model = 0; model < 2; ++model) {
    Records& records = poisoned.records(model);
    for (uint8_t& correct : records.correct) correct = 1 - correct;
    std::ranges::fill(records.main_loss, -1.0F);
  }
  for (const Order order : {Order::shift, Order::blocked, Order::mixed}) {
    for (const std::string_view rule : rules) {
      const MethodResults clean = replayed(points, memory_with(rule, {}, order));
      const MethodResults dirty = replayed(poisoned, memory_with(rule, {}, order));
      EXPECT_EQ(dirty.records[0].logits, clean.records[0].logits) << rule;
      EXPECT_EQ(dirty.records[1].predicted, clean.records[1].predicted) << rule;
    }
  }
}

TEST(Memory, AnswersTheSameWhateverTheOrderOfTheRows) {
  const StoredPoints points(20);
  std::vector<int64_t> backwards(points.results.sample.size());
  std::iota(backwards.rbegin(), backwards.rend(), int64_t{0});
  const StoredPoints reversed = only(points, backwards);
  for (const std::string_view rule : rules) {
    const MethodResults a = replayed(points, memory_with(rule)), b = replayed(reversed, memory_with(rule));
    for (size_t row = 0; row < backwards.size(); ++row)
      EXPECT_EQ(answer_of(b, 0, static_cast<int64_t>(row)), answer_of(a, 0, backwards[row])) << rule;
  }
}

TEST(Memory, PassesOverRowsWithoutFeaturesOrLogits) {
  const StoredPoints points(20);
  StoredPoints broken = points;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (size_t model = 0; model < 2; ++model) {
    Records& records = broken.records(model);
    records.features[4 * point_features + 1] = nan;
    records.status[4] = Status::missing;
    records.logits[static_cast<size_t>(11) * 2 * point_classes] = std::numeric_limits<float>::infinity();
    records.status[11] = Status::bad_input;
  }
  std::vector<int64_t> rest;
  for (int64_t row = 0; row < points.records(0).samples; ++row)
    if (row != 4 && row != 11) rest.push_back(row);
  for (const std::string_view rule : rules) {
    const MethodResults method = replayed(broken, memory_with(rule));
    const MethodResults without = replayed(only(points, rest), memory_with(rule));
    EXPECT_EQ(method.records[0].predicted[4], -1);
    EXPECT_EQ(method.records[0].status[4], Status::missing);
    EXPECT_EQ(method.records[0].status[11], Status::bad_input);
    for (size_t i = 0; i < rest.size(); ++i)
      EXPECT_EQ(answer_of(method, 0, rest[i]), answer_of(without, 0, static_cast<int64_t>(i))) << rule;
  }
}

TEST(Memory, ForgetsBetweenStreams) {
  const StoredPoints points(20);
  for (const std::string_view rule : rules) {
    const MethodResults whole = replayed(points, memory_with(rule));
    for (const std::vector<int64_t>& stream : streams_in(points, Order::shift)) {
      const MethodResults alone = replayed(only(points, stream), memory_with(rule));
      for (size_t i = 0; i < stream.size(); ++i)
        EXPECT_EQ(answer_of(alone, 0, static_cast<int64_t>(i)), answer_of(whole, 0, stream[i])) << rule;
    }
  }
}

TEST(Memory, StatesItsRoleItsOrderAndOnePrediction) {
  const StoredPoints points(5);
  const MethodResults method = replayed(points, memory_with("lame", {}, Order::mixed));
  EXPECT_EQ(method.name, "m");
  EXPECT_EQ(method.kind, "memory");
  EXPECT_EQ(method.role, Role::memory);
  EXPECT_NE(method.note.find("\"mixed\""), std::string::npos) << method.note;
  EXPECT_NE(method.note.find("independence"), std::string::npos) << method.note;
  EXPECT_EQ(method.cost.milestone, std::vector<int32_t>{1});
  EXPECT_EQ(method.cost.flops, std::vector<double>{static_cast<double>(points.results.forward_flops)});
  EXPECT_EQ(method.cost.forward_passes, std::vector<int64_t>{1});
}

TEST(Memory, PaysForEveryRememberedVectorThatIsRead) {
  StoredPoints points(20);
  const double forward = static_cast<double>(points.results.forward_flops);
  const MethodResults lame = replayed(points, memory_with("lame", {{"window", 6}}));
  const MethodResults knn = replayed(points, memory_with("knn"));
  for (const std::vector<int64_t>& stream : streams_in(points, Order::shift)) {
    for (size_t i = 0; i < stream.size(); ++i) {
      const double one = 2.0 * point_features;
      EXPECT_EQ(lame.records[0].paid_flops[stream[i]],
                forward + one * static_cast<double>(std::min<size_t>(i, 5)));
      EXPECT_EQ(knn.records[0].paid_flops[stream[i]], forward + one * static_cast<double>(i));
    }
  }
}

TEST(Memory, ReadsTheFirstMethodThatKeepsFeaturesOrTheNamedOne) {
  StoredPoints points(10);
  const MethodResults expected = replayed(points, memory_with("knn"));
  points.results.methods.insert(points.results.methods.begin(),
                                blank_method(points.results, "plain", "adapt", {0}, {1}));
  EXPECT_EQ(replayed(points, memory_with("knn")).records, expected.records);
  MemoryOptions named = memory_with("knn");
  named.from = "ttt";
  EXPECT_EQ(replayed(points, named).records, expected.records);
  named.from = "plain";
  expect_error(ExitCode::data, {"memory m", "plain", "features"}, [&] { replayed(points, named); });
  named.from = "other";
  expect_error(ExitCode::data, {"memory m", "other", "no such method"}, [&] { replayed(points, named); });
}

TEST(Memory, NeedsFeaturesLogitsAndMilestoneZero) {
  StoredPoints points(10);
  StoredPoints without = points;
  without.records(1).features.clear();
  expect_error(ExitCode::data, {"memory m", "no method keeps features"},
               [&] { replayed(without, memory_with("knn")); });
  without = points;
  without.results.methods[0].cost.milestone[0] = 1;
  expect_error(ExitCode::data, {"memory m", "ttt", "milestone 0"},
               [&] { replayed(without, memory_with("knn")); });
  without = points;
  without.records(0).classes = 0;
  expect_error(ExitCode::data, {"memory m", "run.logits = true"},
               [&] { replayed(without, memory_with("knn")); });
}

TEST(Memory, PassesOverAStreamWhoseLogitsAreNotTheSourceModels) {
  StoredPoints points(5);
  MethodResults online = points.results.methods[0];
  online.name = "online";
  online.role = Role::online;
  for (Records& records : online.records) std::ranges::fill(records.logits, 0.0F);
  const MethodResults alone = replayed(points, memory_with("knn"));
  points.results.methods.insert(points.results.methods.begin(), online);
  EXPECT_EQ(replayed(points, memory_with("knn")).records[0].predicted, alone.records[0].predicted);
}

TEST(Memory, RefusesAFinalLinearThatDoesNotFit) {
  StoredPoints points(40);
  const MemoryClassifier linears = points.linears;
  points.linears = {linears[0]};
  expect_error(ExitCode::data, {"memory m", "1 models are given for 2"},
               [&] { replayed(points, memory_with("t3a")); });
  points.linears = linears;
  points.linears[1].bias.pop_back();
  expect_error(ExitCode::data, {"memory m", "9 biases", "10 classes"},
               [&] { replayed(points, memory_with("t3a")); });
}

TEST(MemoryOptions, ShowTheKeysOfTheChosenRuleAmongTheirOwn) {
  MemoryOptions options = memory_with("lame");
  EXPECT_EQ(keys(fields(options)),
            (std::vector<std::string_view>{"from", "rule", "neighbours", "window", "lambda", "order"}));
}

TEST(MemoryOptions, RefuseBoundsThatAreUpsideDown) {
  for (const std::string_view key : {"least_entropy", "least_probability"})
    expect_error(ExitCode::spec, {std::string(key), "not below"}, [&] { memory_with("cache", {{key, 1}}); });
}

}  // namespace
}  // namespace ttt
