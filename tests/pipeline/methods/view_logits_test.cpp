// vote.keep = ["view_logits"]: what each view said, from which every rule can be counted again.
#include "kernels/torch.h"
#include "pipeline/methods/vote_options.h"
#include "tests/pipeline/methods/small_episodes.h"
#include "tests/pipeline/oracle.h"
#include "tests/schemas/examples.h"

namespace ttt {
namespace {

struct ViewLogits : SmallEpisodes {
  static constexpr int views = 18;
  VoteOptions options{.views = views, .keep = {"view_logits"}, .view = {.padding = 1, .flip = true}};

  Records vote(const VoteOptions& o) const { return evaluate_lanes({"vote", o}, source, samples, seed); }
  Records vote_by(std::string_view rule) const {
    VoteOptions o = options;
    o.rule = choose(vote_alternatives(), rule);
    return vote(o);
  }
  /// What the rule makes of the first n kept rows of logits of sample k.
  static Verdict counted_again(const VoteRule& rule, const Records& r, int64_t k, int n) {
    const std::span<const float> kept(r.view_logits);
    const auto first = static_cast<size_t>(k * r.view_count * r.classes);
    return rule.decide(rule.options(),
                       {kept.subspan(first, static_cast<size_t>(n * r.classes)), n, r.classes});
  }
};

TEST_F(ViewLogits, AreThoseOfThePlainWay) {
  const Records r = vote(options);
  ASSERT_EQ(r.view_count, views);
  const PlainWeights w = plain_weights(weights, at::kDouble);
  for (int64_t k = 0; k < r.samples; ++k) {
    const auto drawn = distinct_views(options.view, seed, static_cast<uint64_t>(samples.id[k]), views);
    const at::Tensor x = plain_views(architecture, samples.image[k], drawn, options.view.pad, at::kDouble);
    const at::Tensor z = plain_logits(architecture, w, x, "main");
    for (int v = 0; v < views; ++v)
      for (int c = 0; c < 5; ++c)
        EXPECT_NEAR(r.view_logits[(k * views + v) * 5 + c], z[v][c].item<double>(), 1e-5);
  }
}

TEST_F(ViewLogits, CountedAgainGiveEveryRulesPredictionAfterEveryNumberOfVotes) {
  make_predictions_surer();
  const std::vector<int> marks = vote_milestones(options);
  for (const VoteRule* rule : vote_rules()) {
    SCOPED_TRACE(rule->name);
    const Records r = vote_by(rule->name);
    for (int64_t k = 0; k < r.samples; ++k)
      for (int m = 0; m < r.milestones; ++m) {
        const Verdict verdict = counted_again(*rule, r, k, marks[m]);
        EXPECT_EQ(r.predicted[k * r.milestones + m], verdict.predicted);
        const auto recorded = r.logits.begin() + (k * r.milestones + m) * r.classes;
        EXPECT_TRUE(std::equal(verdict.logits.begin(), verdict.logits.end(), recorded));
      }
  }
}

TEST_F(ViewLogits, AreTheSameUnderEveryRuleAndChangeNoOtherColumn) {
  const Records mean = vote(options);
  for (const VoteRule* rule : vote_rules()) {
    SCOPED_TRACE(rule->name);
    Records kept = vote_by(rule->name);
    EXPECT_EQ(kept.view_logits, mean.view_logits);
    VoteOptions bare = options;
    bare.rule = choose(vote_alternatives(), rule->name);
    bare.keep = {};
    kept.view_logits.clear();
    kept.view_count = 0;
    EXPECT_TRUE(same(kept, vote(bare)));
  }
}

TEST_F(ViewLogits, AreTheSameWhoeverTheNeighboursAre) {
  const Records together = vote(options);
  for (size_t k = 0; k < samples.id.size(); ++k) {
    const Records alone = evaluate_lanes({"vote", options}, source, slice(samples, k, 1), seed);
    EXPECT_TRUE(std::ranges::equal(alone.view_logits,
                                   std::span(together.view_logits).subspan(k * views * 5, views * 5)));
  }
}

TEST_F(ViewLogits, ASequentialVotePaysAForwardPassForEveryBallotCast) {
  const double forward = architecture.forward_flops(Part::main);
  const std::vector<int> marks = vote_milestones(options);
  for (const VoteRule* rule : vote_rules()) {
    const Records r = vote_by(rule->name);
    EXPECT_EQ(r.paid_flops.empty(), !rule->stops_early) << rule->name;
    for (size_t i = 0; i < r.paid_flops.size(); ++i) {
      const auto k = static_cast<int64_t>(i) / r.milestones;
      const int n = marks[i % r.milestones];
      const int cast = counted_again(*rule, r, k, n).cast;
      EXPECT_DOUBLE_EQ(r.paid_flops[i], cast * forward);
      EXPECT_GE(2 * cast, n);  // no majority of n votes is sure before half of them are cast
      EXPECT_LE(cast, n);
    }
  }
}

}  // namespace
}  // namespace ttt
