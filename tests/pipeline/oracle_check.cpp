// Compares a finished run with the one-sample oracle (oracle.h) in double, for every rotation method with SGD
// on its own samples:
//   build/oracle_check SPEC DIR [EVERY]     every EVERYth sample (default 1: all; a minute a thousand
//   episodes)
// Prints, for each method, how far auxiliary losses are from the oracle's, relative to the loss or to 1 nat
// if that is more (a loss of 1e-4 nats has few of fp32's digits left; steps at a high rate multiply
// rounding), and the predictions that differ; exits 1 when a prediction differs whose two best logits are not
// equal to 1e-4.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "pipeline/engine/plan.h"
#include "schemas/results.h"
#include "schemas/weights.h"
#include "tests/pipeline/oracle.h"

namespace ttt {
namespace {

struct Comparison {
  int64_t episodes = 0, predictions = 0, differing = 0, ties = 0;
  std::vector<double> loss = {};  // relative differences
};

bool is_tie(const std::vector<double>& logits, int other) {
  return *std::ranges::max_element(logits) - logits[other] < 1e-4;
}

void compare(const AdaptOptions& o, const Records& r, int64_t row, const OracleEpisode& oracle,
             Comparison& c) {
  ++c.episodes;
  for (int s = 0; s < o.steps; ++s)
    c.loss.push_back(std::abs(static_cast<double>(r.aux_loss[row * r.steps + s]) - oracle.aux_loss[s]) /
                     std::max(1.0, oracle.aux_loss[s]));
  const std::vector<int> marks = milestones(o);
  for (int m = 0; m < r.milestones; ++m) {
    const std::vector<double>& z = oracle.logits[marks[m]];
    const int predicted = r.predicted[row * r.milestones + m];
    ++c.predictions;
    if (predicted == std::ranges::max_element(z) - z.begin()) continue;
    is_tie(z, predicted) ? ++c.ties : ++c.differing;
  }
}

bool checked(const MethodOptions& method) {
  const auto* o = std::get_if<AdaptOptions>(&method.options);
  return o && o->task == Task::rotation && o->optimiser == Optimiser::sgd && o->momentum == 0 &&
         o->weight_decay == 0 && o->adapt_on == AdaptOn::own && o->labels == AuxiliaryLabels::true_labels &&
         o->skip_above >= 1;
}

int check(const std::filesystem::path& spec_file, const std::filesystem::path& dir, int64_t every) {
  const JobSpec spec = read_job_spec(spec_file);
  const TestSet set = read_test_set(dir / "testset.h5");
  const Results results = read_results(dir / "results.h5");
  const std::vector<SourceModel> models = source_models(spec);
  bool good = true;
  for (const MethodOptions& method : spec.methods) {
    if (!checked(method)) continue;
    const auto& o = std::get<AdaptOptions>(method.options);
    const auto found = std::ranges::find(results.methods, method.name, &MethodResults::name);
    Comparison c;
    for (size_t m = 0; m < models.size(); ++m) {
      const Architecture architecture = architecture_of(
          *std::ranges::find(spec.models, models[m].group, &ModelOptions::name), spec.run, set);
      const auto weights = read_weights(weights_file(dir, models[m])).arrays;
      const Samples samples = own_samples(set, results.sample);
      for (size_t i = 0; i < results.sample.size(); i += static_cast<size_t>(every))
        compare(o, found->records[m], static_cast<int64_t>(i),
                oracle_episode(o, architecture, weights, samples.image[i], samples.id[i], spec.run.seed,
                               at::kDouble),
                c);
    }
    std::ranges::sort(c.loss);
    fmt::print(
        "{}: {} episodes, differences of a loss: median {:.1e}, 99 % below {:.1e}, largest {:.1e}; of {} "
        "predictions {} differ, {} more are ties to 1e-4\n",
        method.name, c.episodes, c.loss[c.loss.size() / 2], c.loss[c.loss.size() * 99 / 100], c.loss.back(),
        c.predictions, c.differing, c.ties);
    good = good && c.differing == 0;
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
