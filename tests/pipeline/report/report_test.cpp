#include "pipeline/report/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "pipeline/analysis/families.h"
#include "pipeline/report/figures.h"
#include "pipeline/report/findings.h"
#include "pipeline/report/pdf.h"
#include "pipeline/report/text.h"
#include "tests/pipeline/report/pages.h"

namespace ttt {
namespace {

TEST(Report, IsTheSameBytesForTheSameResults) {
  const Results results = SyntheticRun(3, 10).results();
  EXPECT_EQ(page_of(results), page_of(results));
  EXPECT_EQ(curves_csv(analyse(results, quick())), curves_csv(analyse(results, quick())));
}

TEST(Report, StandsAlone) {
  const std::string page = page_of(SyntheticRun(3, 10).results());
  for (const std::string_view forbidden :
       {"<script", "http://", "https://", "url(", "@import", "<link", "<img"})
    EXPECT_FALSE(holds(page, forbidden)) << forbidden;
}

TEST(Report, NeverPrintsNumbersThatAreNone) {
  Results results = SyntheticRun(1, 1).results();  // one model, one base image: most statistics are undefined
  const Analysis analysis = analyse(results, quick());
  for (const std::string& text :
       {page_of(results), curves_csv(analysis), terminal_table(analysis), curve_svg(analysis)}) {
    EXPECT_FALSE(holds_word(text, "nan"));
    EXPECT_FALSE(holds_word(text, "inf"));
  }
}

TEST(Report, EscapesEveryNameItIsGiven) {
  Results results = SyntheticRun(2, 5).results();
  results.methods[1].name = "<b>&\"ttt'";
  results.model[0] = "<i>model</i>";
  results.shift_names[3] = "<u>blur";
  results.spec = "</pre><em>";
  results.methods[4].note = "<s>";
  const std::string page = page_of(results);
  for (const std::string_view raw : {"<b>&\"", "<i>", "<u>", "<em>", "<s>"})
    EXPECT_FALSE(holds(page, raw)) << raw;
  EXPECT_TRUE(holds(page, "&lt;b&gt;&amp;&quot;ttt&#39;"));
}

TEST(Report, PartialResultsAreLabelledEverywhere) {
  Results results = simple_run(4, 6);
  EXPECT_FALSE(holds(page_of(results), "Partial"));
  results.partial = true;
  const Analysis analysis = analyse(results, quick());
  const std::string page = page_of(results);
  EXPECT_LT(page.find("Partial results"), page.find("<h1>"));
  EXPECT_TRUE(holds(page, "<title>Partial: "));
  EXPECT_EQ(terminal_table(analysis).rfind("PARTIAL RESULTS", 0), 0);
  EXPECT_TRUE(holds(curve_svg(analysis), "partial results"));
  EXPECT_TRUE(holds(curves_csv(analysis), ",1\n"));
  EXPECT_FALSE(holds(curves_csv(analysis), ",0\n"));
}

TEST(Report, WritesResultsWithoutAMethodUnderTest) {
  Results results = blank_results(2, 5, {"blur"});
  EXPECT_TRUE(holds(page_of(results), "No method under test"));
  results.methods.push_back(blank_method(results, "vote", "vote", {1, 4}, {1, 4}));
  EXPECT_TRUE(holds(page_of(results), "No method under test"));
  results.methods = {blank_method(results, "source", "adapt", {0}, {1})};
  EXPECT_TRUE(holds(page_of(results), "No method under test"));
  EXPECT_TRUE(holds(curve_svg(analyse(results, quick())), "<svg"));
}

TEST(Report, PartialPicturesAreLabelledOnTheirOwn) {
  Results results = SyntheticRun(2, 4).results();
  results.partial = true;
  for (const Picture& picture : pictures(analyse(results, quick())))
    EXPECT_TRUE(holds(picture.svg, ">partial results<")) << picture.name;
}

/// Two groups that a file name cannot tell apart, on two splits.
TEST(Pictures, HaveNamesOfTheirOwnThatAnyFileSystemTakes) {
  Results results = SyntheticRun(2, 4).results();
  results.model_group = {"../a b", "../a.b"};
  results.split[0] = Split::tune;
  std::set<std::string> names;
  for (const Picture& picture : pictures(analyse(results, quick()))) {
    EXPECT_TRUE(names.insert(picture.name).second) << picture.name;
    EXPECT_EQ(picture.name.find_first_of("/. "), std::string::npos) << picture.name;
  }
  EXPECT_EQ(names.count("---a-b-curve"), 1);
  EXPECT_EQ(names.count("---a-b-curve-2"), 1);
  EXPECT_EQ(names.count("---a-b-tune-curve"), 1);
}

TEST(Pictures, AreThoseOfThePage) {
  const Analysis analysis = analyse(SyntheticRun(2, 4).results(), quick());
  const std::string page = report_html(analysis, {});
  size_t figures = 0;
  for (size_t at = page.find("<figure>"); at != std::string::npos; at = page.find("<figure>", at + 1))
    ++figures;
  EXPECT_EQ(pictures(analysis).size(), figures);
  EXPECT_EQ(pictures(analysis).front().svg, curve_svg(analysis));
}

TEST(TerminalTable, SaysOfEveryDifferenceWhatThePageSays) {
  const Analysis analysis = analyse(SyntheticRun(3, 10).results(), quick());
  const std::string page = report_html(analysis, {});
  std::string table = terminal_table(analysis);
  table.erase(std::unique(table.begin(), table.end(),
                          [](char a, char b) { return std::isspace(a) && std::isspace(b); }),
              table.end());
  std::ranges::replace(table, '\n', ' ');
  for (const Finding& finding : findings(analysis, analysis.sections[0])) {
    if (finding.tests.empty()) continue;
    EXPECT_TRUE(holds(page, escape(finding.tests)));
    const std::string mcnemar = finding.tests.substr(finding.tests.find("McNemar"), 30);  // plain ASCII
    EXPECT_TRUE(holds(table, mcnemar)) << mcnemar << table;
  }
}

/// The synthetic run with so many votes more that no table may list every milestone.
Results crowded_run() {
  Results results = SyntheticRun(3, 10).results();
  for (int i = 0; i < 10; ++i) {
    results.methods.push_back(results.methods[4]);
    results.methods.back().name = "vote_" + std::to_string(i);
  }
  results.methods.push_back(results.methods[1]);
  results.methods.back().name = "gate";
  results.methods.back().role = Role::policy;
  results.methods.push_back(results.methods[1]);
  results.methods.back().name = "gate+random";
  results.methods.back().role = Role::control;
  return results;
}

/// The lines of the table that start with `name`, indented in any way.
std::vector<std::string> lines_of(const std::string& table, const std::string& name) {
  std::vector<std::string> lines;
  std::istringstream text(table);
  for (std::string line; std::getline(text, line);) {
    const size_t start = line.find_first_not_of(' ');
    if (start != std::string::npos && line.compare(start, name.size() + 1, name + " ") == 0)
      lines.push_back(line);
  }
  return lines;
}

TEST(TerminalTable, OfManyMethodsHoldsTheLastMilestoneOfEach) {
  const Results results = crowded_run();
  const std::string table = terminal_table(analyse(results, quick()));
  const std::string rows = table.substr(table.find("McNemar p"));
  EXPECT_EQ(lines_of(rows, "source model").size(), 1);
  for (const MethodResults& method : results.methods) {
    if (method.role == Role::source) continue;
    const auto lines = lines_of(rows, method.name);
    ASSERT_EQ(lines.size(), 1) << method.name;
    EXPECT_TRUE(holds(lines[0], milestone_text(method.cost.milestone.back(), method.unit)));
  }
}

size_t count_of(const std::string& text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(Report, OfManyMethodsDrawsFewCurvesAndEachWithItsOwnLook) {
  const Analysis analysis = analyse(crowded_run(), quick());
  EXPECT_LE(analysis.shortlist.size(), most_curves);
  EXPECT_EQ(analysis.shortlist.front(), *analysis.under_test);
  std::set<std::string> looks;
  for (const int method : analysis.shortlist)
    EXPECT_TRUE(looks.insert(method_styles(analysis)[method].classes).second) << method;
  EXPECT_EQ(curve_figure(analysis, analysis.sections[0]).legend.size(), analysis.shortlist.size());
}

TEST(Report, OfAFamilyEveryMemberHasItsOwnLook) {
  const Analysis analysis = analyse(crowded_run(), quick());
  for (const Family& family : families(analysis.methods)) {
    std::set<std::string> looks;
    for (const Member& member : family.members)
      EXPECT_TRUE(looks.insert(method_styles(analysis)[member.method].classes).second) << member.method;
  }
}

TEST(Report, EveryMethodIsInTheTableOfItsFamilyAndInAPicture) {
  const Results results = crowded_run();
  const std::string page = page_of(results);
  for (const MethodResults& method : results.methods)
    EXPECT_TRUE(holds(page, "<td>" + method.name + "</td>")) << method.name;
  const Analysis analysis = analyse(results, quick());
  const auto& all = pictures(analysis);
  const auto votes = std::ranges::find(all, "small-curve_vote", &Picture::name);
  ASSERT_NE(votes, all.end());
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(holds(votes->svg, ">vote_" + std::to_string(i) + "<"));
}

TEST(Report, EachFamilyHasOneConclusionAndTheRestFolded) {
  const Analysis analysis = analyse(crowded_run(), quick());
  const std::string page = report_html(analysis, {});
  EXPECT_EQ(count_of(page, "<p class=\"family\">"), families(analysis.methods).size());
  EXPECT_TRUE(holds(page, "gate+random there: "));
}

TEST(Report, SaysWhenItHelpsAndWhichSamples) {
  Results results = SyntheticRun(3, 10).results();
  EXPECT_FALSE(holds(page_of(results), "(uses labels)"));
  for (Records& records : results.methods[1].records) {
    keep_column(records, &Records::grad_cos);
    std::ranges::fill(records.grad_cos, 0.5F);  // no spread: no correlation
  }
  const std::string page = page_of(results);
  EXPECT_TRUE(holds(page, "When does it help?"));
  EXPECT_TRUE(holds(page, "cosine of main and auxiliary gradient (uses labels)"));
  EXPECT_TRUE(holds(page, " samples fixed most</summary>"));
}

TEST(Findings, CompareWithTheBestOfEachFamilyAtEqualCost) {
  Results results = crowded_run();
  for (Records& records : results.methods[9].records)  // vote_3 is always right
    for (int64_t row = 0; row < records.samples; ++row)
      for (int m = 0; m < records.milestones; ++m) put(records, row, m, true);
  const std::string text = findings_of(results);
  EXPECT_TRUE(holds(text, "behind vote_3 with all its views")) << text;
  EXPECT_TRUE(holds(text, "The best of 11 votes here.")) << text;
  EXPECT_EQ(count_of(text, "with all its views"), 1) << text;
}

TEST(TerminalTable, OfFewMethodsHoldsEveryMilestone) {
  const std::string table = terminal_table(analyse(SyntheticRun(3, 10).results(), quick()));
  for (const std::string_view at : {" 1 step ", " 2 steps ", " 4 steps ", " 8 steps "})
    EXPECT_TRUE(holds(table, at)) << at;
}

TEST(TerminalTable, IndentsControlsBelowTheirPolicy) {
  const std::string table = terminal_table(analyse(crowded_run(), quick()));
  const std::string rows = table.substr(table.find("McNemar p"));
  EXPECT_TRUE(holds(rows, "\n    gate "));
  EXPECT_TRUE(holds(rows, "\n      gate+random "));
  EXPECT_LT(rows.find("\n    gate "), rows.find("\n      gate+random "));
}

TEST(TerminalTable, OfManyMethodsIsOneTable) {
  Results results = crowded_run();
  for (size_t row = 0; row < results.split.size(); ++row)
    if (results.base[row] % 2 == 0) results.split[row] = Split::tune;
  const std::string table = terminal_table(analyse(results, quick()));
  EXPECT_EQ(table.find("McNemar p"), table.rfind("McNemar p"));
}

TEST(TerminalTable, IsPlainAscii) {
  const std::string table = terminal_table(analyse(SyntheticRun(3, 10).results(), quick()));
  EXPECT_TRUE(std::ranges::all_of(table, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
}

/// The synthetic run, every other base image of which is of the split tune.
Results split_run() {
  Results results = SyntheticRun(3, 10).results();
  for (size_t row = 0; row < results.split.size(); ++row)
    if (results.base[row] % 2 == 0) results.split[row] = Split::tune;
  return results;
}

TEST(Answer, StandsBeforeEverythingElseOfTheSection) {
  const Analysis analysis = analyse(SyntheticRun(3, 10).results(), quick());
  const std::string page = report_html(analysis, {});
  EXPECT_LT(page.find("At this budget, use this"), page.find("class=\"tiles\""));
  const std::string table = terminal_table(analysis);
  EXPECT_LT(table.find("at this budget"), table.find("McNemar"));
}

TEST(Answer, SaysOnWhichSamplesItWasChosen) {
  EXPECT_TRUE(holds(page_of(SyntheticRun(3, 10).results()), "on the same samples that give the figures"));
  const std::string page = page_of(split_run());
  EXPECT_TRUE(holds(page, "on the split tune; the figures are of the split report"));
  EXPECT_FALSE(holds(page, "on the same samples that give the figures"));
}

TEST(Answer, IsGivenOnceForBothSplits) {
  const std::string table = terminal_table(analyse(split_run(), quick()));
  EXPECT_EQ(table.find("at this budget"), table.rfind("at this budget"));
}

TEST(Answer, SaysWhenTheBudgetBuysNothing) {
  Results results = blank_results(2, 5, {"blur"});
  results.methods.push_back(blank_method(results, "ttt", "adapt", {0, 4}, {1.5, 40}));
  EXPECT_TRUE(holds(terminal_table(analyse(results, quick())), "nothing costs so little"));
}

TEST(CurvesCsv, EveryLineHasEveryField) {
  Results results = SyntheticRun(2, 4).results();
  const std::string table = curves_csv(analyse(results, quick()));
  const auto fields = std::count(table.begin(), table.begin() + table.find('\n'), ',');
  for (size_t at = 0; at < table.size();) {
    const size_t end = table.find('\n', at);
    EXPECT_EQ(std::count(table.begin() + at, table.begin() + end, ','), fields) << table.substr(at, end - at);
    at = end + 1;
  }
}

/// Where tests/pipeline/report/test_report.py wants a report, its curves and the cells behind them.
TEST(SampleReport, IsWrittenForThePythonTest) {
  const char* folder = std::getenv("TTT_SAMPLE_REPORT");
  if (!folder) GTEST_SKIP() << "driven by test_report.py";
  const Results results = SyntheticRun(3, 12).results();
  const Analysis analysis = analyse(results, {}, {{"ttt_rotation", "small-11", 100, 1.5}});
  const std::filesystem::path where(folder);
  std::ofstream(where / "report.html") << page_of(results);
  std::ofstream(where / "curves.csv") << curves_csv(analysis);
  std::ofstream(where / "curve.svg") << curve_svg(analysis);
  for (const Picture& picture : pictures(analysis)) {
    std::ofstream(where / (picture.name + ".svg")) << picture.svg;
    if (writes_pdf()) std::ofstream(where / (picture.name + ".pdf")) << pdf_of(picture.svg);
  }
  std::ofstream cells(where / "cells.csv");
  cells << "method,kind,model,shift,base,milestone,correct,confidence\n";
  for (const MethodResults& method : results.methods)
    for (size_t model = 0; model < results.model.size(); ++model)
      for (size_t row = 0; row < results.sample.size(); ++row)
        for (size_t m = 0; m < method.cost.milestone.size(); ++m) {
          const size_t at = row * method.cost.milestone.size() + m;
          cells << method.name << ',' << method.kind << ',' << results.model[model] << ','
                << results.shift_names[results.shift[row]] << ',' << results.base[row] << ','
                << method.cost.milestone[m] << ',' << int{method.records[model].correct[at]} << ','
                << method.records[model].confidence[at] << '\n';
        }
}

}  // namespace
}  // namespace ttt
