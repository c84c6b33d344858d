#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/memory/classifier.h"
#include "pipeline/methods/lane_memory.h"
#include "pipeline/methods/samples.h"
#include "pipeline/models/source_network.h"
#include "schemas/files/results.h"
#include "schemas/job_spec.h"
#include "schemas/records.h"

namespace ttt {

/// How the samples of a batch are evaluated.
struct EvaluateOptions {
  uint64_t seed = 1;
  bool keep_logits = true;
};

/// Called between portions of the work with the number of samples that are done; may throw to abandon it.
using Between = std::function<void(int64_t done)>;

/// Features of every sample of the test set under the source weights, made when first asked for.
using SourceFeatures = std::function<const UnitFeatures&()>;

/// What a method does that runs on samples.
struct Evaluation {
  /// Throws a spec Error naming what the options ask for and the network does not have.
  void (*require_fits)(const Options& options, const Network& network) = [](const Options&, const Network&) {
  };

  /// Analytic cost of stopping at each milestone, one prediction included.
  CostTable (*cost)(const Options& options, const Network& network);
  LaneMemory (*memory)(const Options& options, const Network& network);

  /// Records of `samples` samples in which nothing is there yet, with every column that the method keeps.
  Records (*empty)(const Options& options, const Network& network, int64_t samples, bool keep_logits);

  /// What it evaluates on. `features` are those of the source network, for methods that look for neighbours;
  /// empty: only whether every sample has what it needs is asked. Throws a data Error when one lacks it.
  SampleChoice (*samples)(const Options& options, const TestSet& set, const std::vector<int64_t>& ids,
                          uint64_t seed, const SourceFeatures& features) =
      [](const Options&, const TestSet& set, const std::vector<int64_t>& ids, uint64_t,
         const SourceFeatures&) { return own_samples(set, ids); };

  /// K samples side by side, or the samples of one stream in order. Row k is sample k.
  Records (*evaluate)(const Options& options, const SourceNetwork& source, const Samples& samples,
                      const EvaluateOptions& how, const Between& between);

  /// Whether samples follow one another in streams: what was learned on one changes the next.
  bool (*in_streams)(const Options& options) = [](const Options&) { return false; };

  /// These streams, each in order and a unit of work of its own; together they hold every sample once.
  std::vector<std::vector<int64_t>> (*streams)(const Options& options, const TestSet& set,
                                               const std::vector<int64_t>& samples, uint64_t seed) =
      [](const Options&, const TestSet&, const std::vector<int64_t>&, uint64_t) {
        return std::vector<std::vector<int64_t>>();
      };

  bool sets_budget = false;  // what others may spend follows its cost

  /// Fills in the key that was left to the `budget` in FLOPs (infinite: none) -> what a reader of the curve
  /// must know of that, or "".
  std::string (*resolve)(Options& options, const Network& network,
                         double budget) = [](Options&, const Network&, double) { return std::string(); };
};

/// What a derived method is computed from.
struct Measured {
  const Results& results;  // the methods that ran on samples, with the records of those that are read
  uint64_t seed = 1;
  std::function<MemoryClassifier()> classifier;  // reads the final linears of the source models
};

/// What a method does that is computed from the records of others.
struct Derivation {
  /// Names of the methods whose records derive() reads, as far as they are there. Of `outlines` all is known
  /// but the records: each has one row of them with nothing in it.
  std::vector<std::string> (*reads)(const Options& options, const Results& outlines);

  /// `name` and the controls that it brings along; nothing when what it reads is missing (partial results).
  /// Throws a data Error when what it reads cannot be used.
  std::vector<MethodResults> (*derive)(const std::string& name, const Options& options,
                                       const Measured& measured);
};

/// A kind of method: one file that exports one value, one line in registry.cpp.
struct Method {
  std::string_view name;
  std::string_view summary;
  std::string_view source;             // where it was published
  std::string_view needs;              // of the rest of a job, in words
  std::string_view cost;               // of a sample, in words
  std::string_view milestone_meaning;  // what its curve counts: "gradient steps"
  std::string_view unit;               // the same in one word, for tables: "steps"
  Payload payload = Payload::images;   // what its samples are
  Options (*options)();                // [method.NAME] beside `kind`
  Role (*role)(const Options& options);
  const Evaluation* evaluation = nullptr;  // one of these two
  const Derivation* derivation = nullptr;

  /// Rules between a method and the rest of its job; throws an OptionError of a whole key ("run.logits").
  void (*check)(const MethodOptions& method, const JobSpec& spec) = [](const MethodOptions&, const JobSpec&) {
  };
};

}  // namespace ttt
