#pragma once
#include <cctype>
#include <string>
#include <string_view>

#include "pipeline/report/findings.h"
#include "pipeline/report/report.h"
#include "tests/pipeline/analysis/synthetic_results.h"

namespace ttt {

inline bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Whether `word` stands in the text by itself ("nan", but not the one in "provenance").
inline bool holds_word(const std::string& text, std::string_view word) {
  const auto letter = [&](size_t i) {
    return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i]));
  };
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    if (!letter(at - 1) && !letter(at + word.size())) return true;
  return false;
}

/// Few resamples: these tests are about words and shapes.
inline ReportOptions quick() {
  ReportOptions options;
  options.bootstrap = 50;
  return options;
}

inline std::string page_of(const Results& results) {
  return report_html(analyse(results, quick()), provenance_of(results));
}

/// All findings of the first section as one text.
inline std::string findings_of(const Results& results) {
  const Analysis analysis = analyse(results, quick());
  std::string text;
  for (const Finding& finding : findings(analysis, analysis.sections[0]))
    text += finding.head + ". " + finding.tests + ". " + finding.evidence + "\n";
  return text;
}

/// `before` and `after` of every ten samples are right at 0 and at 8 steps, under three models that differ a
/// little.
inline Results simple_run(int before, int after) {
  Results results = blank_results(3, 40, {"blur"});
  MethodResults method = blank_method(results, "ttt", "adapt", {0, 8}, {1, 145});
  for (int m = 0; m < 3; ++m)
    for (int64_t row = 0; row < 40; ++row) {
      put(method.records[m], row, 0, row % 10 < before);
      put(method.records[m], row, 1, row % 10 < after && row != m);
    }
  results.methods.push_back(method);
  return results;
}

}  // namespace ttt
