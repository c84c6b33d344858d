#include "pipeline/results/aggregate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/scores/prediction.h"
#include "schemas/files/segment.h"
#include "tests/schemas/examples.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

constexpr int classes = 3;

TestSet test_set() {
  TestSet set = example_test_set();
  for (int64_t i = 0; i < set.samples; ++i) set.label[i] = i % classes;
  return set;
}

/// Logits of a model for a sample: any function of both will do.
std::vector<float> logits_of(int model, int64_t sample) {
  std::vector<float> z;
  for (int c = 0; c < classes; ++c)
    z.push_back(static_cast<float>(std::sin(7.0 * model + 3.0 * double(sample) + 5.0 * c)));
  return z;
}

PlannedMethod planned(const std::string& name, const std::string& kind, Role role, const std::string& note) {
  PlannedMethod method;
  method.facts.name = name;
  method.facts.kind = kind;
  method.facts.role = role;
  method.facts.spec = "kind = " + kind;
  method.facts.milestone_meaning = kind == "vote" ? "views" : "gradient steps";
  method.facts.note = note;
  return method;
}

/// A derived method: the records of the first one, and a control beside it.
std::vector<MethodResults> doubled_first(const Results& measured) {
  if (measured.methods.empty() || measured.methods.front().name != "ttt") return {};
  MethodResults method, control;
  method.name = "deep";
  control.name = "deep+random";
  control.role = Role::control;
  method.records = control.records = measured.methods.front().records;
  method.cost = control.cost = measured.methods.front().cost;
  return {method, control};
}

/// Two models, an adapt method (milestones 0, 1, 2, 4 of 4 steps), a vote and an ensemble, in blocks of
/// `block`.
AggregatePlan plan_in(const std::filesystem::path& dir, int64_t block = 2) {
  AggregatePlan plan;
  plan.dir = dir;
  plan.models = {{"joint-1", "joint", 1, ""}, {"joint-2", "joint", 2, ""}};
  plan.methods = {planned("ttt", "adapt", Role::adapt, ""),
                  planned("tta", "vote", Role::vote, "views ran out"),
                  planned("deep", "ensemble", Role::ensemble, "")};
  plan.methods[2].derive = doubled_first;
  plan.methods[2].reads = [](const Results&) { return std::vector<std::string>{"ttt"}; };
  plan.spec = "everything";
  for (int method = 0; method < 2; ++method) {
    for (const SourceModel& model : plan.models) {
      for (int64_t first = 3; first < 12; first += block) {
        std::vector<int64_t> samples;
        for (int64_t i = first; i < std::min<int64_t>(first + block, 12); ++i) samples.push_back(i);
        RunUnit unit{{plan.methods[method].facts.name, {}}, model, (first - 3) / block, samples, {}};
        unit.fingerprint = {{"method", plan.methods[method].facts.spec},
                            {"model", "digest of " + model.name},
                            {"code", "0.1.0"}};
        plan.units.push_back(unit);
      }
    }
  }
  return plan;
}

std::filesystem::path path_of(const AggregatePlan& plan, const RunUnit& unit) {
  return segment_file(plan.dir, unit);
}

Segment segment_of(const RunUnit& unit, const TestSet& set) {
  const bool adapts = unit.method.name == "ttt";
  const int model = unit.model.name == "joint-1" ? 0 : 1;
  Segment segment{unit.method.name, unit.model.name, unit.block, unit.fingerprint, example_cost(4), {}};
  Records& records = segment.records =
      empty_records(static_cast<int64_t>(unit.samples.size()), 4, adapts ? 4 : 0, classes);
  records.sample = unit.samples.to_vector();
  for (int64_t i = 0; i < records.samples; ++i) {
    const int64_t id = unit.samples[i];
    for (int m = 0; m < 4; ++m)
      record_prediction(records, i, m, logits_of(model + 10 * m, id), set.label[id]);
    records.steps_taken[i] = static_cast<int32_t>(id);
  }
  return segment;
}

void run(const AggregatePlan& plan, const TestSet& set) {
  for (const RunUnit& unit : plan.units) write_segment(path_of(plan, unit), segment_of(unit, set));
}

/// What is published, read back.
Results aggregated(const AggregatePlan& plan, const TestSet& set) {
  const auto file = plan.dir / "results.h5";
  aggregate(plan, set, file);
  return read_results(file);
}

