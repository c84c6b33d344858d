#include "schemas/run_options.h"

#include "schemas/option_fields.h"

namespace ttt {
namespace {

const std::initializer_list<std::string_view> convolutions = {"winograd4", "winograd2", "direct", "libtorch"};
const std::initializer_list<std::string_view> precisions = {"float32", "float64", "tf32", "bf16"};

}  // namespace

std::string_view name(Convolution convolution) {
  return convolutions.begin()[static_cast<size_t>(convolution)];
}

std::string_view name(Precision precision) { return precisions.begin()[static_cast<size_t>(precision)]; }

Fields fields(RunOptions& o) {
  return {
      {"seed", &o.seed, seed_range},
      {"split", choice(o.split, {"report", "tune", "all"})},
      {"device", choice(o.device, {"cpu", "cuda"})},
      {"threads", &o.threads, {1, 1024}},
      {"lanes", &o.lanes, {0, 65'536}},
      {"block", &o.block, {0, 1e9}},
      {"isa", choice(o.isa, {"fastest", "baseline", "avx2", "avx512"})},
      {"convolution", choice(o.convolution, convolutions)},
      {"precision", choice(o.precision, precisions)},
      {"logits", &o.logits},
  };
}

void validate(const RunOptions& options) {
  RunOptions copy = options;
  check_fields(fields(copy));
  if (options.device == Device::cpu) return;
  require_option(options.precision != Precision::float64, "precision",
                 "\"float64\" is computed on the CPU (set run.device = \"cpu\")");
  require_option(options.threads == 1, "threads", "of a CPU, and run.device = \"cuda\" (leave it out)");
}

}  // namespace ttt
