#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "jobs/job.h"
#include "pipeline/mpi/backoff.h"
#include "pipeline/stop_request.h"

namespace ttt {
namespace {

/// The command line of one stage: this program again, under mpirun when ranks share it.
std::vector<std::string> command_of(const Job& job, const std::string& stage, int ranks) {
  std::vector<std::string> words;
  if (ranks > 1)  // the timeout is what mpirun sleeps, twice, after a rank that returned anything but 0
    words = {"mpirun",    "-q",   "-n",    std::to_string(ranks),       "--oversubscribe",
             "--bind-to", "none", "--mca", "odls_base_sigkill_timeout", "0"};
  words.insert(words.end(), {std::filesystem::read_symlink("/proc/self/exe").string(), stage,
                             job.spec_file.string(), "--out", job.dir.string()});
  for (const std::string& assignment : job.assignments) words.insert(words.end(), {"--set", assignment});
  return words;
}

/// Runs it and waits. A request to stop is passed on as USR1, the one that mpirun forwards at once and
/// without killing anybody; a terminal's Ctrl-C reaches only us, because the child has a process group of its
/// own.
ExitCode execute(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) fail(ExitCode::io, "{}: cannot be started: {}", words.front(), std::strerror(errno));
  if (child == 0) {
    setpgid(0, 0);
    const int nothing = open("/dev/null", O_RDONLY);  // a background group may not read a terminal
    dup2(nothing, STDIN_FILENO);
    execvp(argv[0], argv.data());
    fmt::print(stderr, "ttt-eval: {}: cannot be started: {}\n", words.front(), std::strerror(errno));
    _exit(static_cast<int>(ExitCode::io));
  }
  int status = 0;
  bool passed_on = false;
  for (Backoff backoff; waitpid(child, &status, WNOHANG) == 0; backoff.rest()) {
    if (!stop_requested() || passed_on) continue;
    kill(child, SIGUSR1);
    passed_on = true;
  }
  if (passed_on && WIFSIGNALED(status))
    return ExitCode::drained;  // it had not begun, or cannot stop half-way
  return WIFEXITED(status) ? static_cast<ExitCode>(WEXITSTATUS(status)) : ExitCode::internal;
}

/// Tells ranks how wide the terminal is, which their launcher hides from them (pipeline/progress.h).
void announce_terminal() {
  winsize size{};
  if (isatty(STDERR_FILENO) && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    setenv("TTT_TERMINAL", std::to_string(size.ws_col).c_str(), 0);
}

}  // namespace

ExitCode all(const Job& job, const AllOptions& options) {
  // Open MPI refuses root unless told twice; whoever starts `all` as root has decided already.
  if (geteuid() == 0) {
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 0);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 0);
  }
  setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none",
         0);  // containers forbid it, with a warning a rank
  announce_terminal();
  catch_stop_signals();
  for (const std::string stage : {"prepare", "train", "run", "aggregate", "report"}) {
    const bool shared = stage == "train" || stage == "run";
    const ExitCode code = execute(command_of(job, stage, shared ? options.ranks : 1));
    if (code != ExitCode::complete) return code;
  }
  return ExitCode::complete;
}

}  // namespace ttt
