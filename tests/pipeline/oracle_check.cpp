// Compares a finished run with the one-sample oracle (oracle.h) in double, for every rotation method with SGD
// on its own samples:
//   build/oracle_check SPEC DIR [EVERY]     every EVERYth sample (default 1: all; two minutes a thousand
//   episodes)
// Three lines a method, each with the differences of auxiliary losses from the oracle's, relative to the
// loss, and the predictions that differ:
//   lanes in float64    the engine's lanes, computed here (run.precision = "float64"): the same episode, but
//   for the
//                       last bits of double; exits 1 when a loss is off by more than 1e-5 or a prediction
//                       differs
//   results (float32)   what the run recorded; exits 1 when a prediction differs whose two best logits are
//   not equal
//                       to 1e-4
//   the loop in float32 the oracle itself in float32: what rounding alone does to the same steps
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "pipeline/engine/environment.h"
#include "pipeline/engine/evaluate.h"
#include "pipeline/engine/plan.h"
#include "schemas/results.h"
#include "schemas/weights.h"
#include "tests/pipeline/oracle.h"

namespace ttt {
namespace {

struct Comparison {
  int64_t predictions = 0, differing = 0, ties = 0;
  std::vector<double> loss = {};  // relative differences, sorted when printed

  double worst() const { return loss.back(); }
};

/// A prediction that differs is a tie when the oracle's logits hardly tell the two classes apart.
bool is_tie(const std::vector<double>& logits, int other) {
  return *std::ranges::max_element(logits) - logits[other] < 1e-4;
}

void compare_loss(double loss, double oracle, Comparison& c) {
  c.loss.push_back(std::abs(loss - oracle) / oracle);
}

void compare_prediction(int predicted, const std::vector<double>& oracle, Comparison& c) {
  ++c.predictions;
  if (predicted == std::ranges::max_element(oracle) - oracle.begin()) return;
  is_tie(oracle, predicted) ? ++c.ties : ++c.differing;
}

void compare(const AdaptOptions& o, const Records& r, int64_t row, const OracleEpisode& oracle,
             Comparison& c) {
  for (int s = 0; s < o.steps; ++s)
    compare_loss(static_cast<double>(r.aux_loss[row * r.steps + s]), oracle.aux_loss[s], c);
  const std::vector<int> marks = milestones(o);
  for (int m = 0; m < r.milestones; ++m)
    compare_prediction(r.predicted[row * r.milestones + m], oracle.logits[marks[m]], c);
}

void compare(const AdaptOptions& o, const OracleEpisode& loop, const OracleEpisode& oracle, Comparison& c) {
  for (int s = 0; s < o.steps; ++s) compare_loss(loop.aux_loss[s], oracle.aux_loss[s], c);
  for (const int mark : milestones(o)) {
    const std::vector<double>& z = loop.logits[mark];
    compare_prediction(static_cast<int>(std::ranges::max_element(z) - z.begin()), oracle.logits[mark], c);
  }
}

void print(const std::string& what, Comparison& c) {
  std::ranges::sort(c.loss);
  fmt::print(
      "  {:<20} losses: median {:.1e}, 99 % below {:.1e}, largest {:.1e}; of {} predictions {} differ, "
      "{} more are ties\n",
      what, c.loss[c.loss.size() / 2], c.loss[c.loss.size() * 99 / 100], c.worst(), c.predictions,
      c.differing, c.ties);
}

bool checked(const MethodOptions& method) {
  const auto* o = std::get_if<AdaptOptions>(&method.options);
  return o && o->task == Task::rotation && o->optimiser == Optimiser::sgd && o->momentum == 0 &&
         o->weight_decay == 0 && o->adapt_on == AdaptOn::own && o->labels == AuxiliaryLabels::true_labels &&
         o->skip_above >= 1;
}

std::vector<int64_t> every_nth(const std::vector<int64_t>& all, int64_t n) {
  std::vector<int64_t> some;
  for (size_t i = 0; i < all.size(); i += static_cast<size_t>(n)) some.push_back(all[i]);
  return some;
}

int check(const std::filesystem::path& spec_file, const std::filesystem::path& dir, int64_t every) {
  JobSpec spec = read_job_spec(spec_file);
  spec.run.precision = Precision::float64;
  prepare_process(spec.run);
  const TestSet set = read_test_set(dir / "testset.h5");
  const Results results = read_results(dir / "results.h5");
  const std::vector<int64_t> ids = every_nth(results.sample, every);
  const Samples samples = own_samples(set, ids);
  const std::vector<SourceModel> models = source_models(spec);
  bool good = true;
  for (const MethodOptions& method : spec.methods) {
    if (!checked(method)) continue;
    const auto& o = std::get<AdaptOptions>(method.options);
    const auto found = std::ranges::find(results.methods, method.name, &MethodResults::name);
    Comparison lanes, recorded, loop;
    for (size_t m = 0; m < models.size(); ++m) {
      const Architecture architecture = architecture_of(
          *std::ranges::find(spec.models, models[m].group, &ModelOptions::name), spec.run, set);
      const auto weights = read_weights(weights_file(dir, models[m])).arrays;
      const Records rows = evaluate(method, source_network(architecture, weights), set, ids, {spec.run.seed});
      for (size_t i = 0; i < ids.size(); ++i) {
        const auto episode = [&](at::ScalarType type) {
          return oracle_episode(o, architecture, weights, samples.image[i], ids[i], spec.run.seed, type);
        };
        const OracleEpisode oracle = episode(at::kDouble);
        compare(o, rows, static_cast<int64_t>(i), oracle, lanes);
        compare(o, found->records[m], static_cast<int64_t>(i) * every, oracle, recorded);
        compare(o, episode(at::kFloat), oracle, loop);
      }
    }
    fmt::print("{}: {} episodes against the one-sample loop in float64\n", method.name,
               ids.size() * models.size());
    print("lanes in float64", lanes);
    print("results (float32)", recorded);
    print("the loop in float32", loop);
    good = good && lanes.worst() <= 1e-5 && lanes.differing + lanes.ties + recorded.differing == 0;
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace ttt

int main(int argc, char** argv) {
  if (argc < 3) return fmt::print(stderr, "usage: oracle_check SPEC DIR [EVERY]\n"), 64;
  try {
    return ttt::check(argv[1], argv[2], argc > 3 ? std::atoll(argv[3]) : 1);
  } catch (const std::exception& error) {
    return fmt::print(stderr, "oracle_check: {}\n", error.what()), 65;
  }
}
