#include "schemas/files/trial.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "schemas/error.h"

namespace ttt {
namespace {

/// In the child. Nobody sees what it says: the reading that follows says it again.
[[noreturn]] void attempt(const std::function<void()>& read, int seconds) {
  const auto most = static_cast<rlim_t>(seconds);
  const rlimit time{most, most}, no_core{0, 0};
  setrlimit(RLIMIT_CPU, &time);
  setrlimit(RLIMIT_CORE, &no_core);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  try {
    read();
  } catch (...) {
  }
  _exit(0);
}

}  // namespace

void try_reading(const std::filesystem::path& file, const std::function<void()>& read, int seconds) {
  const pid_t child = fork();
  if (child < 0)
    fail(ExitCode::io, "{}: cannot be read in a process of its own ({})", file.string(),
         std::strerror(errno));
  if (child == 0) attempt(read, seconds);
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) fail(ExitCode::io, "{}: cannot be read ({})", file.string(), std::strerror(errno));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  const bool is_endless = WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXCPU);
  fail(ExitCode::data, "{}: is damaged so that the HDF5 library {} (make the file anew)", file.string(),
       is_endless ? "reads it without end" : "crashes on it");
}

}  // namespace ttt
