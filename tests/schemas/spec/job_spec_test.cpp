#include "schemas/job_spec.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "pipeline/tasks/registry.h"
#include "schemas/error.h"
#include "tests/schemas/spec/spec_files.h"

namespace ttt {
namespace {

/// Every option differs from its default, so a key that is not read or not printed shows.
JobSpec unusual_spec() {
  JobSpec spec;
  spec.name = "job";
  spec.data = {DataSource::cifar10c,      "a \"quoted\" \\ path/ü", 7, 0, {3, {"fog", "snow"}, {1, 4}, true},
               {2, {"frost"}, {2}, false}};
  spec.models = {
      {"zeta.1", resnet({14, {8, 8, 24}, 4, 2, 3, 0.1, 0.3, false, {9007199254740992u, 0}, {}})},
      {"alpha",
       resnet({8, {16, 32, 64}, 8, 1, 0, 0.5, 1.0 / 3.0, true, {}, {"one.safetensors", "two.safetensors"}})}};
  const ViewOptions views{3, PadMode::replicate, false};
  spec.training = {9, 32, 0.05, 0.8, true, 1e-5, Schedule::cosine, {2, 5}, 0.15, 1e-7, false, 0.5, views};
  Chosen ensemble = choose(spec_registry().methods, "ensemble");
  for (Field& field : ensemble.options.fields())
    if (field.key == "rule") std::get<Choice>(field.target).set(1);
  spec.methods = {{"ttt-learning_rate=0.01",
                   {"adapt", AdaptOptions{.task = rotation({Turns::balanced, AuxiliaryLabels::random}),
                                          .subset = "low_rank",
                                          .rank = 2,
                                          .steps = 6,
                                          .views_per_step = 5,
                                          .learning_rate = 0.1 + 0.2,
                                          .optimiser = Optimiser::sgd,
                                          .momentum = 0.3,
                                          .weight_decay = 1e-20,
                                          .milestones = {0, 5},
                                          .adapt_on = AdaptOn::other,
                                          .skip_above = 0.9,
                                          .views = views}}},
                  {"memo",
                   {"adapt", AdaptOptions{.task = choose(task_alternatives(), "entropy"),
                                          .subset = "norm",
                                          .optimiser = Optimiser::adam}}},
                  {"a+b",
                   {"vote", VoteOptions{.rule = choose(vote_alternatives(), "majority"),
                                        .views = 12,
                                        .keep = {"view_logits"},
                                        .view = views}}},
                  {"1", ensemble}};
  spec.run = {
      3,   RunSplit::all, Device::cuda, 1, 16, 64, InstructionSet::avx2, Convolution::direct, Precision::bf16,
      true};
  spec.report = {"A title", "memo", 0.9, 100, 5};
  return spec;
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

TEST(JobSpec, ReadsBackAsItWasPrinted) {
  const JobSpec spec = unusual_spec();
  EXPECT_EQ(read_text(to_toml(spec)), spec) << to_toml(spec);
}

TEST(JobSpec, PrintsTheSameTextAgain) {
  const std::string once = to_toml(read_text(minimal_spec()));
  EXPECT_EQ(to_toml(read_text(once)), once);
}

TEST(JobSpec, PrintsDefaultsToo) {
  EXPECT_NE(to_toml(read_text(minimal_spec())).find("\nepochs = 150\n"), std::string::npos);
}

TEST(JobSpec, TakesDefaultsForWhatIsNotWritten) {
  const JobSpec spec = read_text(minimal_spec());
  EXPECT_EQ(spec.name, "job");
  EXPECT_EQ(spec.training, TrainingOptions{});
  EXPECT_EQ(spec.run, RunOptions{});
  EXPECT_EQ(spec.report, ReportOptions{});
  EXPECT_EQ(spec.models, (std::vector<ModelOptions>{{"m", resnet()}}));
  EXPECT_EQ(spec.methods, (std::vector<MethodOptions>{{"source", {"adapt", AdaptOptions{.steps = 0}}}}));
}

TEST(JobSpec, KeepsModelsAndMethodsInWrittenOrder) {
  const JobSpec spec =
      read_text(minimal_spec("[model.b]\n[model.a]\n[method.b]\nkind = \"vote\"\n"
                             "[method.a.views]\nflip = false\n[method.a]\nkind = \"adapt\"\n"));
  EXPECT_EQ(spec.models[1].name, "b");
  EXPECT_EQ(spec.models[2].name, "a");
  EXPECT_EQ(spec.methods[1].name, "b");
  EXPECT_EQ(spec.methods[2].name, "a");
}

TEST(JobSpec, TakesSeedsAwayFromWeightFiles) {
  const JobSpec spec = read_text(minimal_spec("[model.given]\nweights = [\"x.safetensors\"]\n"));
  EXPECT_TRUE(spec.models[1].family.options.get<ResNetOptions>().seeds.empty());
}

TEST(JobSpec, StageTextsDependOnTheirOwnPartAlone) {
  const JobSpec spec = unusual_spec();
  JobSpec other = spec;
  other.run.seed += 1;
  other.methods.pop_back();
  EXPECT_EQ(to_toml(spec.data), to_toml(other.data));
  EXPECT_EQ(to_toml(spec.models[0]), to_toml(other.models[0]));
  EXPECT_EQ(to_toml(spec.training), to_toml(other.training));
  EXPECT_EQ(to_toml(spec.methods[0]), to_toml(other.methods[0]));
  EXPECT_NE(to_toml(spec), to_toml(other));
}

class ShippedSpec : public testing::TestWithParam<const char*> {};

TEST_P(ShippedSpec, ReadsBackAsItWasPrinted) {
  const JobSpec spec =
      read_job_spec(shipped_specs() / (std::string(GetParam()) + ".toml"), {}, spec_registry());
  JobSpec again = read_text(to_toml(spec));
  again.name = spec.name;
  EXPECT_EQ(again, spec);
}

/// Bytes taken out, doubled and replaced all over a real spec: it reads, or one line says why not.
TEST_P(ShippedSpec, DamagedFailsWithOneLine) {
  const std::string text = text_of(shipped_specs() / (std::string(GetParam()) + ".toml"));
  const std::string replacements =
      "\"=[]{}.#\n\t\\'-\xff\0"
      "9a";
  for (size_t i = 0; i < text.size(); i += 13) {
    std::string damaged = text;
    if (i % 3 == 0) damaged.erase(i, 1 + i % 7);
    if (i % 3 == 1) damaged.insert(i, damaged.substr(i / 2, 1 + i % 11));
    if (i % 3 == 2) damaged[i] = replacements[i % replacements.size()];
    const std::string message = error_of(damaged);
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ShippedSpec, testing::Values("quickstart", "cifar10", "reference"));

TEST(QuickstartSpec, IsTheStudysDefaultJob) {
  const JobSpec spec = read_job_spec(shipped_specs() / "quickstart.toml", {}, spec_registry());
  EXPECT_EQ(spec.data.report.base_images, 50);
  EXPECT_EQ(spec.data.report.shifts.size(), 9u);
  EXPECT_EQ(spec.models.at(0).family.options.get<ResNetOptions>().seeds.size(), 5u);
  for (const MethodOptions& method : spec.methods) {
    const auto* adapt = method.kind.options.get_if<AdaptOptions>();
    EXPECT_TRUE(!adapt || in_streams(*adapt) ||
                adapt->steps * adapt->views_per_step * images_per_lane(*adapt) == 64)
        << method.name << " has its own budget";
  }
}

TEST(ReferenceSpec, IsThePublishedRecipe) {
  const JobSpec spec = read_job_spec(shipped_specs() / "reference.toml", {}, spec_registry());
  EXPECT_EQ(spec.models, (std::vector<ModelOptions>{{"reference", resnet()}}));
  EXPECT_EQ(spec.training, TrainingOptions{});
  EXPECT_EQ(spec.methods, (std::vector<MethodOptions>{{"ttt", {"adapt", AdaptOptions{}}}}));
}

TEST(CifarSpec, HasAtLeastTwoThousandShiftedSamples) {
  const SplitOptions report =
      read_job_spec(shipped_specs() / "cifar10.toml", {}, spec_registry()).data.report;
  EXPECT_EQ(report.shifts.size(), 15u);
  EXPECT_GE(report.base_images * static_cast<int64_t>(report.shifts.size() * report.severities.size()), 2000);
}

}  // namespace
}  // namespace ttt
