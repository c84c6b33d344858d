#include "jobs/mpirun.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

namespace ttt {
namespace {

bool is_on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  return false;
}

/// In a Slurm job Open MPI starts its daemons by srun, and fails where a container or an interactive shell
/// lacks it. Without its Slurm parts it starts all ranks where it is.
void do_without_srun() {
  const char* job = std::getenv("SLURM_JOB_ID");
  if (job == nullptr) job = std::getenv("SLURM_JOBID");
  if (job == nullptr || is_on_path("srun")) return;
  fmt::print(stderr, "ttt-eval: Slurm job {} has no srun on the PATH: all ranks run on this node\n", job);
  setenv("OMPI_MCA_plm", "^slurm", 0);
  setenv("OMPI_MCA_ras", "^slurm", 0);
}

}  // namespace

std::vector<std::string> mpirun_words(int ranks) {
  // The timeout is what mpirun sleeps, twice, after a rank that returned anything but 0; a rank that does not
  // listen yet must not die of a request to stop.
  return {"mpirun",
          "-n",
          std::to_string(ranks),
          "--oversubscribe",
          "--bind-to",
          "none",
          "--mca",
          "odls_base_sigkill_timeout",
          "0",
          "env",
          "--ignore-signal=USR1"};
}

void prepare_mpirun() {
  // Open MPI refuses root unless told twice; whoever starts `all` as root has decided already.
  if (geteuid() == 0) {
    setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 0);
    setenv("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1", 0);
  }
  // Containers forbid it, with a warning a rank.
  setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 0);
  setenv("OMPI_MCA_orte_execute_quiet", "1", 0);  // as -q, which Open MPI 5 does not know
  do_without_srun();
}

std::string no_ranks_message(int ranks, int code) {
  return fmt::format(
      "mpirun ended with {}, which no rank returns: it could not start them, or one was killed; `mpirun -n "
      "{} "
      "--oversubscribe true` says what it lacks",
      code, ranks);
}

}  // namespace ttt
