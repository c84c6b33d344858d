#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "schemas/records.h"

namespace ttt {

/// What is known of a document besides its records: how much of it is scored. NaN where it is not known.
struct DocumentLengths {
  double tokens = std::numeric_limits<double>::quiet_NaN();
  double bytes = tokens, words = tokens;
};

/// One prediction: a sample under one model at one milestone.
struct ScoredCell {
  const Records& records;
  int64_t row = 0;
  int milestone = 0;  // index into the cost table
  DocumentLengths lengths = {};

  /// Index into a column over [B, M].
  size_t at() const { return static_cast<size_t>(row * records.milestones + milestone); }
};

/// What a cell adds to a ratio of sums over cells; {0, 0}: nothing.
struct RatioTerms {
  double above = 0, below = 0;
};

/// A figure that is printed beside the value of a method: a function of a ratio of sums over cells.
struct SideFigure {
  std::string_view name;        // "word perplexity"
  std::string_view heading;     // with its unit
  std::string_view key;         // in the header of curves.csv
  std::string_view definition;  // a sentence, for "How to read it"
  RatioTerms (*terms)(const ScoredCell&);
  double (*figure)(double ratio);
  double scale = 1;  // of what is printed
  int decimals = 1;
};

/// The words of the report. "accuracy" stands for the value's own name.
struct ScoreWords {
  std::string_view value;               // "accuracy"
  std::string_view key;                 // the same in the header of curves.csv
  std::string_view axis;                // unit of a value in headings; "" where its name is its unit
  std::string_view unit;                // behind a value that stands alone, with its blank
  std::string_view suffix;              // behind a value whose name has been said
  std::string_view gain;                // heading of gains
  std::string_view gained;              // behind a signed gain in a sentence
  std::string_view gain_unit;           // "points"
  std::string_view over_source;         // title of a picture of gains over the source model
  std::string_view gains, loses;        // "ttt gains 1.2 points"
  std::string_view best, equally_good;  // superlatives of points

  std::string_view interval;  // of a value over samples, behind its level
  std::string_view interval_name, interval_definition;
  std::string_view test, test_in_full;  // over samples, of a gain
  std::string_view test_key;            // in the header of curves.csv
  std::string_view test_name, test_definition;
  std::string_view test_of;  // "McNemar's": whose p it is
  std::string_view gain_definition;
  std::string_view reading_of_differences;  // of two jobs

  std::string_view judged;                       // "predictions": what is made better or worse
  std::string_view better, worse;                // "fixed", "broken"
  std::string_view became_better, became_worse;  // what these mean
  std::string_view changes;                      // caption of the picture of both
  std::string_view rival_better;                 // "right": "only it / only rival right"
  std::string_view made_better, made_worse;      // "models that fixed it"
  std::string_view base, bases, others;          // "base image", "base images"
  std::string_view loss;                         // what the main loss is
  std::string_view diverged, bad_input;          // what becomes of such cells
};

/// What is recorded of every prediction and what the analysis makes of it: one file that exports one value,
/// one line in registry.cpp.
struct ScoreFamily {
  std::string_view name;
  std::string_view summary;
  std::string_view columns;     // of the records that it reads, separated by commas
  std::string_view statistics;  // with their sources
  std::string_view needs;
  std::string_view cost;

  /// Value of a cell, NaN where it has none; null in a right/wrong family, whose value is the column
  /// `correct`.
  double (*value)(const ScoredCell&) = nullptr;
  bool right_or_wrong = true;    // values are shares of right cells: Wilson and McNemar instead of t tests
  bool lower_is_better = false;  // gains are the falls of values
  bool needs_lengths = false;    // tokens and bytes of every sample
  bool has_classes = true;       // labels and predictions are classes: chance, samples' names
  bool has_confidence = true;    // confidence and entropy: calibration, bins, accuracy without labels
  bool has_chunks = false;       // values by position in the document
  bool has_answers = false;      // predictions are grids
  double uniform = std::numeric_limits<double>::quiet_NaN();  // value of a model that knows nothing

  double scale = 100;  // of what is printed
  int decimals = 1;
  double noticeable = 0.005;  // a smaller loss of gain is not told

  std::span<const SideFigure> beside = {};
  ScoreWords words;

  /// Whether two cells hold the same prediction.
  bool (*same)(const ScoredCell& a, const ScoredCell& b);

  /// What the first value has over the second: positive is better.
  double gain(double of, double over) const { return lower_is_better ? over - of : of - over; }
};

}  // namespace ttt
