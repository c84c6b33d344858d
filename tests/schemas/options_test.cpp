// Rules of the option structs, for callers that build them without a spec.
#include <gtest/gtest.h>

#include <functional>

#include "schemas/data_options.h"
#include "schemas/error.h"
#include "schemas/report_options.h"
#include "schemas/run_options.h"
#include "schemas/training_options.h"

namespace ttt {
namespace {

template <typename Options>
std::string problem(const Options& options) {
  try {
    validate(options);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::spec);
    return error.what();
  }
}

/// The defaults, changed by `change`, break a rule of the option `key`.
template <typename Options>
void expect_refused(const Options& good, const std::string& key,
                    const std::function<void(Options&)>& change) {
  Options bad = good;
  change(bad);
  EXPECT_EQ(problem(good), "");
  EXPECT_TRUE(problem(bad).starts_with(key + ": ")) << key << " gave: " << problem(bad);
}

TEST(TrainingOptions, RulesHold) {
  const TrainingOptions good;
  const auto refused = [&](const char* key, auto change) {
    expect_refused<TrainingOptions>(good, key, change);
  };
  refused("epochs", [](auto& o) { o.epochs = 0; });
  refused("batch", [](auto& o) { o.batch = -1; });
  refused("learning_rate", [](auto& o) { o.learning_rate = 0; });
  refused("nesterov", [](auto& o) { o.nesterov = true, o.momentum = 0; });
  refused("decay_epochs", [](auto& o) { o.decay_epochs = {75, 75}; });
  refused("decay_epochs", [](auto& o) { o.decay_epochs = {75, 151}; });
  refused("final_rate", [](auto& o) { o.schedule = Schedule::cosine, o.final_rate = 1; });
  refused("warmup", [](auto& o) { o.warmup = 1; });
  refused("views.padding", [](auto& o) { o.views.padding = -1; });
}

TEST(DataOptions, RulesHold) {
  const DataOptions good{.report = {.base_images = 1, .clean = true}, .tune = {}};
  const auto refused = [&](const char* key, auto change) { expect_refused<DataOptions>(good, key, change); };
  refused("path", [](auto& o) { o.source = DataSource::images; });
  refused("path", [](auto& o) { o.path = "somewhere"; });
  refused("report", [](auto& o) { o.report = {}; });
  refused("report.severities", [](auto& o) { o.report.severities = {0}; });
  refused("report.severities", [](auto& o) { o.report.shifts = {"fog"}, o.report.severities = {}; });
  refused("report.severities", [](auto& o) { o.report.severities = {1, 1}; });
  refused("tune.base_images", [](auto& o) { o.tune.shifts = {"fog"}; });
  refused("tune.shifts", [](auto& o) { o.tune.base_images = 1; });
  refused("tune.shifts", [](auto& o) { o.tune = {.base_images = 1, .shifts = {"fog", "snow", "fog"}}; });
  refused("report", [](auto& o) { o.source = DataSource::testset, o.path = "x.h5"; });
}

TEST(DataOptions, OwnTestSetNeedsNoSplits) {
  EXPECT_EQ(problem(DataOptions{.source = DataSource::testset, .path = "x.h5", .report = {}, .tune = {}}),
            "");
}

TEST(RunOptions, RulesHold) {
  const auto refused = [](const char* key, auto change) { expect_refused<RunOptions>({}, key, change); };
  refused("threads", [](auto& o) { o.threads = 0; });
  refused("threads", [](auto& o) { o.threads = 2, o.device = Device::cuda; });
  refused("precision", [](auto& o) { o.precision = Precision::float64, o.device = Device::cuda; });
  refused("lanes", [](auto& o) { o.lanes = -1; });
  refused("block", [](auto& o) { o.block = -1; });
  refused("seed", [](auto& o) { o.seed = UINT64_MAX; });
}

TEST(ReportOptions, RulesHold) {
  const auto refused = [](const char* key, auto change) { expect_refused<ReportOptions>({}, key, change); };
  refused("confidence", [](auto& o) { o.confidence = 1; });
  refused("bootstrap", [](auto& o) { o.bootstrap = 0; });
  refused("title", [](auto& o) { o.title = "a\nb"; });
}

}  // namespace
}  // namespace ttt
