// Compares a finished run with the one-sample oracle (oracle.h) in double, for every rotation method with SGD
// on its own samples:
//   build/oracle_check SPEC DIR [EVERY]     every EVERYth sample (default 1: all; three minutes a thousand
//                                           episodes of the quickstart's network)
// A line each for
//   lanes in PRECISION     the engine's lanes under run.precision, computed here. In float64 it is the same
//                          episode but for the last bits: exits 1 when a loss is off by more than 1e-5 or a
//                          prediction differs
//   results                what the run recorded. In float32: exits 1 when more than one prediction in 1000,
//                          or than one episode has, differ that are no ties to 1e-4; steps multiply
//                          rounding, the loop's own, too
//   the loop in float32    the oracle itself in float32: what rounding alone does to the same steps
// with the differences of auxiliary losses from the oracle's, relative to the loss, the predictions that
// differ, and the accuracy after the last step beside the oracle's.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "pipeline/engine/environment.h"
#include "pipeline/engine/evaluate.h"
#include "pipeline/methods/registry.h"
#include "pipeline/models/resnet.h"
#include "pipeline/plan/plan.h"
#include "schemas/files/results.h"
#include "schemas/files/test_set_file.h"
#include "schemas/weights.h"
#include "tests/pipeline/oracle.h"

namespace ttt {
namespace {

struct Comparison {
  std::string what;
  int64_t predictions = 0, differing = 0, ties = 0;
  int64_t episodes = 0, right = 0, oracle_right = 0;  // after the last step
  std::vector<double> loss = {};                      // relative differences, sorted when printed

  double worst() const { return loss.back(); }
};

/// An episode's auxiliary losses and, at each milestone, prediction.
struct Course {
  std::vector<double> loss;
  std::vector<int> predicted;
};

int best(const std::vector<double>& logits) {
  return static_cast<int>(std::ranges::max_element(logits) - logits.begin());
}

Course course(const AdaptOptions& o, const OracleEpisode& episode) {
  Course c{{episode.aux_loss.begin(), episode.aux_loss.begin() + o.steps}, {}};
  for (const int mark : milestones(o)) c.predicted.push_back(best(episode.logits[mark]));
  return c;
}

Course course(const Records& r, int64_t row) {
  return {{r.aux_loss.begin() + row * r.steps, r.aux_loss.begin() + (row + 1) * r.steps},
          {r.predicted.begin() + row * r.milestones, r.predicted.begin() + (row + 1) * r.milestones}};
}

/// A prediction that differs is a tie when the oracle's logits hardly tell the two classes apart.
bool is_tie(const std::vector<double>& logits, int other) {
  return *std::ranges::max_element(logits) - logits[other] < 1e-4;
}

void compare(const AdaptOptions& o, const Course& found, const OracleEpisode& oracle, int64_t label,
             Comparison& c) {
  const Course expected = course(o, oracle);
  for (int s = 0; s < o.steps; ++s)
    c.loss.push_back(std::abs(found.loss[s] - expected.loss[s]) / expected.loss[s]);
  const std::vector<int> marks = milestones(o);
  for (size_t m = 0; m < marks.size(); ++m) {
    ++c.predictions;
    if (found.predicted[m] == expected.predicted[m]) continue;
    is_tie(oracle.logits[marks[m]], found.predicted[m]) ? ++c.ties : ++c.differing;
  }
  ++c.episodes;
  c.right += found.predicted.back() == label;
  c.oracle_right += expected.predicted.back() == label;
}

void print(Comparison& c) {
  std::ranges::sort(c.loss);
  const auto percent = [&](int64_t right) {
    return 100.0 * static_cast<double>(right) / static_cast<double>(c.episodes);
  };
  fmt::print(
      "  {:<20} losses: median {:.1e}, 99 % below {:.1e}, largest {:.1e}; of {} predictions {} differ, "
      "{} more are ties; accuracy {:.2f} %, the oracle's {:.2f} %\n",
      c.what, c.loss[c.loss.size() / 2], c.loss[c.loss.size() * 99 / 100], c.worst(), c.predictions,
      c.differing, c.ties, percent(c.right), percent(c.oracle_right));
}

bool checked(const MethodOptions& method) {
  const auto* o = method.kind.options.get_if<AdaptOptions>();
  return o && o->task.name == "rotation" && o->optimiser == Optimiser::sgd && o->momentum == 0 &&
         o->weight_decay == 0 && !is_placebo(*o) && o->skip_above >= 1;
}

std::vector<int64_t> every_nth(const std::vector<int64_t>& all, int64_t n) {
  std::vector<int64_t> some;
  for (size_t i = 0; i < all.size(); i += static_cast<size_t>(n)) some.push_back(all[i]);
  return some;
}

constexpr std::array computed = {Precision::float64, Precision::tf32, Precision::bf16};

/// The lines of one method.
struct Table {
  std::vector<Comparison> lanes;  // one a precision computed here
  Comparison results{"results"}, loop{"the loop in float32"};

