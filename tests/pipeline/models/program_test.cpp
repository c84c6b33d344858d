#include "pipeline/models/program.h"

#include <unistd.h>

#include <filesystem>
#include <set>

#include "kernels/lanes/threads.h"
#include "kernels/torch.h"
#include "pipeline/methods/vote_options.h"
#include "pipeline/models/program_draws.h"
#include "schemas/error.h"
#include "tests/pipeline/methods/small_episodes.h"
#include "tests/pipeline/models/tiny_program.h"

namespace ttt {
namespace {

/// A small ResNet on lane operations, and the same network as a program.
struct ProgramTest : SmallEpisodes {
  std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / ("tiny_" + std::to_string(getpid()) + ".program");
  SourceNetwork program;

  void SetUp() override {
    make_predictions_surer();
    resnet_program(architecture, weights).write(file);
    program = as_program(Precision::float32);
  }
  void TearDown() override { std::filesystem::remove(file); }

  SourceNetwork as_program(Precision precision) const {
    RunOptions run;
    run.precision = precision;
    return program_of("tiny", file, input_form(set), run)->example();
  }
  Records run_program(const AdaptOptions& o, const SourceNetwork& from, const Samples& s) const {
    return evaluate_lanes({"adapt", o}, from, s, seed);
  }
  static AdaptOptions steps_of(const Chosen& task, const std::string& subset) {
    return {.task = task,
            .subset = subset,
            .steps = 3,
            .views_per_step = 5,
            .learning_rate = 0.05,
            .milestones = {0, 1, 3}};
  }
};

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  EXPECT_EQ(a.size(), b.size());
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(double{a[i]} - b[i]));
  return most;
}

TEST_F(ProgramTest, PredictsWhatTheSameNetworkPredictsOnLanes) {
  const at::NoGradGuard no_grad;
  for (const bool twice : {false, true}) {
    if (twice) use_double();
    const SourceNetwork same = twice ? program.in_float64() : program;
    const at::Tensor x = plain_tensor(source.images(), samples.image);
    const auto logits_of = [&](const SourceNetwork& s) {
      return s.images().logits(s.lanes(x.size(0)), x, Part::main);
    };
    EXPECT_LT((logits_of(same) - logits_of(source)).abs().max().item<double>(), twice ? 1e-12 : 1e-4);
    const auto features_of = [&](const SourceNetwork& s) {
      return s.images().pooled_features(s.lanes(x.size(0)), x);
    };
    EXPECT_LT((features_of(same) - features_of(source)).abs().max().item<double>(), twice ? 1e-12 : 1e-4);
  }
}

/// Losses of this program on a program's logits, and a program's own loss with turns that are drawn alike.
TEST_F(ProgramTest, AdaptsAsTheSameNetworkOnLanes) {
  use_double();
  const SourceNetwork exact = as_program(Precision::float64);
  const Chosen own = chosen_task("program"), rotated = rotation();
  Chosen named = own;
  std::get<std::string*>(named.options.fields().front().target)->assign("rotation");
  for (const char* subset : {"all", "norm"})
    for (const auto& [ours, theirs] :
         {std::pair(chosen_task("entropy"), chosen_task("entropy")),
          std::pair(chosen_task("eata", {{"margin", 1.0}}), chosen_task("eata", {{"margin", 1.0}})),
          std::pair(rotated, named)}) {
      const Records a = run(steps_of(ours, subset)),
                    b = run_program(steps_of(theirs, subset), exact, samples);
      EXPECT_LT(largest_difference(a.aux_loss, b.aux_loss), 1e-6) << ours.name << ' ' << subset;
      EXPECT_LT(largest_difference(a.logits, b.logits), 1e-6) << ours.name << ' ' << subset;
      EXPECT_EQ(a.predicted, b.predicted);
      EXPECT_GT(b.update_norm[0], 0);
    }
}

