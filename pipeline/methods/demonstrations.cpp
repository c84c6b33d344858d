// kind = "demonstrations": test-time training on the demonstrations of a puzzle.
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <numeric>

#include "kernels/draw.h"
#include "kernels/lanes/threads.h"
#include "pipeline/methods/demonstration_options.h"
#include "pipeline/methods/method.h"
#include "pipeline/methods/puzzle_answers.h"

namespace ttt {
namespace {

Records empty_records_of(const DemonstrationOptions& o, const PuzzleNetwork& n, int64_t samples) {
  return empty_puzzle_records(samples, static_cast<int>(o.steps.size()), o.steps.back(), n.side);
}

Puzzle puzzle_with(std::span<const int32_t> tokens, int64_t sample, int most) {
  Puzzle puzzle = puzzle_of(tokens, fmt::format("sample {}", sample));
  const int64_t kept = shown(most, std::ssize(puzzle.demonstrations));
  puzzle.demonstrations.resize(static_cast<size_t>(kept));
  return puzzle;
}

/// Each grid with the answer of another: all moved on by the same drawn number of places.
std::vector<PuzzlePair> shuffled_pairs(std::vector<PuzzlePair> pairs, uint64_t seed, int64_t sample) {
  if (pairs.size() < 2) return pairs;
  const Draw draw(seed, Purpose::output_order, static_cast<uint64_t>(sample));
  const size_t by = 1 + draw.below(0, pairs.size() - 1);
  const std::vector<PuzzlePair> own = pairs;
  for (size_t i = 0; i < pairs.size(); ++i) pairs[i].out = own[(i + by) % own.size()].out;
  return pairs;
}

/// One puzzle, its lane and how it steps.
class Episode {
 public:
  Episode(const DemonstrationOptions& o, const SourceNetwork& source, const Samples& samples, size_t k,
          uint64_t seed)
      : o_(o),
        n_(puzzle_network(*source.network)),
        seed_(seed),
        sample_(samples.id[k]),
        puzzle_(puzzle_with(samples.tokens[k], sample_, o.demonstrations)),
        lane_(n_.lane(source.weights, o.subset, o.rank, seed, sample_)),
        how_(step_of(o)) {
    lesson_ = puzzle_with(samples.adapt_tokens[k], samples.adapt_id[k], o.demonstrations).demonstrations;
    if (o.adapt_on == PuzzleAdaptOn::shuffled) lesson_ = shuffled_pairs(std::move(lesson_), seed, sample_);
  }

  void run(int64_t row, Records& records) {
    int taken = 0;
    for (size_t m = 0; m < o_.steps.size(); ++m) {
      for (; taken < o_.steps[m]; ++taken)
        if (!step(taken, row, records)) {
          records.status[row] = Status::diverged;
          return;
        }
      records.steps_taken[row] = taken;
      answer(row, static_cast<int64_t>(m), records);
    }
  }

 private:
  /// Whether the gradient was finite.
  bool step(int number, int64_t row, Records& records) {
    std::vector<std::vector<PuzzlePair>> views;
    for (int v = 0; v < o_.views_per_step; ++v) {
      const Draw draw(seed_, Purpose::puzzle_view, static_cast<uint64_t>(sample_),
                      static_cast<uint32_t>(number), static_cast<uint32_t>(v));
      const PuzzleView view = drawn_view(o_.views, n_.colours, draw);
      std::vector<PuzzlePair>& pairs = views.emplace_back();
      for (const PuzzlePair& pair : lesson_) pairs.push_back({viewed(pair.in, view), viewed(pair.out, view)});
    }
    const OwnedWindow window = n_.lesson(views);
    const TokenScores scores = lane_->differentiate(window.window());
    const double loss = std::accumulate(scores.nats.begin(), scores.nats.end(), 0.0) /
                        static_cast<double>(scores.nats.size());
    const double length = lane_->step(how_);
    if (!std::isfinite(length)) return false;
    records.aux_loss[row * records.steps + number] = static_cast<float>(loss);
    records.update_norm[row * records.steps + number] = static_cast<float>(length);
    return true;
  }

