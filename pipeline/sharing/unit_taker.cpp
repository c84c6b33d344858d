#include "pipeline/sharing/unit_taker.h"

#include <algorithm>

#include "pipeline/process/host.h"
#include "pipeline/process/stop_request.h"
#include "pipeline/sharing/backoff.h"
#include "pipeline/sharing/failure.h"

namespace ttt {
namespace {

using Kind = ShareMessage::Kind;
using Seconds = std::chrono::duration<double>;

// While a unit is worked on. Asking MPI more often would cost the core: with more ranks than cores each
// question lets other processes go first.
constexpr Seconds between_polls{0.02};
constexpr Seconds between_advances{0.5};  // so many messages are enough for a person
constexpr Seconds between_signs_of_life{5};

}  // namespace

UnitTaker::UnitTaker(Link& link, const std::vector<Unit>& units, const ShareOptions& options,
                     const UnitWork& work)
    : link_(link), units_(units), options_(options), work_(work) {}

ShareMessage UnitTaker::run() {
  const ShareMessage ask{.kind = Kind::ask, .text = host_name()};
  send(ask);
  while (const auto unit = next()) {
    send(ask);
    attempt(*unit);
  }
  send({.kind = Kind::bye});
  return *verdict_;
}

std::optional<int64_t> UnitTaker::next() {
  for (Backoff backoff;; backoff.rest()) {
    poll();
    if (verdict_) return std::nullopt;
    if (!reserve_) continue;
    const int64_t unit = *reserve_;
    reserve_.reset();
    if (!stopped_) return unit;
    send({.kind = Kind::give_back, .unit = unit});
  }
}

void UnitTaker::attempt(int64_t unit) {
  present_ = unit;
  const auto start = Clock::now();
  const double waited = ended_ ? Seconds(start - *ended_).count() : 0;
  ShareMessage report{.kind = Kind::done, .unit = unit, .samples = units_[unit].samples, .waited = waited};
  const auto failure = failure_of([&] {
    try {
      report.text = work_(units_[unit], *this);
    } catch (const Dropped&) {
      report.kind = Kind::give_back;
    }
  });
  if (failure) {
    report.kind = Kind::failed;
    report.code = failure->code;
    report.text = failure->message;
    stop();
  }
  ended_ = Clock::now();
  report.seconds = Seconds(*ended_ - start).count();
  present_ = -1;
  send(report);
}

bool UnitTaker::drop_now() {
  poll_now_and_then();
  if (abandon_) return true;
  return stopped_ && Seconds(Clock::now() - *stopped_).count() >= options_.grace_seconds;
}

void UnitTaker::resume(int64_t samples) {
  send({.kind = Kind::resume, .unit = present_, .samples = samples});
}

void UnitTaker::advance(int64_t samples, const std::string& note) {
  poll_now_and_then();
  if (Clock::now() - sent_ < between_advances) return;
  send({.kind = Kind::advance, .unit = present_, .samples = samples, .text = note});
}

void UnitTaker::poll_now_and_then() {
  if (Clock::now() - polled_ >= between_polls) poll();
}

void UnitTaker::poll() {
  polled_ = Clock::now();
  while (const auto message = link_.receive()) handle(*message);
  if (stop_requested() && !stopped_) {
    stop();
    send({.kind = Kind::stop});
  }
  if (Clock::now() - sent_ >= between_signs_of_life) send({.kind = Kind::alive});
}

void UnitTaker::handle(const ShareMessage& message) {
  if (message.kind == Kind::grant) {
    reserve_ = message.unit;
  } else if (message.kind == Kind::drain) {
    stop();
  } else if (message.kind == Kind::abandon) {
    abandon_ = true;
    stop();
  } else if (message.kind == Kind::verdict) {
    verdict_ = message;
  }
}

void UnitTaker::stop() {
  if (stopped_) return;
  const Seconds ago(seconds_since_stop_request());  // 0 when the signal came to another rank
  stopped_ = Clock::now() - std::chrono::duration_cast<Clock::duration>(ago);
}

void UnitTaker::send(const ShareMessage& message) {
  link_.send(message);
  sent_ = Clock::now();
}

}  // namespace ttt
