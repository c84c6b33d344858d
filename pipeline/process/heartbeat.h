#pragma once
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ttt {

/// How far a stage is.
struct StageState {
  std::string noun;                  // what is counted: "samples"
  int64_t done = 0, total = 0;       // of these; total 0: nobody counts
  int64_t done_before = 0;           // by earlier runs
  std::vector<std::string> working;  // units that ranks hold: METHOD/MODEL/BLOCK, or the name of a model
  std::vector<std::string> hosts;    // of the ranks, each once
  bool operator==(const StageState&) const = default;
};

/// A sign of life of a stage that runs on a job's folder.
struct Beat {
  std::string stage, host;
  int64_t pid = 0;
  int64_t started = 0;       // start_of_process()
  double since = 0, at = 0;  // begin of the stage and this beat, seconds since 1970
  int ranks = 1;
  std::string slurm_job;  // "" outside Slurm
  StageState state;
  bool operator==(const Beat&) const = default;
};

std::string to_text(const Beat& beat);

/// Throws a data Error when the text is no beat.
Beat beat_from_text(const std::string& text);

/// Seconds between beats, and after how many without any a process of another machine counts as gone.
inline constexpr double beat_interval = 10, patience_with_beats = 90;

/// Whether its process still runs: of this machine by asking the system, of another by its last beat.
bool is_alive(const Beat& beat, double now);

/// Beats into FOLDER/HOST-PID from a thread of its own, each replacing the last one at once, and removes it
/// at the end. What cannot be written is not: a job must not end of it.
class Heartbeat {
 public:
  Heartbeat(std::filesystem::path folder, const std::string& stage, int ranks);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  /// What the next beat says.
  void show(const StageState& state);

  /// Those of others in the folder that are alive.
  std::vector<Beat> others() const;

 private:
  void serve();
  void beat();

  std::filesystem::path folder_, file_;
  Beat beat_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  std::thread thread_;
};

/// Every beat in the folder, of the living and of those that ended without removing it; by stage and host.
std::vector<Beat> read_beats(const std::filesystem::path& folder);

/// "`run` on node7 (process 4711, Slurm job 12), since 2026-11-29T16:37:51Z".
std::string who(const Beat& beat);

}  // namespace ttt
