#include "jobs/stage_scope.h"

#include <fmt/ranges.h>

#include <cstdlib>

#include "pipeline/plan/provenance.h"
#include "pipeline/process/host.h"
#include "schemas/durable_file.h"

namespace ttt {
namespace {

std::string begin_text(const Job& job, int ranks) {
  std::string text = fmt::format("begins: ttt-eval {}, {} rank(s), spec {}", program_version(), ranks,
                                 job.spec_file.string());
  for (const std::string& assignment : job.assignments) text += " --set " + assignment;
  if (const char* slurm = std::getenv("SLURM_JOB_ID")) text += fmt::format(", Slurm job {}", slurm);
  return text;
}

}  // namespace

StageScope::StageScope(const Job& job, const std::string& stage, int ranks, bool visible)
    : begin_(seconds_now()) {
  if (!visible) return;
  log_.emplace(job.files().log(), stage);
  log_->note(begin_text(job, ranks));
  heartbeat_.emplace(job.files().running(), stage, ranks);
  greet(stage);
}

void StageScope::greet(const std::string& stage) {
  for (const Beat& other : heartbeat_->others()) {
    has_company_ = true;
    const bool same = other.stage == stage;
    warn(fmt::format("another job is at work in this folder: {}; {}", who(other),
                     same ? "results stay right, and units that it has finished are not done again, but some "
                            "work may be done twice"
                          : "results stay right"));
  }
}

ExitCode StageScope::run(const std::function<ExitCode()>& body) {
  const auto end = [&](ExitCode code, const std::string& why) {
    if (!hosts_.empty()) note(fmt::format("ranks on {}", fmt::join(hosts_, ", ")));
    note(fmt::format("ends: exit code {} after {:.1f} s{}", static_cast<int>(code), seconds_now() - begin_,
                     why.empty() ? "" : ": " + why));
  };
  try {
    const ExitCode code = body();
    end(code, code == ExitCode::drained ? "stopped with work left" : "");
    return code;
  } catch (const Error& error) {
    end(error.code(), error.what());
    throw;
  } catch (const std::exception& error) {
    end(ExitCode::internal, error.what());
    throw;
  }
}

void StageScope::show(const StageState& state) {
  if (!heartbeat_) return;
  hosts_ = state.hosts;
  heartbeat_->show(state);
}

void StageScope::note(const std::string& text) {
  if (log_) log_->note(text);
}

void StageScope::warn(const std::string& text) {
  if (log_) log_->warn(text);
}

void leave_spec(const Job& job) {
  const std::filesystem::path file = job.files().spec();
  const std::string text = to_toml(job.spec);
  try {
    if (!is_there(file) || read_file(file) != text) publish(file, text);
  } catch (const Error&) {  // a folder that may only be read: nothing depends on it
  }
}

}  // namespace ttt