  void answer(int64_t row, int64_t m, Records& records) {
    std::vector<Ballot> ballots;
    for (int b = 0; b < o_.ballots; ++b)
      ballots.push_back(ask(n_, *lane_, puzzle_, o_.ballot_views, seed_, sample_, b));
    if (!std::isfinite(ballots.front().nats)) {
      records.status[row] = Status::diverged;
      return;
    }
    write_answer(elected(ballots), puzzle_.query.out, ballots.front().nats, row, m, records);
  }

  const DemonstrationOptions& o_;
  const PuzzleNetwork& n_;
  uint64_t seed_;
  int64_t sample_;
  Puzzle puzzle_;
  std::vector<PuzzlePair> lesson_;
  std::unique_ptr<SequenceLane> lane_;
  SequenceStep how_;
};

Records evaluate(const DemonstrationOptions& o, const SourceNetwork& source, const Samples& samples,
                 uint64_t seed) {
  const PuzzleNetwork& n = puzzle_network(*source.network);
  Records records = empty_records_of(o, n, std::ssize(samples.id));
  records.sample = samples.id;
  std::map<int64_t, CostTable> of_pairs;
  for (int64_t k = 0; k < std::ssize(samples.id); ++k) {
    const auto at = static_cast<size_t>(k);
    const auto pairs = std::ssize(puzzle_with(samples.tokens[at], samples.id[at], 0).demonstrations);
    const auto [found, fresh] = of_pairs.try_emplace(pairs);
    if (fresh) found->second = demonstration_cost(o, n, pairs);
    std::ranges::copy(found->second.flops, records.paid_flops.begin() + k * records.milestones);
  }
  lanes::for_each_task(std::ssize(samples.id), [&](int64_t k) {
    Episode(o, source, samples, static_cast<size_t>(k), seed).run(k, records);
  });
  return records;
}

Role role_of(const DemonstrationOptions& o) {
  if (is_placebo(o)) return Role::placebo;
  if (o.steps.back() > 0) return Role::adapt;
  return o.ballots > 1 ? Role::vote : Role::source;
}

LaneMemory memory_of(const DemonstrationOptions& o, const PuzzleNetwork& n) {
  return {.saved =
              n.lane_bytes(o.subset, o.rank, shown(o.demonstrations, n.demonstrations), o.views_per_step)};
}

const Evaluation evaluation = {
    .require_fits = [](const Options& o,
                       const Network& n) { require_fits(o.get<DemonstrationOptions>(), puzzle_network(n)); },
    .cost =
        [](const Options& o, const Network& n) {
          const PuzzleNetwork& puzzles = puzzle_network(n);
          return demonstration_cost(o.get<DemonstrationOptions>(), puzzles, puzzles.demonstrations);
        },
    .memory = [](const Options& o,
                 const Network& n) { return memory_of(o.get<DemonstrationOptions>(), puzzle_network(n)); },
    .empty = [](const Options& o, const Network& n, int64_t samples,
                bool) { return empty_records_of(o.get<DemonstrationOptions>(), puzzle_network(n), samples); },
    .samples =
        [](const Options& o, const TestSet& set, const std::vector<int64_t>& ids, uint64_t seed,
           const SourceFeatures&) {
          return o.get<DemonstrationOptions>().adapt_on == PuzzleAdaptOn::other
                     ? other_samples(set, ids, seed)
                     : own_samples(set, ids);
        },
    .evaluate =
        [](const Options& o, const SourceNetwork& source, const Samples& samples, const EvaluateOptions& how,
           const Between&) { return evaluate(o.get<DemonstrationOptions>(), source, samples, how.seed); },
    .sets_budget = true};

}  // namespace

extern const Method demonstrations_method;
constinit const Method demonstrations_method = {
    .name = "demonstrations",
    .summary = "test-time training on the demonstrations of a puzzle, each asked for given the others",
    .source = "Akyürek et al., ICML 2025",
    .needs = "samples that are puzzles, and a model that answers them",
    .cost = "a forward and a backward pass over twice the demonstrations a step, a forward pass a ballot",
    .milestone_meaning = "gradient steps",
    .unit = "steps",
    .payload = Payload::puzzles,
    .options = options_of<DemonstrationOptions>,
    .role = [](const Options& o) { return role_of(o.get<DemonstrationOptions>()); },
    .evaluation = &evaluation};

}  // namespace ttt
