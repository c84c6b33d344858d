#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/process/progress.h"
#include "pipeline/sharing/ledger.h"
#include "pipeline/sharing/link.h"
#include "pipeline/sharing/share.h"

namespace ttt {

/// Rank 0's side of share(): hears all ranks, hands out units, shows the progress, and ends it all. Lives on
/// a thread of its own, which the work of rank 0 itself reaches as that of any other rank does.
class Dispatcher {
 public:
  Dispatcher(Exchange& exchange, const std::vector<Unit>& units, const ShareOptions& options,
             const ReportUnit& report);

  /// Returns when every rank has heard the verdict.
  void serve();

 private:
  using Clock = std::chrono::steady_clock;
  struct Rank {
    std::string host;
    Clock::time_point heard = Clock::now();
    bool left = false;
  };

  bool hear();  // true when there was something
  void handle(int from, const ShareMessage& message);
  void record(int from, const ShareMessage& message);
  void fail(int from, const ShareMessage& message);
  void tell_all(const ShareMessage& message);
  void drain();
  void end_when_settled();
  void show();
  std::string detail() const;
  StageState state(int64_t samples) const;

  Exchange& exchange_;
  const std::vector<Unit>& units_;
  const ShareOptions& options_;
  const ReportUnit& report_;
  Ledger ledger_;
  std::vector<Rank> ranks_;
  Progress progress_;
  int64_t done_samples_;
  std::map<int64_t, int64_t> partly_done_;  // unit -> samples, of units being worked on
  std::string note_;
  Clock::time_point shown_{};  // options.show was called
  bool draining_ = false, over_ = false;
  std::optional<ShareMessage> failure_;  // the verdict after the first failure
};

}  // namespace ttt
