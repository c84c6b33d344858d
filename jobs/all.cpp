#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "jobs/job.h"
#include "jobs/mpirun.h"
#include "pipeline/process/stop_request.h"
#include "pipeline/sharing/backoff.h"

namespace ttt {
namespace {

constexpr std::array stop_signals = {SIGTERM, SIGUSR1, SIGINT};  // catch_stop_signals()

/// The command line of one stage: this program again, under mpirun when ranks share it.
std::vector<std::string> command_of(const Job& job, const std::filesystem::path& program,
                                    const std::string& stage, int ranks) {
  std::vector<std::string> words;
  if (ranks > 1) words = mpirun_words(ranks);
  words.insert(words.end(), {program.string(), stage, job.spec_file.string(), "--out", job.dir.string()});
  for (const std::string& assignment : job.assignments) words.insert(words.end(), {"--set", assignment});
  return words;
}

/// In the child: becomes the command. It gets a process group of its own, so that a terminal's Ctrl-C reaches
/// only us, and is asked to stop when we are killed.
[[noreturn]] void become(const std::vector<std::string>& words, const sigset_t& unblocked) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGUSR1);
  for (const int number : stop_signals) signal(number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &unblocked, nullptr);
  const int nothing = open("/dev/null", O_RDONLY);  // a background group may not read a terminal
  dup2(nothing, STDIN_FILENO);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  fmt::print(stderr, "ttt-eval: {}: cannot be started: {}\n", words.front(), std::strerror(errno));
  _exit(static_cast<int>(ExitCode::io));
}

/// Starts it. Signals that ask to stop wait until the child is ready to die of one.
pid_t start(const std::vector<std::string>& words) {
  sigset_t stops, before;
  sigemptyset(&stops);
  for (const int number : stop_signals) sigaddset(&stops, number);
  sigprocmask(SIG_BLOCK, &stops, &before);
  const pid_t child = fork();
  if (child == 0) become(words, before);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) fail(ExitCode::io, "{}: cannot be started: {}", words.front(), std::strerror(errno));
  return child;
}

/// Runs a stage and waits. A request to stop is passed on as USR1, the one that mpirun forwards at once and
/// without killing anybody, every few seconds: one that comes while ranks are being started is lost.
ExitCode execute(const std::string& stage, const std::vector<std::string>& words) {
  constexpr double seconds_between = 5;
  const pid_t child = start(words);
  int status = 0, passed_on = 0;
  Backoff backoff;
  for (pid_t ended = 0; (ended = waitpid(child, &status, WNOHANG)) != child; backoff.rest()) {
    if (ended < 0) fail(ExitCode::io, "{}: cannot be waited for: {}", stage, std::strerror(errno));
    if (!stop_requested() || seconds_since_stop_request() < seconds_between * passed_on) continue;
    kill(child, SIGUSR1);
    ++passed_on;
  }
  if (WIFEXITED(status)) return static_cast<ExitCode>(WEXITSTATUS(status));
  if (passed_on > 0) return ExitCode::drained;  // it had not begun, or cannot stop half-way
  fail(ExitCode::internal, "{}: ended by signal {} ({}){}", stage, WTERMSIG(status),
       strsignal(WTERMSIG(status)),
       WTERMSIG(status) == SIGKILL ? "; out of memory? Fewer ranks or lanes need less" : "");
}

bool is_ours(ExitCode code) {
  switch (code) {
    case ExitCode::complete:
    case ExitCode::spec:
    case ExitCode::data:
    case ExitCode::internal:
    case ExitCode::io:
    case ExitCode::drained:
      return true;
  }
  return false;
}

/// Tells ranks how wide the terminal is, which their launcher hides from them (pipeline/process/progress.h).
void announce_terminal() {
  winsize size{};
  if (isatty(STDERR_FILENO) && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    setenv("TTT_TERMINAL", std::to_string(size.ws_col).c_str(), 0);
}

}  // namespace

ExitCode all(const Job& job, const AllOptions& options) {
  if (options.ranks > 1) prepare_mpirun();
  announce_terminal();
  catch_stop_signals();
  signal(SIGCHLD, SIG_DFL);  // whoever started us may have ignored it, and stages would end unseen
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe");  // before a build puts another there
  for (const std::string& stage : options.stages) {
    const bool shared = stage == "train" || stage == "run";
    if (stop_requested()) {
      fmt::print(stderr, "ttt-eval: stopped before {}; the same command goes on\n", stage);
      return ExitCode::drained;
    }
    const int ranks = shared ? options.ranks : 1;
    const ExitCode code = execute(stage, command_of(job, program, stage, ranks));
    if (ranks > 1 && !is_ours(code))
      fail(ExitCode::io, "{}: {}", stage, no_ranks_message(ranks, static_cast<int>(code)));
    if (code != ExitCode::complete) return code;
  }
  return ExitCode::complete;
}

}  // namespace ttt
