// kind = "puzzle_vote": views of a puzzle vote on its answer, without training.
#include <algorithm>

#include "kernels/lanes/threads.h"
#include "pipeline/methods/demonstration_options.h"
#include "pipeline/methods/method.h"
#include "pipeline/methods/puzzle_answers.h"

namespace ttt {

/// kind = "puzzle_vote": the answer that most views of a puzzle give, each undone.
struct PuzzleVoteOptions {
  std::vector<int> ballots = {1, 2, 4, 8, 16};  // views that vote, a milestone each; the plain one is first
  PuzzleViews views = PuzzleViews::both;
  int demonstrations = 0;  // of each puzzle, the first so many; 0: all
  bool operator==(const PuzzleVoteOptions&) const = default;
};

Fields fields(PuzzleVoteOptions& o) {
  return {{"ballots", &o.ballots, {1, 10'000}},
          {"views", choice(o.views, {"none", "colours", "symmetries", "both"})},
          {"demonstrations", &o.demonstrations, {0, 1000}}};
}

void validate(const PuzzleVoteOptions& o) {
  require_option(!o.ballots.empty() && o.ballots.front() == 1, "ballots",
                 "do not begin with 1, the source model's own answer, from which gains are counted");
  require_option(std::is_sorted(o.ballots.begin(), o.ballots.end()) && all_different(o.ballots), "ballots",
                 "not ascending (each number of views once, in order)");
  require_option(o.views != PuzzleViews::none, "views", "\"none\" (equal views need no vote)");
}

namespace {

CostTable cost_of(const PuzzleVoteOptions& o, const PuzzleNetwork& n, int64_t demonstrations) {
  CostTable cost;
  for (const int ballots : o.ballots) {
    cost.milestone.push_back(ballots);
    cost.flops.push_back(ballots * n.question_flops(shown(o.demonstrations, demonstrations)));
    cost.forward_passes.push_back(ballots);
    cost.backward_passes.push_back(0);
    cost.gradient_steps.push_back(0);
    cost.views.push_back(ballots);
  }
  return cost;
}

Records empty_records_of(const PuzzleVoteOptions& o, const PuzzleNetwork& n, int64_t samples) {
  return empty_puzzle_records(samples, static_cast<int>(o.ballots.size()), 0, n.side);
}

void evaluate_one(const PuzzleVoteOptions& o, const SourceNetwork& source, const Samples& samples, int64_t k,
                  uint64_t seed, Records& records) {
  const PuzzleNetwork& n = puzzle_network(*source.network);
  const auto at = static_cast<size_t>(k);
  const int64_t id = samples.id[at];
  Puzzle puzzle = puzzle_of(samples.tokens[at], fmt::format("sample {}", id));
  const auto all = std::ssize(puzzle.demonstrations);
  puzzle.demonstrations.resize(static_cast<size_t>(shown(o.demonstrations, all)));
  std::ranges::copy(cost_of(o, n, all).flops, records.paid_flops.begin() + k * records.milestones);
  const auto lane = n.lane(source.weights, "norm", 0, seed, id);
  std::vector<Ballot> ballots;
  for (int64_t m = 0; m < std::ssize(o.ballots); ++m) {
    while (std::ssize(ballots) < o.ballots[static_cast<size_t>(m)])
      ballots.push_back(ask(n, *lane, puzzle, o.views, seed, id, static_cast<int>(ballots.size())));
    write_answer(elected(ballots), puzzle.query.out, ballots.front().nats, k, m, records);
  }
}

Records evaluate(const PuzzleVoteOptions& o, const SourceNetwork& source, const Samples& samples,
                 uint64_t seed) {
  Records records = empty_records_of(o, puzzle_network(*source.network), std::ssize(samples.id));
  records.sample = samples.id;
  lanes::for_each_task(std::ssize(samples.id),
                       [&](int64_t k) { evaluate_one(o, source, samples, k, seed, records); });
  return records;
}

const Evaluation evaluation = {
    .cost =
        [](const Options& o, const Network& n) {
          const PuzzleNetwork& puzzles = puzzle_network(n);
          return cost_of(o.get<PuzzleVoteOptions>(), puzzles, puzzles.demonstrations);
        },
    .memory =
        [](const Options& o, const Network& n) {
          const PuzzleNetwork& puzzles = puzzle_network(n);
          const int64_t pairs = shown(o.get<PuzzleVoteOptions>().demonstrations, puzzles.demonstrations);
          return LaneMemory{.saved = puzzles.lane_bytes("norm", 0, pairs, 1)};
        },
    .empty = [](const Options& o, const Network& n, int64_t samples,
                bool) { return empty_records_of(o.get<PuzzleVoteOptions>(), puzzle_network(n), samples); },
    .evaluate =
        [](const Options& o, const SourceNetwork& source, const Samples& samples, const EvaluateOptions& how,
           const Between&) { return evaluate(o.get<PuzzleVoteOptions>(), source, samples, how.seed); }};

}  // namespace

extern const Method puzzle_vote_method;
constinit const Method puzzle_vote_method = {
    .name = "puzzle_vote",
    .summary = "views of a puzzle vote on its answer, without training",
    .source = "Akyürek et al., ICML 2025",
    .needs = "samples that are puzzles, and a model that answers them",
    .cost = "a forward pass a ballot",
    .milestone_meaning = "views",
    .unit = "views",
    .payload = Payload::puzzles,
    .options = options_of<PuzzleVoteOptions>,
    .role = [](const Options&) { return Role::vote; },
    .evaluation = &evaluation};

}  // namespace ttt