/// As with BatchNorm by statistics of the views: logits lose half of their mean over the views of a pass.
TEST_F(ProgramTest, ViewsThatItCouplesVoteOneByOne) {
  TinyProgram coupled = resnet_program(architecture, weights);
  nlohmann::json& graph = coupled.text["functions"]["predict"]["graph"];
  const nlohmann::json logits = {{"slot", graph["outputs"][0]}};
  const int mean = static_cast<int>(graph["slots"].size());
  const auto call = [&](const std::string& op, const std::string& overload, const nlohmann::json& arguments) {
    graph["nodes"].push_back({{"op", op},
                              {"overload", overload},
                              {"args", arguments},
                              {"out", {graph["slots"].size()}},
                              {"line", "m.py:2"}});
    graph["slots"].push_back(nullptr);
  };
  call("aten::mean", "dim", {logits, {0}, true, nullptr});
  call("aten::sub", "Tensor", {logits, {{"slot", mean}}, 0.5});
  graph["outputs"][0] = mean + 1;
  coupled.text["statistics"] = "views";
  coupled.write(file);
  const SourceNetwork model = as_program(Precision::float32);
  const VoteOptions four{.views = 4, .view = {.padding = 1, .flip = false}};
  const Records vote = evaluate_lanes({"vote", four}, model, samples, seed);
  const Records plain =
      run_program({.task = chosen_task("entropy"), .steps = 0, .milestones = {}}, model, samples);
  for (int64_t k = 0; k < std::ssize(samples.id); ++k)
    EXPECT_EQ(vote.main_loss[k * vote.milestones], plain.main_loss[k]);
}

TEST_F(ProgramTest, GivesTheSameBytesForAnyLanesAndThreads) {
  Chosen noise = chosen_task("program");
  std::get<std::string*>(noise.options.fields().front().target)->assign("noise");
  AdaptOptions o = steps_of(noise, "all");
  o.keep = {"probe_loss", "gradients", "features"};
  for (const int neighbours : {0, 2}) {
    o.adapt_on = neighbours > 0 ? AdaptOn::neighbours : AdaptOn::own;
    Samples with = samples;
    if (neighbours > 0)
      for (size_t k = 0; k < with.id.size(); ++k) {
        const size_t a = (k + 1) % with.id.size(), b = (k + 2) % with.id.size();
        with.neighbours.push_back({{with.id[a], with.image[a]}, {with.id[b], with.image[b]}});
      }
    const Records all = run_program(o, program, with);
    lanes::use_threads(3);
    const Records on_threads = run_program(o, program, with);
    lanes::use_threads(1);
    EXPECT_EQ(all.logits, on_threads.logits);
    EXPECT_EQ(all.grad_dot, on_threads.grad_dot);
    for (size_t k = 0; k < with.id.size(); ++k) {
      const Records one = run_program(o, program, slice(with, k, 1));
      const auto same = [&](std::vector<float> Records::*column) {
        const std::vector<float>&part = one.*column, &whole = all.*column;
        EXPECT_EQ(part,
                  std::vector<float>(whole.begin() + static_cast<std::ptrdiff_t>(k * part.size()),
                                     whole.begin() + static_cast<std::ptrdiff_t>((k + 1) * part.size())));
      };
      for (const auto column : {&Records::logits, &Records::aux_loss, &Records::update_norm,
                                &Records::probe_loss, &Records::grad_cos, &Records::features})
        same(column);
    }
  }
}

TEST_F(ProgramTest, ALaneThatDivergesLeavesTheOthersAlone) {
  const AdaptOptions o = steps_of(chosen_task("entropy"), "all");
  const Records calm = run_program(o, program, samples);
  AdaptOptions wild = o;
  wild.learning_rate = 1e30;
  const Records diverged = run_program(wild, program, samples);
  EXPECT_EQ(diverged.status[0], Status::diverged);
  EXPECT_EQ(run_program(o, program, samples).logits, calm.logits);
}

TEST_F(ProgramTest, OwnLossIsTheClosedForm) {
  const auto exact = program.in_float64();
  const at::Tensor x = plain_tensor(exact.images(), samples.image).transpose(0, 1);  // one image's views
  const DrawKey key{seed, 7, 2};
  const at::Tensor value = exact.images().own_loss(exact.lanes(1), x, "noise", {key});
  const auto& declared =
      std::static_pointer_cast<const Program>(exact.network)->contract().function("loss.noise").draws;
  const at::Tensor scale = make_draws(declared, key, x.size(1)).at("scale").to(at::kDouble);
  const at::Tensor z = exact.images().logits(exact.lanes(1), x, Part::main)[0];
  EXPECT_NEAR(value[0].item<double>(), (z * scale).square().mean().item<double>(), 1e-12);
}

