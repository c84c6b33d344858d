#pragma once
#include <functional>
#include <optional>
#include <string>

#include "jobs/job.h"
#include "pipeline/process/heartbeat.h"
#include "pipeline/process/job_log.h"

namespace ttt {

/// A stage that runs on a job's folder: it is in the folder's log from begin to end, beats as long as it
/// runs, and says when another one is at work there.
class StageScope {
 public:
  /// `visible` on rank 0 only: elsewhere nothing is written.
  StageScope(const Job& job, const std::string& stage, int ranks, bool visible);

  /// Does `body` and logs how it ended; what it throws goes on.
  ExitCode run(const std::function<ExitCode()>& body);

  /// For the beats.
  void show(const StageState& state);

  void note(const std::string& text);
  void warn(const std::string& text);

  /// Whether another stage was at work on the folder when this one began.
  bool has_company() const { return has_company_; }

 private:
  void greet(const std::string& stage);

  std::optional<JobLog> log_;
  std::optional<Heartbeat> heartbeat_;
  double begin_ = 0;  // seconds since 1970
  std::vector<std::string> hosts_;
  bool has_company_ = false;
};

/// Leaves the spec in the folder as job.toml, for `status` and whoever finds the folder: by stages that have
/// found nothing there that contradicts it.
void leave_spec(const Job& job);

}  // namespace ttt