  Table() {
    for (const Precision precision : computed) lanes.push_back({fmt::format("lanes in {}", name(precision))});
  }
};

/// A finished run and the part of its samples that is looked at.
struct Run {
  JobSpec spec;
  std::filesystem::path dir;
  TestSetWithImages set;
  Results results;
  int64_t every;
  std::vector<int64_t> ids = {};
  Samples samples = {};
};

/// Adds the episodes of one model to the table.
void compare_model(const Run& run, const MethodOptions& method, const SourceModel& model,
                   const Records& recorded, Table& table) {
  const auto& o = method.kind.options.get<AdaptOptions>();
  const ModelOptions& group = *std::ranges::find(run.spec.models, model.group, &ModelOptions::name);
  ResNet architecture =
      resnet_of(group.name, group.family.options.get<ResNetOptions>(), input_form(run.set), run.spec.run);
  const auto weights = read_weights(weights_file(run.dir, model)).arrays;
  std::vector<Records> lanes;
  for (const Precision precision : computed) {
    architecture.precision = precision;
    lanes.push_back(evaluate(method, source_network(architecture, weights), run.set, images_of(run.set),
                             run.ids, {run.spec.run.seed}));
  }
  for (size_t i = 0; i < run.ids.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    const auto episode = [&](at::ScalarType type) {
      return oracle_episode(o, architecture, weights, run.samples.image[i], run.ids[i], run.spec.run.seed,
                            type);
    };
    const OracleEpisode oracle = episode(at::kDouble);
    const auto add = [&](const Course& found, Comparison& to) {
      compare(o, found, oracle, run.samples.label[i], to);
    };
    for (size_t p = 0; p < lanes.size(); ++p) add(course(lanes[p], row), table.lanes[p]);
    add(course(recorded, row * run.every), table.results);
    add(course(o, episode(at::kFloat)), table.loop);
  }
}

bool as_it_should(const Table& table, Precision of_run) {
  const Comparison &same = table.lanes.front(), &run = table.results;
  const bool rounded = of_run == Precision::tf32 || of_run == Precision::bf16;
  const int64_t may_differ = std::max(run.predictions / 1000, run.predictions / run.episodes);
  return same.worst() <= 1e-5 && same.differing + same.ties == 0 && (rounded || run.differing <= may_differ);
}

Run read_run(const std::filesystem::path& spec_file, const std::filesystem::path& dir, int64_t every) {
  Run run{read_job_spec(spec_file, {}, spec_registry()), dir, read_test_set(dir / "testset.h5"),
          read_results(dir / "results.h5"), every};
  run.ids = every_nth(run.results.sample, every);
  run.samples = read_samples(own_samples(run.set, run.ids), run.set, images_of(run.set));
  return run;
}

int check(const Run& run) {
  prepare_process(run.spec.run, 0);
  const std::vector<SourceModel> models = source_models(run.spec);
  bool good = true;
  for (const MethodOptions& method : run.spec.methods) {
    if (!checked(method)) continue;
    const auto found = std::ranges::find(run.results.methods, method.name, &MethodResults::name);
    Table table;
    for (size_t m = 0; m < models.size(); ++m)
      compare_model(run, method, models[m], found->records[m], table);
    fmt::print("{}: {} episodes against the one-sample loop in float64\n", method.name, table.loop.episodes);
    for (Comparison& of_precision : table.lanes) print(of_precision);
    print(table.results);
    print(table.loop);
    good = good && as_it_should(table, run.spec.run.precision);
  }
  return good ? 0 : 1;
}

}  // namespace
}  // namespace ttt

int main(int argc, char** argv) {
  if (argc < 3) return fmt::print(stderr, "usage: oracle_check SPEC DIR [EVERY]\n"), 64;
  try {
    return ttt::check(ttt::read_run(argv[1], argv[2], argc > 3 ? std::atoll(argv[3]) : 1));
  } catch (const std::exception& error) {
    return fmt::print(stderr, "oracle_check: {}\n", error.what()), 65;
  }
}
