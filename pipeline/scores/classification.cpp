#include "pipeline/scores/registry.h"

namespace ttt {
namespace {

bool same(const ScoredCell& a, const ScoredCell& b) {
  return a.records.predicted[a.at()] == b.records.predicted[b.at()];
}

}  // namespace

constinit const ScoreFamily classification = {
    .name = "classification",
    .summary = "the predicted class against the label",
    .columns = "predicted, correct, main_loss, confidence, entropy, margin, logits",
    .statistics =
        "accuracy with Wilson's interval (JASA 1927); fixed and broken predictions with McNemar's exact "
        "test (Psychometrika 1947); gains with a bootstrap clustered by base image",
    .needs = "a label for each sample; logits with run.logits = true",
    .cost = "nothing: computed from the logits of a prediction",
    .words =
        {.value = "accuracy",
         .key = "accuracy",
         .axis = "%",
         .unit = " %",
         .suffix = " %",
         .gain = "gain",
         .gained = "points",
         .gain_unit = "points",
         .over_source = "Gain over the source model, points",
         .gains = "gains",
         .loses = "loses",
         .best = "most accurate",
         .equally_good = "equally accurate",
         .interval = "Wilson",
         .interval_name = "Wilson interval",
         .interval_definition = "interval of an accuracy as if all predictions were independent.",
         .test = "McNemar",
         .test_in_full = "McNemar's exact test",
         .test_key = "p_mcnemar",
         .test_name = "McNemar",
         .test_definition =
             "Exact two-sided binomial test of fixed against broken predictions. With models pooled it is "
             "optimistic: predictions on one image are correlated.",
         .test_of = "McNemar's",
         .gain_definition = "Difference in accuracy to the source model on the same samples, in points.",
         .reading_of_differences = "in points of accuracy",
         .judged = "predictions",
         .better = "fixed",
         .worse = "broken",
         .became_better = "wrong → right",
         .became_worse = "right → wrong",
         .changes = "Predictions that adaptation changed from wrong to right and from right to wrong, all "
                    "source models together.",
         .rival_better = "right",
         .made_better = "models that fixed it",
         .made_worse = "models that broke it",
         .base = "base image",
         .bases = "base images",
         .others = "images",
         .loss = "cross-entropy with the label",
         .diverged = "Counted as wrong from there on: the learning rate may be too high.",
         .bad_input = "(a label out of range) are left out of every figure."},
    .same = same};

}  // namespace ttt
