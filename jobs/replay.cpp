// ttt-eval replay FILE.program
#include "jobs/replay.h"

#include <cstdlib>
#include <memory>

#include "pipeline/engine/environment.h"
#include "pipeline/engine/replay.h"
#include "pipeline/sharing/launch_environment.h"
#include "schemas/run_options.h"

namespace ttt {
namespace {

/// What was written, before it has a meaning.
struct Written {
  ReplayOptions options;
  std::string precision = "float32", device = "cpu";
};

void start(Written written) {
  check_alone(read_launch_environment(std::getenv), "replay");
  RunOptions run;
  run.precision = written.options.precision =
      written.precision == "float64" ? Precision::float64 : Precision::float32;
  run.device = written.options.device = written.device == "cuda" ? Device::cuda : Device::cpu;
  prepare_process(run, 0);
  replay(written.options);
}

}  // namespace

void add_replay(CLI::App& app) {
  const auto written = std::make_shared<Written>();
  ReplayOptions& o = written->options;
  CLI::App* sub = app.add_subcommand(
      "replay", "take SGD steps of a program on inputs and draws from a file, to compare with PyTorch");
  sub->add_option("FILE", o.program, "NAME.program, as jobs/export writes it")->required();
  sub->add_option("--input", o.input,
                  "safetensors: x [K, S, V, ...], d.NAME [K, S, ...], x.predict [K, P, ...]")
      ->required();
  sub->add_option("--output", o.output,
                  "safetensors: losses, seconds [K, S], logits, logits.source [K, P, ...]")
      ->required();
  sub->add_option("--loss", o.loss, "one of the program's losses (default: the only one)");
  sub->add_option("--subset", o.subset, "of its parameters, that steps")->capture_default_str();
  sub->add_option("--learning-rate", o.learning_rate, "of plain SGD")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  sub->add_option("--precision", written->precision, "float32 or float64")
      ->check(CLI::IsMember({"float32", "float64"}))
      ->capture_default_str();
  sub->add_option("--device", written->device, "cpu or cuda")
      ->check(CLI::IsMember({"cpu", "cuda"}))
      ->capture_default_str();
  sub->callback([written] { start(*written); });
}

}  // namespace ttt
