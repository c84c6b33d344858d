#pragma once
#include <string>
#include <utility>
#include <vector>

#include "pipeline/analysis/analysis.h"
#include "pipeline/report/sample_pictures.h"
#include "schemas/choice.h"

namespace ttt {

/// Where the figures come from. Shown as it is; nothing here is computed from the clock.
struct Provenance {
  std::vector<std::pair<std::string, std::string>> facts;    // name, value: versions, digests, hardware, time
  std::vector<std::pair<std::string, std::string>> methods;  // name, TOML
  std::string spec;                                          // the job spec as TOML
  SweepChoices choices = {};                                 // what was chosen on the split tune before
};

/// Facts that results.h5 carries; the caller may add hosts and times.
Provenance provenance_of(const Results& results);

/// The whole report as one HTML file: no scripts, no links to elsewhere.
std::string report_html(const Analysis& analysis, const Provenance& provenance,
                        const SamplePictures& pictures = {});

/// Every curve as a tidy table, one row per group x split x method x model x shift x milestone. Undefined:
/// empty.
std::string curves_csv(const Analysis& analysis);

/// The headline figures as plain text, for the end of `run` and `all`.
std::string terminal_table(const Analysis& analysis);

/// The main picture of the first section as an SVG document.
std::string curve_svg(const Analysis& analysis);

/// A figure of the report as a file of its own.
struct Picture {
  std::string name;  // without ending: "small-curve"; letters, digits, '-' and '_'
  std::string svg;   // a document with its size and a white background, which needs no style sheet
};

/// Every figure of every section, in the report's order. No two have one name.
std::vector<Picture> pictures(const Analysis& analysis);

}  // namespace ttt