/// The same joined in memory: every row of every unit, one by one, and written at once.
Results joined(const AggregatePlan& plan, const TestSet& set) {
  Results results = aggregated(plan, set);
  for (int method = 0; method < 2; ++method)
    for (size_t model = 0; model < plan.models.size(); ++model) {
      Records& records = results.methods[method].records[model];
      records = empty_like(records, static_cast<int64_t>(results.sample.size()));
      for (const RunUnit& unit : plan.units) {
        if (unit.method.name != results.methods[method].name || unit.model.name != results.model[model])
          continue;
        const Segment segment = segment_of(unit, set);
        for (int64_t i = 0; i < segment.records.samples; ++i)
          copy_row(records, unit.samples[i] - results.sample.front(), segment.records, i);
      }
    }
  results.methods[2].records = results.methods[3].records = results.methods[0].records;
  return results;
}

TEST(Aggregate, PutsEveryRecordInItsPlace) {
  const Scratch scratch;
  const TestSet set = test_set();
  const AggregatePlan plan = plan_in(scratch.path());
  run(plan, set);
  const Results results = aggregated(plan, set);
  EXPECT_EQ(results.sample, (std::vector<int64_t>{3, 4, 5, 6, 7, 8, 9, 10, 11}));
  EXPECT_EQ(results.model, (std::vector<std::string>{"joint-1", "joint-2"}));
  ASSERT_EQ(results.methods.size(), 4u);
  EXPECT_FALSE(results.partial);
  for (int method = 0; method < 2; ++method) {
    for (int model = 0; model < 2; ++model) {
      RunUnit all{{plan.methods[method].facts.name, {}}, plan.models[model], 0, results.sample, {}};
      EXPECT_TRUE(same(results.methods[method].records[model], segment_of(all, set).records));
    }
  }
  EXPECT_EQ(results.methods[1].note, "views ran out");
  EXPECT_EQ(results.methods[1].milestone_meaning, "views");
  EXPECT_EQ(results.methods[2].name, "deep");
  EXPECT_EQ(results.methods[2].role, Role::ensemble);
  EXPECT_EQ(results.methods[3].name, "deep+random");
  EXPECT_EQ(results.methods[3].role, Role::control);
  EXPECT_EQ(results.methods[3].kind, "ensemble");
  EXPECT_EQ(results.label[0], set.label[3]);
}

TEST(Aggregate, GivesTheSameBytesForAnyBlockSize) {
  const Scratch scratch;
  const TestSet set = test_set();
  for (const int64_t block : {1, 4, 100}) {
    const AggregatePlan plan = plan_in(scratch / std::to_string(block), block);
    run(plan, set);
    aggregate(plan, set, scratch / fmt::format("{}.h5", block));
  }
  EXPECT_EQ(bytes_of(scratch / "1.h5"), bytes_of(scratch / "4.h5"));
  EXPECT_EQ(bytes_of(scratch / "1.h5"), bytes_of(scratch / "100.h5"));
}

/// Units whose samples are scattered over all rows, as those of streams are.
void scatter(AggregatePlan& plan) {
  std::erase_if(plan.units, [](const RunUnit& unit) { return unit.block > 1; });
  for (RunUnit& unit : plan.units)
    unit.samples = unit.block == 0 ? std::vector<int64_t>{11, 4, 3, 8} : std::vector<int64_t>{7, 5, 9, 10, 6};
}

TEST(Aggregate, InPartsOfAnySizeGivesTheBytesOfEverythingAtOnce) {
  const TestSet set = test_set();
  for (const bool scattered : {false, true}) {
    for (const int64_t part_bytes : {int64_t{1}, int64_t{700}, int64_t{1500}, int64_t{1} << 28}) {
      const Scratch scratch;
      AggregatePlan plan = plan_in(scratch.path());
      if (scattered) scatter(plan);
      plan.part_bytes = part_bytes;
      run(plan, set);
      aggregate(plan, set, scratch / "parts.h5");
      write_results(scratch / "whole.h5", joined(plan, set));
      EXPECT_EQ(bytes_of(scratch / "parts.h5"), bytes_of(scratch / "whole.h5"))
          << part_bytes << (scattered ? " scattered" : "");
    }
  }
}

