#include "pipeline/process/heartbeat.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>
#include <tuple>

#include "pipeline/process/host.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"

namespace ttt {
namespace {

constexpr std::string_view first_line = "ttt-eval heartbeat 1\n";

/// The key's value as a whole number or with its fraction; 0 when it is none.
int64_t whole(const std::string& text) { return std::atoll(text.c_str()); }
double number(const std::string& text) { return std::atof(text.c_str()); }

void set(Beat& beat, const std::string& key, const std::string& value) {
  if (key == "stage") beat.stage = value;
  if (key == "host") beat.host = value;
  if (key == "pid") beat.pid = whole(value);
  if (key == "started") beat.started = whole(value);
  if (key == "since") beat.since = number(value);
  if (key == "at") beat.at = number(value);
  if (key == "ranks") beat.ranks = std::max(1, static_cast<int>(whole(value)));
  if (key == "slurm_job") beat.slurm_job = value;
  if (key == "noun") beat.state.noun = value;
  if (key == "done") beat.state.done = whole(value);
  if (key == "total") beat.state.total = whole(value);
  if (key == "done_before") beat.state.done_before = whole(value);
  if (key == "working") beat.state.working.push_back(value);
  if (key == "rank_host") beat.state.hosts.push_back(value);
}

/// Whether it is of a process of this machine that is no more.
bool is_left_behind(const Beat& beat) {
  return beat.host == host_name() && start_of_process(beat.pid) != beat.started;
}

std::filesystem::path file_of(const std::filesystem::path& folder, const Beat& beat) {
  return folder / fmt::format("{}-{}", beat.host, beat.pid);
}

void remove_left_behind(const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const Beat& beat : read_beats(folder))
    if (is_left_behind(beat)) std::filesystem::remove(file_of(folder, beat), ignored);
  const std::string ours = host_name() + "-";  // what was being written when its process was killed
  for (std::filesystem::directory_iterator entry(folder, ignored), end; entry != end;
       entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    if (entry->path().extension() == ".part" && name.starts_with(ours) &&
        start_of_process(whole(name.substr(ours.size()))) == 0)
      std::filesystem::remove(entry->path(), ignored);
  }
}

}  // namespace

std::string to_text(const Beat& b) {
  std::string text = fmt::format(
      "{}stage {}\nhost {}\npid {}\nstarted {}\nsince {:.3f}\nat {:.3f}\nranks {}\nslurm_job {}\nnoun {}\n"
      "done {}\ntotal {}\ndone_before {}\n",
      first_line, b.stage, b.host, b.pid, b.started, b.since, b.at, b.ranks, b.slurm_job, b.state.noun,
      b.state.done, b.state.total, b.state.done_before);
  for (const std::string& unit : b.state.working) text += "working " + unit + "\n";
  for (const std::string& host : b.state.hosts) text += "rank_host " + host + "\n";
  return text;
}

Beat beat_from_text(const std::string& text) {
  if (!text.starts_with(first_line)) fail(ExitCode::data, "is no sign of life of this version of ttt-eval");
  Beat beat;
  std::istringstream lines(text.substr(first_line.size()));
  for (std::string line; std::getline(lines, line);) {
    const size_t blank = line.find(' ');
    if (blank != std::string::npos) set(beat, line.substr(0, blank), line.substr(blank + 1));
  }
  return beat;
}

bool is_alive(const Beat& beat, double now) {
  if (beat.host == host_name()) return start_of_process(beat.pid) == beat.started;
  return now - beat.at < patience_with_beats;
}

Heartbeat::Heartbeat(std::filesystem::path folder, const std::string& stage, int ranks)
    : folder_(std::move(folder)) {
  const char* slurm = std::getenv("SLURM_JOB_ID");
  beat_ = {.stage = stage,
           .host = host_name(),
           .pid = getpid(),
           .started = start_of_process(getpid()),
           .since = seconds_now(),
           .at = 0,
           .ranks = ranks,
           .slurm_job = slurm == nullptr ? "" : slurm,
           .state = {}};
  file_ = file_of(folder_, beat_);
  remove_left_behind(folder_);
  beat();
  thread_ = std::thread([this] { serve(); });
}

Heartbeat::~Heartbeat() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_one();
  thread_.join();
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
  std::filesystem::remove(folder_, ignored);  // fails as long as others beat there
}

void Heartbeat::show(const StageState& state) {
  const std::lock_guard lock(mutex_);
  beat_.state = state;
}

std::vector<Beat> Heartbeat::others() const {
  std::vector<Beat> found = read_beats(folder_);
  std::erase_if(found, [this](const Beat& b) {
    return (b.host == beat_.host && b.pid == beat_.pid) || !is_alive(b, seconds_now());
  });
  return found;
}

void Heartbeat::serve() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::duration<double>(beat_interval), [this] { return over_; })) {
    lock.unlock();
    beat();
    lock.lock();
  }
}

void Heartbeat::beat() {
  std::string text;
  {
    const std::lock_guard lock(mutex_);
    beat_.at = seconds_now();
    text = to_text(beat_);
  }
  std::error_code error;
  if (!std::filesystem::is_directory(folder_.parent_path(), error)) return;  // nothing is made there yet
  try {
    publish(file_, text);
  } catch (const Error&) {  // a full disk, a folder that may only be read
  }
}

std::vector<Beat> read_beats(const std::filesystem::path& folder) {
  std::vector<Beat> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".part") continue;
    try {
      found.push_back(beat_from_text(read_file(entry->path())));
    } catch (const Error&) {  // removed meanwhile, or somebody else's
    }
  }
  std::ranges::sort(found, {}, [](const Beat& b) { return std::tie(b.stage, b.host, b.pid); });
  return found;
}

std::string who(const Beat& beat) {
  return fmt::format("`{}` on {} (process {}{}), since {}", beat.stage, beat.host, beat.pid,
                     beat.slurm_job.empty() ? "" : ", Slurm job " + beat.slurm_job, utc_text(beat.since));
}

}  // namespace ttt
