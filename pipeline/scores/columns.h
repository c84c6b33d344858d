#pragma once
#include <string>
#include <string_view>

namespace ttt {

/// What is recorded of every prediction and what the analysis makes of it. There is one family.
struct ScoreFamily {
  std::string_view name;
  std::string_view summary;
  std::string_view statistics;
  std::string_view needs;
  std::string_view cost;
};
inline constexpr ScoreFamily classification{
    .name = "classification",
    .summary = "the predicted class against the label",
    .statistics =
        "accuracy with Wilson's interval (JASA 1927); fixed and broken predictions with McNemar's exact "
        "test (Psychometrika 1947); gains with a bootstrap clustered by base image",
    .needs = "a label for each sample; logits with run.logits = true",
    .cost = "nothing: computed from the logits of a prediction"};

/// The columns that each prediction has in results.h5, separated by commas.
std::string score_columns();

}  // namespace ttt
