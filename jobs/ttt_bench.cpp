// ttt-bench: `ttt-eval bench` without files. It is built where neither MPI nor HDF5 is (TTT_ENGINE_ONLY).
#include <CLI/CLI.hpp>

#include "jobs/bench.h"
#include "jobs/exit.h"
#include "kernels/draw.h"
#include "pipeline/methods/registry.h"

namespace ttt {
namespace {

constexpr const char* program = "ttt-bench";

/// Noise of the size that the images of `source` have: how long arithmetic takes does not depend on them.
TestSetWithImages noise(DataSource source) {
  require(source != DataSource::images && source != DataSource::testset,
          "data.source: images in files may have any size, and ttt-bench reads none (use ttt-eval bench)");
  const bool mnist = source == DataSource::mnist;
  TestSetWithImages set;
  set.samples = 1024;
  set.height = set.width = mnist ? 28 : 32;
  set.channels = mnist ? 1 : 3;
  set.class_names.assign(10, "noise");
  const int64_t floats = set.samples * set.height * set.width * set.channels;
  const Draw draw(1, Purpose::shift, 0);
  for (int64_t i = 0; i < floats; ++i)
    set.image.push_back(static_cast<uint8_t>(draw.below(static_cast<uint32_t>(i), 256)));
  set.label.assign(set.samples, 0);
  for (int64_t i = 0; i < set.samples; ++i) set.base.push_back(i);
  set.shift.assign(set.samples, 0);
  set.severity.assign(set.samples, 0);
  set.split.assign(set.samples, Split::report);
  set.shift_names = {"clean"};
  return set;
}

int run(int argc, char** argv) {
  std::string file;
  std::vector<std::string> assignments;
  BenchOptions options;
  CLI::App app("Measures the engine of ttt-eval alone, on noise.", program);
  app.add_option("SPEC", file, "job spec (TOML), see jobs/specs")->required();
  app.add_option("--set", assignments, "KEY=VALUE: change a key of the spec")->allow_extra_args(false);
  app.add_flag("--json", options.json, "print one JSON object");
  app.add_option("--check", options.check, "compare so many episodes with the same in float64 on the CPU")
      ->check(CLI::Range(1, 1024));
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    fail(ExitCode::spec, "{} (see ttt-bench --help)", error.what());
  }
  const JobSpec spec = read_job_spec(file, assignments, spec_registry());
  bench(spec, noise(spec.data.source), options);
  return 0;
}

}  // namespace
}  // namespace ttt

int main(int argc, char** argv) {
  return ttt::exit_code_of(ttt::program, [&] { return ttt::run(argc, argv); });
}
