#include "pipeline/sharing/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "pipeline/process/stop_request.h"
#include "pipeline/sharing/backoff.h"
#include "pipeline/sharing/failure.h"

namespace ttt {
namespace {

using Kind = ShareMessage::Kind;

// A rank that was silent for so long no longer counts as alive in the progress line.
constexpr std::chrono::seconds alive_for{60};

constexpr std::chrono::seconds between_shows{1};

/// Samples of all units, or of those that earlier runs finished.
int64_t total_samples(const std::vector<Unit>& units) {
  return std::accumulate(units.begin(), units.end(), int64_t{0},
                         [](int64_t sum, const Unit& unit) { return sum + unit.samples; });
}
int64_t done_samples(const std::vector<Unit>& units, const std::vector<bool>& done) {
  int64_t sum = 0;
  for (size_t i = 0; i < done.size(); ++i) sum += done[i] ? units[i].samples : 0;
  return sum;
}

}  // namespace

Dispatcher::Dispatcher(Exchange& exchange, const std::vector<Unit>& units, const ShareOptions& options,
                       const ReportUnit& report)
    : exchange_(exchange),
      units_(units),
      options_(options),
      report_(report),
      ledger_(std::ssize(units), exchange.size()),
      ranks_(static_cast<size_t>(exchange.size())),
      progress_(options.what, options.noun, total_samples(units), done_samples(units, options.done)),
      done_samples_(done_samples(units, options.done)) {
  for (size_t i = 0; i < options.done.size(); ++i)
    if (options.done[i]) ledger_.skip(static_cast<int64_t>(i));
  if (options.shuffled) ledger_.shuffle(std::random_device()());
}

void Dispatcher::serve() {
  Backoff backoff;
  while (!std::all_of(ranks_.begin(), ranks_.end(), [](const Rank& rank) { return rank.left; })) {
    const bool heard = hear();
    if (stop_requested()) drain();
    for (const auto& [rank, unit] : ledger_.grant())
      exchange_.send(rank, {.kind = Kind::grant, .unit = unit});
    end_when_settled();
    show();
    if (heard) backoff.reset();
    backoff.rest();
  }
}

bool Dispatcher::hear() {
  bool heard = false;
  while (const auto message = exchange_.receive()) {
    handle(message->from, message->message);
    heard = true;
  }
  return heard;
}

void Dispatcher::handle(int from, const ShareMessage& message) {
  Rank& rank = ranks_[from];
  rank.heard = Clock::now();
  if (message.kind == Kind::ask) {
    rank.host = message.text;
    ledger_.ask(from);
  } else if (message.kind == Kind::advance) {
    partly_done_[message.unit] = message.samples;
    if (!message.text.empty()) note_ = message.text;
  } else if (message.kind == Kind::resume) {
    partly_done_[message.unit] = message.samples;
    progress_.start_from(message.samples);
  } else if (message.kind == Kind::done) {
    record(from, message);
  } else if (message.kind == Kind::give_back) {
    partly_done_.erase(message.unit);
    ledger_.give_back(from, message.unit);
  } else if (message.kind == Kind::failed) {
    ledger_.give_back(from, message.unit);
    fail(from, message);
  } else if (message.kind == Kind::stop) {
    drain();
  } else if (message.kind == Kind::bye) {
    rank.left = true;
  }
}

void Dispatcher::record(int from, const ShareMessage& message) {
  ledger_.finish(from, message.unit);
  partly_done_.erase(message.unit);
  done_samples_ += units_[message.unit].samples;
  const UnitReport report{units_[message.unit].id, message.seconds, message.waited, from,
                          ranks_[from].host,       message.text};
  if (const auto failure = failure_of([&] { report_(report); })) {
    fail(0, {.kind = Kind::failed, .code = failure->code, .unit = message.unit, .text = failure->message});
  }
}

void Dispatcher::fail(int from, const ShareMessage& message) {
  ledger_.close();
  if (failure_) return;
  std::string text = fmt::format("{}: {}", units_[message.unit].name, message.text);
  if (exchange_.size() > 1) text += fmt::format(" (rank {} on {})", from, ranks_[from].host);
  failure_ = ShareMessage{.kind = Kind::verdict, .code = message.code, .text = text};
  tell_all({.kind = Kind::abandon});
}

void Dispatcher::drain() {
  if (draining_) return;
  draining_ = true;
  ledger_.close();
  if (!over_) tell_all({.kind = Kind::drain});
}

void Dispatcher::end_when_settled() {
  if (over_ || !ledger_.settled()) return;
  over_ = true;
  const ExitCode code = ledger_.complete() ? ExitCode::complete : ExitCode::drained;
  tell_all(failure_.value_or(ShareMessage{.kind = Kind::verdict, .code = code}));
}

void Dispatcher::tell_all(const ShareMessage& message) {
  for (int rank = 0; rank < exchange_.size(); ++rank) exchange_.send(rank, message);
}

void Dispatcher::show() {
  if (units_.empty()) return;
  int64_t samples = done_samples_;
  for (const auto& [unit, part] : partly_done_) samples += part;
  progress_.update(samples, detail());
  if (!options_.show || Clock::now() - shown_ < between_shows) return;
  shown_ = Clock::now();
  options_.show(state(samples));
}

StageState Dispatcher::state(int64_t samples) const {
  StageState state{.noun = options_.noun,
                   .done = samples,
                   .total = total_samples(units_),
                   .done_before = done_samples(units_, options_.done),
                   .working = {},
                   .hosts = {}};
  for (const int64_t unit : ledger_.held()) state.working.push_back(units_[unit].name);
  for (const Rank& rank : ranks_)
    if (!rank.host.empty() && std::ranges::find(state.hosts, rank.host) == state.hosts.end())
      state.hosts.push_back(rank.host);
  return state;
}

std::string Dispatcher::detail() const {
  const auto now = Clock::now();
  const auto alive = std::count_if(ranks_.begin(), ranks_.end(),
                                   [&](const Rank& rank) { return now - rank.heard < alive_for; });
  std::string text =
      fmt::format("{}/{} units  {}/{} ranks", ledger_.finished(), std::ssize(units_), alive, ranks_.size());
  if (!note_.empty()) text += "  " + note_;
  return draining_ ? text + "  stopping" : text;
}

}  // namespace ttt