TEST(Aggregate, PutsADerivedMethodBeforeTheOneItReads) {
  const Scratch scratch;
  AggregatePlan plan = plan_in(scratch.path());
  std::rotate(plan.methods.begin(), plan.methods.begin() + 2, plan.methods.end());
  run(plan, test_set());
  const Results results = aggregated(plan, test_set());
  ASSERT_EQ(results.methods.size(), 4u);
  EXPECT_EQ(results.methods[0].name, "deep");
  EXPECT_EQ(results.methods[2].name, "ttt");
  EXPECT_TRUE(same(results.methods[0].records[1], results.methods[2].records[1]));
}

TEST(Aggregate, GivesADerivedMethodTheRecordsOfWhatItReadsAlone) {
  const Scratch scratch;
  AggregatePlan plan = plan_in(scratch.path());
  std::vector<int64_t> rows;
  plan.methods[2].derive = [&](const Results& measured) {
    for (const MethodResults& method : measured.methods) rows.push_back(method.records[1].samples);
    return doubled_first(measured);
  };
  run(plan, test_set());
  aggregate(plan, test_set(), scratch / "results.h5");
  EXPECT_EQ(rows, (std::vector<int64_t>{9, 1}));
}

TEST(Aggregate, LeavesNothingBehindWhenItRefuses) {
  const Scratch scratch;
  const AggregatePlan plan = plan_in(scratch.path());
  run(plan, test_set());
  put_bytes(path_of(plan, plan.units.back()), "junk");
  expect_error(ExitCode::data, {"1 corrupt"},
               [&] { aggregate(plan, test_set(), scratch / "out/results.h5"); });
  EXPECT_TRUE(std::filesystem::is_empty(scratch / "out"));
}

TEST(Aggregate, RecordsVersionsAndModelDigests) {
  const Scratch scratch;
  const AggregatePlan plan = plan_in(scratch.path());
  run(plan, test_set());
  const std::map<std::string, std::string> expected = {
      {"code", "0.1.0"}, {"model joint-1", "digest of joint-1"}, {"model joint-2", "digest of joint-2"}};
  EXPECT_EQ(aggregated(plan, test_set()).provenance, expected);
}

/// A way to spoil a complete run, and what the one-line refusal must say.
struct Damage {
  const char* name;
  std::vector<std::string> says;
  std::function<void(const AggregatePlan&)> inflict;
};

void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

Segment changed(const AggregatePlan& plan, size_t unit) {
  return read_segment(path_of(plan, plan.units[unit]));
}

class AggregateRefuses : public testing::TestWithParam<Damage> {};

TEST_P(AggregateRefuses, AndNamesTheSegment) {
  const Scratch scratch;
  const AggregatePlan plan = plan_in(scratch.path());
  run(plan, test_set());
  GetParam().inflict(plan);
  expect_error(ExitCode::data, GetParam().says, [&] { aggregated(plan, test_set()); });
}

