#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace ttt {

/// DIR/job.log: what ran, where and when, what it warned of and how it ended. One line an event, appended
/// whole, so that several processes may write it:
///   2026-11-29T16:37:51Z node7 4711 run: warning: ...
/// Lines wait until the folder is there. A log that cannot be written stops nothing.
class JobLog {
 public:
  /// `file` is the log, `stage` what its lines name.
  JobLog(std::filesystem::path file, std::string stage);

  void note(const std::string& text);

  /// A warning that is said elsewhere, too.
  void keep_warning(const std::string& text);

  /// Also said on standard error.
  void warn(const std::string& text);

 private:
  void append(const std::string& text);

  std::filesystem::path file_;
  std::string stage_, waiting_;
};

/// The warnings of a log, one line each, oldest first; none when there is no log.
std::vector<std::string> warnings_in(const std::filesystem::path& log);

}  // namespace ttt