TEST_F(ProgramTest, TheGradientOfItsLossIsTheClosedForm) {
  const auto exact = program.in_float64();
  const at::Tensor x = plain_tensor(exact.images(), samples.image).transpose(0, 1);
  Weights leaves = exact.lanes(1);
  at::Tensor& bias = leaves.at("main.linear.bias");
  bias = bias.detach().clone().requires_grad_();
  const DrawKey key{seed, 7, 2};
  const at::Tensor loss = exact.images().own_loss(leaves, x, "noise", {key}).sum();
  const at::Tensor gradient = torch::autograd::grad({loss}, {bias})[0][0];
  const auto& declared =
      std::static_pointer_cast<const Program>(exact.network)->contract().function("loss.noise").draws;
  const at::Tensor scale = make_draws(declared, key, x.size(1)).at("scale").to(at::kDouble);
  const at::Tensor z = exact.images().logits(exact.lanes(1), x, Part::main)[0].detach();
  // of the mean over V C of (z s)^2 by a bias: 2 sum_v z s^2 / (V C)
  const at::Tensor expected = (2 * z * scale.square()).sum(0) / static_cast<double>(z.numel());
  EXPECT_LT((gradient - expected).abs().max().item<double>(), 1e-12);
}

TEST_F(ProgramTest, NamesWhatAdaptsWithoutWhatTheFunctionDoesNotReach) {
  const auto names = program.images().adapted_names(Route("rotation"), "all");
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), [&] {
    const auto reached = architecture.adapted_names(Part::auxiliary, "all");
    return std::set<std::string>(reached.begin(), reached.end());
  }());
}

TEST_F(ProgramTest, GivesItsLastLinearToMemories) {
  const FinalLinear linear = program.images().final_linear(file);
  EXPECT_EQ(linear.weight, weights.at("main.linear.weight").values);
  EXPECT_EQ(linear.bias, weights.at("main.linear.bias").values);
}

TEST_F(ProgramTest, RefusesInOneLineWhatItDoesNotHave) {
  const auto refused = [&](const AdaptOptions& o, const std::string& words) {
    try {
      require_fits(o, program.images());
      ADD_FAILURE() << "accepted: " << words;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::spec);
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  };
  refused({.task = rotation()}, "no rotation head");
  refused({.task = chosen_task("program")}, "one of noise, rotation");
  refused({.task = chosen_task("entropy"), .subset = "trunk"},
          "no subset \"trunk\" of weights to adapt (all, norm)");
  refused({.task = chosen_task("entropy"), .keep = {"auxiliary_confidence"}}, "auxiliary_confidence");
  EXPECT_THROW(require_fits({.task = chosen_task("program")}, architecture), Error);
}

TEST(ProgramDraws, AreWhatTheirKindsSay) {
  using Kind = ProgramDraw::Kind;
  const std::vector<ProgramDraw> list = {{Kind::uniform, "u", {-1, 3}},
                                         {Kind::normal, "n", {4000}},
                                         {Kind::integers, "i", {-1, 50}, -2, 3},
                                         {Kind::permutation, "p", {-1, 2, 6}},
                                         {Kind::turns, "t", {-1}},
                                         {Kind::turns, "other", {-1}}};
  const DrawKey key{5, 11, 3};
  const auto made = make_draws(list, key, 8);
  EXPECT_EQ(made.at("u").sizes().vec(), (std::vector<int64_t>{8, 3}));
  EXPECT_TRUE(((made.at("u") >= 0) & (made.at("u") < 1)).all().item<bool>());
  EXPECT_NEAR(made.at("n").mean().item<double>(), 0, 0.06);
  EXPECT_NEAR(made.at("n").std().item<double>(), 1, 0.05);
  EXPECT_EQ(made.at("i").min().item<int64_t>(), -2);
  EXPECT_EQ(made.at("i").max().item<int64_t>(), 2);
  EXPECT_TRUE(std::get<0>(made.at("p").sort(-1)).equal(at::arange(6).expand({8, 2, 6})));
  EXPECT_FALSE(made.at("p")[0][0].equal(made.at("p")[1][0]) && made.at("p")[0][1].equal(made.at("p")[1][1]));
  StepViews drawn;
  drawn.seed = 5;
  drawn.step = 3;
  drawn.balanced = false;
  for (int64_t v = 0; v < 8; ++v)
    EXPECT_EQ(made.at("t")[v].item<int64_t>(), draw_labelled_view(drawn, 11, static_cast<uint32_t>(v)).label);
  EXPECT_FALSE(made.at("t").equal(made.at("other")));
  for (const DrawKey& other : {DrawKey{6, 11, 3}, DrawKey{5, 12, 3}, DrawKey{5, 11, 4}})
    EXPECT_FALSE(make_draws(list, other, 8).at("u").equal(made.at("u")));
  EXPECT_TRUE(make_draws(list, key, 4).at("u").equal(made.at("u").narrow(0, 0, 4)));  // views come in order
}

}  // namespace
}  // namespace ttt