const Damage damages[] = {
    {"missing",
     {"2 missing", "ttt/joint-1/0-", "tta/joint-2/4-", "--partial"},
     [](const AggregatePlan& plan) {
       std::filesystem::remove(path_of(plan, plan.units.front()));
       std::filesystem::remove(path_of(plan, plan.units.back()));
     }},
    {"copied",
     {"1 doubled", "ttt/joint-1/1-", "(a copy of ttt/joint-1/0)"},
     [](const AggregatePlan& plan) {
       std::filesystem::copy_file(path_of(plan, plan.units[0]), path_of(plan, plan.units[1]),
                                  std::filesystem::copy_options::overwrite_existing);
     }},
    {"foreign",
     {"1 foreign", "ttt/joint-1/2-", "code: here 0.1.0, there 0.0.9"},
     [](const AggregatePlan& plan) {
       Segment segment = changed(plan, 2);
       segment.fingerprint["code"] = "0.0.9";
       write_segment(path_of(plan, plan.units[2]), segment);
     }},
    {"flipped",
     {"1 corrupt", "ttt/joint-1/3-", "seal"},
     [](const AggregatePlan& plan) {
       std::string bytes = bytes_of(path_of(plan, plan.units[3]));
       bytes[bytes.size() / 2] ^= 1;
       put_bytes(path_of(plan, plan.units[3]), bytes);
     }},
    {"other samples",
     {"1 corrupt", "ttt/joint-1/1-", "other samples"},
     [](const AggregatePlan& plan) {
       Segment segment = changed(plan, 1);
       segment.records.sample[0] = 0;
       write_segment(path_of(plan, plan.units[1]), segment);
     }},
    {"wrong correctness",
     {"1 corrupt", "sample 6 is marked wrongly"},
     [](const AggregatePlan& plan) {
       Segment segment = changed(plan, 1);
       segment.records.correct[5] ^= 1;
       write_segment(path_of(plan, plan.units[1]), segment);
     }},
    {"other costs",
     {"1 corrupt", "ttt/joint-2/0-", "architecture"},
     [](const AggregatePlan& plan) {
       Segment segment = changed(plan, 5);
       segment.cost.flops[1] += 1;
       write_segment(path_of(plan, plan.units[5]), segment);
     }},
    {"everything at once",
     {"1 missing", "1 doubled", "1 corrupt"},
     [](const AggregatePlan& plan) {
       std::filesystem::remove(path_of(plan, plan.units[7]));
       put_bytes(path_of(plan, plan.units[8]), "");
       std::filesystem::copy_file(path_of(plan, plan.units[0]), path_of(plan, plan.units[1]),
                                  std::filesystem::copy_options::overwrite_existing);
     }},
};
INSTANTIATE_TEST_SUITE_P(All, AggregateRefuses, testing::ValuesIn(damages));

TEST(Aggregate, RefusesUnitsThatShareASample) {
  const Scratch scratch;
  AggregatePlan plan = plan_in(scratch.path());
  plan.units[1].samples = std::vector<int64_t>{plan.units[0].samples[0], plan.units[1].samples[1]};
  run(plan, test_set());
  expect_error(ExitCode::data, {"doubled", "ttt/joint-1: sample 3 is in two units"},
               [&] { aggregated(plan, test_set()); });
}

TEST(Aggregate, IgnoresSegmentsThatNoUnitAsksFor) {
  const Scratch scratch;
  const AggregatePlan plan = plan_in(scratch.path());
  run(plan, test_set());
  std::filesystem::create_directories(scratch / "segments/old/joint-1");
  put_bytes(scratch / "segments/old/joint-1/0.h5", "junk");
  put_bytes(scratch / "segments/ttt/joint-1/0.h5.123-abc.part", "junk");
  EXPECT_NO_THROW(aggregated(plan, test_set()));
}

TEST(Aggregate, OfAPartialRunLabelsItAndLeavesRowsOut) {
  const Scratch scratch;
  AggregatePlan plan = plan_in(scratch.path());
  plan.partial = true;
  run(plan, test_set());
  std::filesystem::remove(path_of(plan, plan.units[0]));  // ttt, joint-1, samples 3 and 4
  std::filesystem::remove_all(scratch / "segments/tta");
  const Results results = aggregated(plan, test_set());
  EXPECT_TRUE(results.partial);
  ASSERT_EQ(results.methods.size(), 3u);
  EXPECT_EQ(results.methods[1].name, "deep");
  const Records& records = results.methods[0].records[0];
  EXPECT_EQ(records.predicted[1 * 4], -1);
  EXPECT_GE(records.predicted[2 * 4], 0);
  EXPECT_EQ(records.status[1], Status::missing);
  EXPECT_EQ(records.status[2], Status::ok);
  EXPECT_EQ(results.methods[1].records[0].status[1], Status::missing) << "derived of the same rows";
}

TEST(Aggregate, OfAPartialRunStillRefusesCorruptSegments) {
  const Scratch scratch;
  AggregatePlan plan = plan_in(scratch.path());
  plan.partial = true;
  run(plan, test_set());
  put_bytes(path_of(plan, plan.units[3]), "junk");
  expect_error(ExitCode::data, {"1 corrupt"}, [&] { aggregated(plan, test_set()); });
}

TEST(Aggregate, OfAPartialRunThatIsCompleteIsNotLabelled) {
  const Scratch scratch;
  AggregatePlan plan = plan_in(scratch.path());
  plan.partial = true;
  run(plan, test_set());
  EXPECT_FALSE(aggregated(plan, test_set()).partial);
}

}  // namespace
}  // namespace ttt
