// ttt-bench-text: how long a lane of a transformer takes for a step of an episode on text, and a training for
// a step of its. Without files; bytes and weights are drawn.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "jobs/exit.h"
#include "kernels/cpu/fma_peak.h"
#include "kernels/cpu/isa.h"
#include "kernels/draw.h"
#include "pipeline/models/transformer.h"
#include "pipeline/training/sequence_training.h"
#include "pipeline/training/text_windows.h"
#include "schemas/error.h"

namespace ttt {
namespace {

constexpr const char* program = "ttt-bench-text";

struct Options {
  int documents = 4;
  int64_t length = 1024, chunk = 64, context = 128;
  int steps = 4;
  std::string subset = "all";
  int rank = 8;
  int train = 20;  // steps of training to time; 0: none
};

std::vector<int32_t> drawn_text(int64_t tokens, uint64_t seed) {
  const Draw draw(seed, Purpose::glyph, 0);
  std::vector<int32_t> text = {0};
  while (static_cast<int64_t>(text.size()) < tokens)
    text.push_back(static_cast<int32_t>(draw.below(static_cast<uint32_t>(text.size()), 256)));
  return text;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Seconds of an episode by what they went to.
struct Seconds {
  double all = 0, score = 0, differentiate = 0, step = 0;
  int64_t steps = 0;
  double gflop = 0;
};

template <typename F>
void timed(double& sum, F&& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  sum += seconds_since(start);
}

Seconds episode(const Options& o, const Transformer& network, SequenceLane& lane,
                std::span<const int32_t> text) {
  const SequenceStep adam{lanes::Adam{.learning_rate = 7e-4}};
  Seconds seconds;
  timed(seconds.all, [&] {
    lane.reset();
    for (int64_t begin = 0; begin < o.length; begin += o.chunk) {
      const int64_t end = std::min(begin + o.chunk, o.length),
                    rows = std::min(end, std::max(o.context, end - begin));
      const auto part = [&](int64_t first, int64_t count) {
        return text.subspan(static_cast<size_t>(first), static_cast<size_t>(count));
      };
      const TokenWindow window{part(end - rows, rows), part(begin + 1, end - begin)};
      const double forward = network.forward_flops(rows, end - begin) * 1e-9;
      if (end == o.length || o.steps == 0) {
        timed(seconds.score, [&] { lane.score(window); });
        seconds.gflop += forward;
        continue;
      }
      for (int s = 0; s < o.steps; ++s, ++seconds.steps) {
        timed(seconds.differentiate, [&] { lane.differentiate(window); });
        timed(seconds.step, [&] { lane.step(adam); });
        seconds.gflop += forward + network.backward_flops(rows, end - begin, o.subset, o.rank) * 1e-9;
      }
    }
  });
  return seconds;
}

double seconds_of_training(const Options& o) {
  const std::vector<int32_t> text = drawn_text(100'000, 2);
  const TextWindows windows({}, text);
  SequenceTraining training("text", {}, {}, windows, 1);
  training.step();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < o.train; ++i) training.step();
  return seconds_since(start) / o.train;
}

int run(int argc, char** argv) {
  Options o;
  CLI::App app("Measures test-time training of a transformer on text; prints one JSON object.", program);
  app.add_option("--documents", o.documents, "how many to time")->check(CLI::Range(1, 10'000));
  app.add_option("--chunk", o.chunk, "bytes of a chunk")->check(CLI::Range(1, 1024));
  app.add_option("--context", o.context, "bytes of a window")->check(CLI::Range(1, 1024));
  app.add_option("--steps", o.steps, "steps of Adam after each chunk but the last")
      ->check(CLI::Range(0, 100));
  app.add_option("--subset", o.subset, "what adapts")->check(CLI::IsMember(transformer_subsets()));
  app.add_option("--rank", o.rank, "of factors of low rank")->check(CLI::Range(1, 64));
  app.add_option("--train", o.train, "steps of training to time; 0: none")->check(CLI::Range(0, 10'000));
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    fail(ExitCode::spec, "{} (see {} --help)", error.what(), program);
  }
  const Transformer network{TransformerShape{}};
  const SourceNetwork source = network.example();
  const auto lane = network.lane(source.weights, o.subset, o.rank, 1, 0);
  const std::vector<int32_t> text = drawn_text(o.length + 1, 1);
  episode(o, network, *lane, text);  // warms up
  std::vector<Seconds> episodes;
  for (int i = 0; i < o.documents; ++i) episodes.push_back(episode(o, network, *lane, text));
  std::ranges::sort(episodes, {}, &Seconds::all);
  const Seconds& median = episodes[episodes.size() / 2];
  const double steps = static_cast<double>(std::max<int64_t>(median.steps, 1));
  nlohmann::json figures = {{"s_per_lane_step", median.all / steps},
                            {"s_per_lane_step_least", episodes.front().all / steps},
                            {"steps", median.steps},
                            {"score", median.score},
                            {"differentiate", median.differentiate},
                            {"step", median.step},
                            {"gflop", median.gflop},
                            {"gflops", median.gflop / median.all},
                            {"fma_peak_gflops", cpu::fma_peak()},
                            {"isa", cpu::name(cpu::instruction_set())},
                            {"subset", o.subset},
                            {"documents", o.documents}};
  if (o.train > 0) figures["s_per_training_step"] = seconds_of_training(o);
  fmt::print("{}\n", figures.dump());
  return 0;
}

}  // namespace
}  // namespace ttt

int main(int argc, char** argv) {
  return ttt::exit_code_of(ttt::program, [&] { return ttt::run(argc, argv); });
}
