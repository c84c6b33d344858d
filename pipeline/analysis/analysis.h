#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/analysis/best.h"
#include "pipeline/analysis/comparisons.h"
#include "pipeline/analysis/curve.h"
#include "pipeline/analysis/entropy_bins.h"
#include "pipeline/analysis/episodes.h"
#include "pipeline/analysis/label_free.h"
#include "pipeline/analysis/roles.h"
#include "pipeline/analysis/sample_stories.h"
#include "pipeline/analysis/signals.h"
#include "pipeline/analysis/timing.h"
#include "pipeline/analysis/weak_models.h"
#include "schemas/report_options.h"

namespace ttt {

/// What a method is, the same in every section.
struct MethodFacts {
  std::string name, kind;
  Role role = Role::adapt;
  Role family = Role::adapt;  // its role apart from being under test
  std::string unit;           // what its milestones count: "steps", "views", "members"
  std::string note;
  int steps = 0;  // gradient steps of an episode; 0: it does not adapt
};

/// What a method did in one section.
struct MethodRecord {
  EpisodeCounts episodes;
  AuxiliaryTrace auxiliary;
  double seconds_per_sample = undefined;  // measured, all milestones of an episode
};

/// The method under test at its last milestone on one shift.
struct ShiftGain {
  std::string shift;
  Effect over_source;
  std::optional<EqualCost> over_vote;  // the first vote of the spec
};

/// A reliability diagram.
struct Calibration {
  int method = 0;  // index into Analysis::methods
  int milestone = 0;
  std::vector<ReliabilityBin> bins;
  double error = undefined;  // expected calibration error
};

/// The chunks of documents at one place.
struct PositionPoint {
  double tokens = undefined;  // of a document before the middle of the chunk, on average
  int64_t documents = 0;      // base documents that are long enough
  double value = undefined;   // mean over documents
  Interval interval;          // t interval over base documents
};

/// A method stopped at one milestone, chunk by chunk.
struct PositionCurve {
  int method = 0;  // index into Analysis::methods
  int milestone = 0;
  bool source = false;  // the source model's own prediction
  std::vector<PositionPoint> points;
};

/// The models of one group on one split: sections are never averaged together.
struct Section {
  std::string group;
  Split split = Split::report;
  std::vector<std::string> models;  // names
  std::vector<std::string> shifts;  // in the test set's order, "clean" last
  std::vector<int> severities;      // of the shifted samples
  int64_t samples = 0;          // of the "all" slice: shifted ones, or clean ones when there are no others
  int64_t bases = 0;            // base samples of the same
  std::vector<WeakModel> weak;  // source models at chance or far behind the others
  std::vector<MethodRecord> methods;  // [Analysis::methods]
  std::vector<Curve> curves;          // every method x (all, each model) x (all, each shift)
  std::vector<EqualCost> equal_cost;  // milestones x rivals (votes, ensembles)
  std::vector<ShiftGain> shift_gains;
  std::vector<PlaceboCheck> placebos;
  std::vector<Calibration> calibration;  // method under test first and last, then each vote's last
  std::vector<Signal> signals;           // what tells whether the method under test helps
  std::vector<EntropyBin> entropy_bins;  // where it helps
  std::vector<PositionCurve> positions;  // of documents: positions.h
  SampleStories stories;                 // samples it fixed and broke
  std::optional<LabelFree> label_free;   // of the split report, where the split tune can be fitted
  Recommendation best;                   // chosen on the split tune where the group has it
};

/// Every figure of the report, not yet formatted.
struct Analysis {
  std::string title;
  bool partial = false;
  const ScoreFamily* score = &classification;
  double confidence = 0.95;
  int bootstrap = 0;                // resamples
  double source_flops = undefined;  // of one prediction: what a forward-equivalent is
  std::vector<MethodFacts> methods;
  std::optional<int> under_test;  // index into methods
  std::vector<int> shortlist;     // methods of pictures that cannot draw all, the one under test first
  std::vector<Section> sections;  // groups in the spec's order, split report before split tune
};

/// Throws a data Error when the results hold no samples or disagree in shape.
Analysis analyse(const Results& results, const ReportOptions& options,
                 const std::vector<Timing>& timings = {});

/// The curve of a method on (model or "", shift or "").
const Curve& curve_of(const Section& section, int method, const std::string& model = "",
                      const std::string& shift = "");

/// The source model's own prediction on the pooled cells: milestone 0 of the method under test, else of any
/// method that starts there; null where none does.
const Point* source_point(const Analysis& analysis, const Section& section);

/// The section of the same group on whose samples choices for `section` are made.
const Section& choosing_section(const Analysis& analysis, const Section& section);

/// Whether the section is of the split tune and the group has one of the split report too.
bool is_for_tuning(const Analysis& analysis, const Section& section);

}  // namespace ttt
