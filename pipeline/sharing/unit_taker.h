#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/sharing/link.h"
#include "pipeline/sharing/share.h"

namespace ttt {

/// A rank's side of share(), the same on all ranks: takes units from the dispatcher and works on them.
class UnitTaker final : public Attempt {
 public:
  UnitTaker(Link& link, const std::vector<Unit>& units, const ShareOptions& options, const UnitWork& work);

  /// Works until the dispatcher says that sharing is over; returns its verdict.
  ShareMessage run();

  bool drop_now() override;
  void resume(int64_t samples) override;
  void advance(int64_t samples, const std::string& note) override;

 private:
  using Clock = std::chrono::steady_clock;

  std::optional<int64_t> next();  // waits; nothing: sharing is over
  void attempt(int64_t unit);
  void poll();
  void poll_now_and_then();
  void handle(const ShareMessage& message);
  void stop();
  void send(const ShareMessage& message);

  Link& link_;
  const std::vector<Unit>& units_;
  const ShareOptions& options_;
  const UnitWork& work_;
  int64_t present_ = -1;            // the unit worked on
  std::optional<int64_t> reserve_;  // the one after it
  std::optional<ShareMessage> verdict_;
  std::optional<Clock::time_point> stopped_;  // when this rank heard of a stop
  bool abandon_ = false;
  Clock::time_point polled_ = Clock::now();
  Clock::time_point sent_ = Clock::now();   // the last message
  std::optional<Clock::time_point> ended_;  // the last unit
};

}  // namespace ttt
