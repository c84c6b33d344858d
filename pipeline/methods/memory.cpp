// kind = "memory": source predictions corrected by earlier samples of a stream, computed by `aggregate`.
#include "pipeline/memory/memory_results.h"

#include "pipeline/methods/adapt_options.h"
#include "pipeline/methods/kept_columns.h"
#include "pipeline/methods/method.h"
#include "pipeline/methods/source_method.h"

namespace ttt {
namespace {

std::vector<std::string> reads(const Options& options, const Results& outlines) {
  const MethodResults* source = memory_source(options.get<MemoryOptions>().from, outlines);
  return source ? std::vector{source->name} : std::vector<std::string>();
}

std::vector<MethodResults> derive(const std::string& name, const Options& options, const Measured& measured) {
  const auto& o = options.get<MemoryOptions>();
  if (measured.results.partial && !memory_source(o.from, measured.results)) return {};
  return {memory_results(name, o, measured.results, measured.classifier, measured.seed)};
}

void check(const MethodOptions& method, const JobSpec& spec) {
  require_option(spec.run.logits, "run.logits", "false, but memories read logits (true)");
  source_method(
      spec, method, "from", method.kind.options.get<MemoryOptions>().from,
      [](const MethodOptions& other) {
        const auto* adapt = other.kind.options.get_if<AdaptOptions>();
        return adapt && !in_streams(*adapt) && keeps(adapt->keep, "features");
      },
      "an adapt method with keep = [\"features\"] and reset = \"sample\"");
}

constexpr Derivation derivation = {.reads = reads, .derive = derive};

}  // namespace

extern const Method memory_method;
constinit const Method memory_method = {
    .name = "memory",
    .summary = "source predictions corrected by earlier samples of a stream, from stored features and logits",
    .source = "see `ttt-eval list memory`",
    .needs = "an adapt method with keep = [\"features\"], run.logits = true",
    .cost = "the source prediction and what the rule reads of its memory (paid_flops)",
    .milestone_meaning = "predictions with memory",
    .unit = "memory",
    .payload = Payload::any,
    .options = options_of<MemoryOptions>,
    .role = [](const Options&) { return Role::memory; },
    .derivation = &derivation,
    .check = check};

}  // namespace ttt
