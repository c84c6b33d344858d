// kind = "vote": views of one image vote; all numbers of votes come from one pass over them.
#include <cmath>

#include "kernels/torch.h"
#include "pipeline/methods/kept_columns.h"
#include "pipeline/methods/method.h"
#include "pipeline/methods/vote_options.h"
#include "pipeline/scores/prediction.h"
#include "pipeline/votes/verdict.h"

namespace ttt {
namespace {

Records empty_records_of(const VoteOptions& o, const ImageNetwork& n, int64_t samples, bool keep_logits) {
  Records records =
      empty_records(samples, static_cast<int>(vote_milestones(o).size()), 0, keep_logits ? n.classes : 0);
  if (keeps(o.keep, "view_logits")) {
    records.view_count = o.views;
    keep_column(records, &Records::view_logits);
  }
  if (vote_rule_of(o.rule).stops_early) keep_column(records, &Records::paid_flops);
  return records;
}

CostTable cost_of(const VoteOptions& o, const ImageNetwork& network) {
  CostTable table;
  for (const int votes : vote_milestones(o)) {
    table.milestone.push_back(votes);
    table.flops.push_back(votes * network.forward_flops(Part::main));
    table.forward_passes.push_back(votes);
    table.backward_passes.push_back(0);
    table.gradient_steps.push_back(0);
    table.views.push_back(votes - 1);  // the first is the plain image
  }
  return table;
}

/// Ballots that are numbers, from the first on.
int finite_ballots(const at::Tensor& z, int64_t k) {
  int count = 0;
  while (count < z.size(1) && finite(row(z, k, count))) ++count;
  return count;
}

/// Records sample k's predictions after each number of its votes, of logits z [K, V, C]; false when one that
/// is not finite ended the count.
bool count_votes(const VoteOptions& o, const at::Tensor& z, int64_t k, int64_t label, double flops_of_vote,
                 Records& records) {
  const VoteRule& rule = vote_rule_of(o.rule);
  const std::vector<int> marks = vote_milestones(o);
  const int ballots = finite_ballots(z, k), classes = static_cast<int>(z.size(2));
  for (int m = 0; m < records.milestones; ++m) {
    if (marks[m] > ballots) return false;
    const std::span<const float> cast(row(z, k).data(), static_cast<size_t>(marks[m]) * classes);
    const Verdict verdict = rule.decide(o.rule.options, {cast, marks[m], classes});
    record_verdict(records, k, m, verdict, label);
    if (rule.stops_early) records.paid_flops[k * records.milestones + m] = verdict.cast * flops_of_vote;
  }
  return true;
}

/// Logits of views x [K, V, H, W, C] as if each were alone -> [K, V, C].
at::Tensor ballots_of(const ImageNetwork& n, const Weights& weights, const at::Tensor& x) {
  if (!n.couples_views()) return n.logits(weights, x, Part::main);
  std::vector<at::Tensor> each;
  for (int64_t v = 0; v < x.size(1); ++v) each.push_back(n.logits(weights, x.narrow(1, v, 1), Part::main));
  return at::cat(each, 1);
}

/// The plain image votes first, then distinct views of it in a drawn order.
Records evaluate(const VoteOptions& o, const SourceNetwork& source, const Samples& samples,
                 const EvaluateOptions& how) {
  const at::NoGradGuard no_grad;
  const auto count = static_cast<int64_t>(samples.id.size());
  const ImageNetwork& n = source.images();
  Records records = empty_records_of(o, n, count, how.keep_logits);
  records.sample = samples.id;

  std::vector<std::vector<View>> views;
  for (const int64_t id : samples.id)
    views.push_back(distinct_views(o.view, how.seed, static_cast<uint64_t>(id), o.views));
  const at::Tensor z =
      recorded(ballots_of(n, source.lanes(count), view_tensor(n, samples.image, views, o.view.pad)))
          .contiguous();
  if (!records.view_logits.empty())
    std::copy_n(z.const_data_ptr<float>(), z.numel(), records.view_logits.begin());
  for (int64_t k = 0; k < count; ++k)
    if (!count_votes(o, z, k, samples.label[k], n.forward_flops(Part::main), records))
      records.status[k] = Status::diverged;
  return records;
}

/// Gives a vote of 0 views as many as the dearest adapt method costs; says when views ran out before.
std::string resolve(VoteOptions& vote, const ImageNetwork& network, double budget) {
  const double forward = network.forward_flops(Part::main);
  if (vote.views == 0) vote.views = affordable_views(vote, forward, budget);
  if (std::isinf(budget) || vote.views * forward > budget - forward) return "";
  return fmt::format(
      "{} of {} distinct views voted: {:.0f} of the {:.0f} forward passes that the dearest adapt "
      "method costs",
      vote.views, distinct_views(vote.view), static_cast<double>(vote.views), budget / forward);
}

void check(const MethodOptions& method, const JobSpec& spec) {
  require_option(spec.run.logits || !keeps(method.kind.options.get<VoteOptions>().keep, "view_logits"),
                 "run.logits", "false, but a vote is to keep view_logits (true)");
}

const Evaluation evaluation = {
    .require_fits = [](const Options&, const Network& n) { require_single_views(image_network(n)); },
    .cost = [](const Options& o,
               const Network& n) { return cost_of(o.get<VoteOptions>(), image_network(n)); },
    .memory =
        [](const Options& o, const Network& n) {
          return LaneMemory{.saved = o.get<VoteOptions>().views * image_network(n).passing_bytes()};
        },
    .empty =
        [](const Options& o, const Network& n, int64_t samples, bool keep_logits) {
          return empty_records_of(o.get<VoteOptions>(), image_network(n), samples, keep_logits);
        },
    .evaluate = [](const Options& o, const SourceNetwork& source, const Samples& samples,
                   const EvaluateOptions& how,
                   const Between&) { return evaluate(o.get<VoteOptions>(), source, samples, how); },
    .resolve = [](Options& o, const Network& n,
                  double budget) { return resolve(o.get<VoteOptions>(), image_network(n), budget); }};

}  // namespace

extern const Method vote_method;
constinit const Method vote_method = {.name = "vote",
                                      .summary = "test-time augmentation: views of the image vote",
                                      .source = "Krizhevsky et al., NeurIPS 2012",
                                      .needs = "nothing",
                                      .cost = "N forward passes for N views",
                                      .milestone_meaning = "views",
                                      .unit = "views",
                                      .options = options_of<VoteOptions>,
                                      .role = [](const Options&) { return Role::vote; },
                                      .evaluation = &evaluation,
                                      .check = check};

}  // namespace ttt
