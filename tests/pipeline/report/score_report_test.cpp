#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "pipeline/analysis/choose.h"
#include "pipeline/report/choice_html.h"
#include "pipeline/report/comparison.h"
#include "pipeline/report/figures.h"
#include "pipeline/report/score_text.h"
#include "tests/pipeline/analysis/synthetic_documents.h"
#include "tests/pipeline/report/pages.h"

namespace ttt {
namespace {

Results puzzle_run() {
  Results results = SyntheticRun(3, 10).results();
  results.score = "exact_match";
  for (MethodResults& method : results.methods)
    for (Records& records : method.records) {
      for (auto column : {&Records::confidence, &Records::entropy, &Records::margin, &Records::main_loss})
        std::ranges::fill(records.*column, std::nanf(""));
      keep_column(records, &Records::cells_right);
      std::ranges::fill(records.cells_right, 0.75F);
    }
  return results;
}

/// The page, the table, the curves, and a comparison with itself.
std::vector<std::string> texts_of(const Results& results) {
  const Analysis analysis = analyse(results, quick());
  Results other = results;
  for (Records& records : other.methods[1].records)
    for (size_t i = 0; i < records.correct.size(); i += 3) {
      records.correct[i] = 1 - records.correct[i];
      records.main_loss[i] *= 0.9F;
    }
  JobComparison comparison = compare(results, other, rows_of_same_ids(results, other), quick());
  comparison.name_a = "first";
  comparison.name_b = "second";
  return {page_of(results), terminal_table(analysis), curves_csv(analysis), comparison_html(comparison),
          comparison_text(comparison)};
}

TEST(ReportOfDocuments, SpeaksOfBitsAndNeverOfWhatOnlyClassesHave) {
  for (std::string text : texts_of(document_run(3, 10))) {
    for (const std::string_view wrong :
         {"Accuracy", "McNemar", "mcnemar", "Wilson", "points over", "Calibration", "wrong", "image", "ECE"})
      EXPECT_FALSE(holds(text, wrong)) << wrong << " in " << text.substr(0, 200);
    for (const std::string_view none : {"nan", "inf"}) EXPECT_FALSE(holds_word(text, none)) << none;
  }
}

TEST(ReportOfDocuments, HasPerplexitiesBesideItAndPicturesByPosition) {
  const Results results = document_run(3, 10);
  const Analysis analysis = analyse(results, quick());
  const std::string page = page_of(results), table = terminal_table(analysis);
  for (const std::string& text : {page, table})
    for (const std::string_view part :
         {"bits per byte", "word perplexity", "byte perplexity", "next token right, %", "paired t p"})
      EXPECT_TRUE(holds(text, part)) << part;
  EXPECT_TRUE(holds(page, "By position in the document"));
  const auto all = pictures(analysis);
  const auto positions = std::ranges::find(all, "small-positions", &Picture::name);
  ASSERT_NE(positions, all.end());
  for (const std::string_view name :
       {">source model<", ">ttt, 2 steps<", ">cache, 1 step<", ">other, 4 steps<"})
    EXPECT_TRUE(holds(positions->svg, name)) << name;
}

TEST(ReportOfDocuments, SaysThatBitsAreSaved) {
  const std::string text = findings_of(document_run(3, 10));
  EXPECT_TRUE(holds(text, "ttt saves 0.05")) << text;  // (0.15 - 0.3 x 0.15) / 2
  EXPECT_TRUE(holds(text, "bits per byte at 4 steps")) << text;
  EXPECT_TRUE(holds(text, "the paired t test over base documents says p ")) << text;
  EXPECT_TRUE(holds(text, "documents better, ")) << text;
  EXPECT_TRUE(holds(text, "Helps on spelling")) << text;
  EXPECT_TRUE(holds(text, "Hurts on noise")) << text;
}

TEST(ReportOfDocuments, ChoicesOfASweepAreInBits) {
  Results results = document_run(2, 8);
  std::ranges::fill(results.split, Split::tune);
  const Analysis analysis = analyse(results, quick());
  const SweepChoices choices = choose_on_tune(analysis, {{"ttt", {"ttt", "other"}}});
  const std::string text = choices_table(choices) + choices_text(analysis, choices);
  EXPECT_TRUE(holds(text, "tune bits per byte")) << text;
  EXPECT_TRUE(holds(text, "bits per byte on the split tune")) << text;
  EXPECT_FALSE(holds(text, "%")) << text;
}

/// A puzzle whose answer is a row of two cells: 3 and 4, of which the source model says 3 and 3.
Results answered_run() {
  Results results = blank_results(2, 3, {"held_out"});
  results.score = "exact_match";
  MethodResults method = blank_method(results, "ttt", "adapt", {0, 4}, {1, 13});
  for (Records& records : method.records) {
    records.cell_count = 5;
    keep_column(records, &Records::answer);
  }
  const auto answer = [&](int model, int64_t row, int milestone, std::vector<int16_t> grid, bool right) {
    Records& records = method.records[model];
    put(records, row, milestone, right);
    std::ranges::copy(grid, records.answer.begin() + (row * 2 + milestone) * 5);
  };
  answer(1, 0, 0, {1, 2, 3, 3}, false);
  answer(1, 0, 1, {1, 2, 3, 4}, true);
  answer(0, 2, 0, {2, 1, 5, 6}, true);
  results.methods.push_back(method);
  return results;
}

TEST(SampleStories, HoldTheAnswersOfAModelThatChanged) {
  const SampleStories stories = analyse(answered_run(), quick()).sections[0].stories;
  ASSERT_EQ(stories.better.size(), 1);
  EXPECT_EQ(stories.better[0].answer_before, (Grid{1, 2, {3, 3}}));
  EXPECT_EQ(stories.better[0].answer_after, (Grid{1, 2, {3, 4}}));
  ASSERT_EQ(stories.worse.size(), 1);
  EXPECT_EQ(stories.worse[0].answer_before, (Grid{2, 1, {5, 6}}));
  EXPECT_FALSE(stories.worse[0].answer_after);
}

TEST(AnswerOf, IsNoneWhereTheGridDoesNotFit) {
  Results results = answered_run();
  const Column column{&results.methods[0], 0};
  for (const std::vector<int16_t>& wrong : {std::vector<int16_t>{2, 2}, {0, 3}, {-1, -1}, {1, 4}}) {
    std::ranges::copy(wrong, results.methods[0].records[1].answer.begin());
    EXPECT_FALSE(answer_of(column, 1, 0)) << wrong[0];
  }
}

TEST(Pictures, OfEveryFamilyAreThoseOfThePage) {
  for (const Results& results : {document_run(2, 5), answered_run()}) {
    const Analysis analysis = analyse(results, quick());
    const std::string page = report_html(analysis, {});
    size_t figures = 0;
    for (size_t at = page.find("<figure>"); at != std::string::npos; at = page.find("<figure>", at + 1))
      ++figures;
    EXPECT_EQ(pictures(analysis).size(), figures) << results.score;
  }
}

TEST(ReportOfPuzzles, DrawsAnswersBeforeAndAfter) {
  const Analysis analysis = analyse(answered_run(), quick());
  const auto all = pictures(analysis);
  const auto puzzles = std::ranges::find(all, "small-puzzles", &Picture::name);
  ASSERT_NE(puzzles, all.end());
  for (const std::string_view part :
       {"#2ecc40", "#ffdc00", "#aaaaaa", "#f012be", ">adapted: right<", ">no answer<"})
    EXPECT_TRUE(holds(puzzles->svg, part)) << part;
  EXPECT_TRUE(holds(report_html(analysis, {}), "Answers before and after"));
  EXPECT_FALSE(holds(page_of(puzzle_run()), "Answers before and after"));
}

TEST(ReportOfPuzzles, SpeaksOfExactMatchAndNeverOfClassesOrConfidence) {
  for (std::string text : texts_of(puzzle_run())) {
    for (const std::string_view wrong :
         {"accuracy", "Accuracy", "Calibration", "calibration", "image", "entropy"})
      EXPECT_FALSE(holds(text, wrong)) << wrong << " in " << text.substr(0, 200);
    for (const std::string_view none : {"nan", "inf"}) EXPECT_FALSE(holds_word(text, none)) << none;
  }
  const std::string page = page_of(puzzle_run());
  for (const std::string_view part : {"exact match, %", "right cells, %", "pass@2, %", "McNemar", "Wilson"})
    EXPECT_TRUE(holds(page, part)) << part;
}

/// The fields of each line by the header's names.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream text(line + ",");
  for (std::string field; std::getline(text, field, ',');) fields.push_back(field);
  return fields;
}

TEST(CurvesCsv, OfEveryFamilyHasAFieldForEachName) {
  for (const Results& results : {SyntheticRun(2, 4).results(), document_run(2, 4), puzzle_run()}) {
    std::istringstream lines(curves_csv(analyse(results, quick())));
    std::string line;
    std::getline(lines, line);
    const size_t names = fields_of(line).size();
    while (std::getline(lines, line)) ASSERT_EQ(fields_of(line).size(), names) << line;
  }
}

TEST(CurvesCsv, OfClassificationKeepsItsNames) {
  const std::string table = curves_csv(analyse(SyntheticRun(2, 4).results(), quick()));
  EXPECT_EQ(
      table.substr(0, table.find('\n')),
      "group,split,method,kind,role,model,shift,milestone,milestone_unit,n,correct,accuracy,accuracy_low,"
      "accuracy_high,accuracy_models_low,accuracy_models_high,forward_equivalents,flops,forward_passes,"
      "backward_passes,gradient_steps,views,seconds_per_sample,gain,gain_models_low,gain_models_high,"
      "p_models,p_models_holm,gain_bootstrap_low,gain_bootstrap_high,fixed,broken,p_mcnemar,"
      "p_mcnemar_holm,main_loss,calibration_error,partial");
}

TEST(CurvesCsv, OfDocumentsNamesBitsAndPerplexities) {
  const std::string table = curves_csv(analyse(document_run(2, 4), quick()));
  const std::string header = table.substr(0, table.find('\n'));
  for (const std::string_view name :
       {",bits_per_byte,bits_per_byte_low,", ",word_perplexity,byte_perplexity,next_token_accuracy,",
        ",better,worse,p_sign,p_paired_t,p_paired_t_holm,"})
    EXPECT_TRUE(holds(header, name)) << header;
  EXPECT_FALSE(holds(header, "correct,bits"));
}

TEST(ScoreText, RoundsGainsToWhatIsPrinted) {
  EXPECT_EQ(value_text(next_token, 3.21391), "3.214");
  EXPECT_EQ(gain_text(next_token, 0.0412), "+0.041");
  EXPECT_EQ(gain_text(next_token, -0.0004), "0.000");
  EXPECT_EQ(gain_range(next_token, {-0.01, 0.0994}), "−0.010 … +0.099");
  EXPECT_EQ(value_heading(next_token), "bits per byte");
  EXPECT_EQ(value_heading(exact_match), "exact match, %");
}

}  // namespace
}  // namespace ttt
