#include "pipeline/sharing/launch_environment.h"

#include <cstdlib>

#include "schemas/error.h"

namespace ttt {
namespace {

int number(const char* text, int otherwise) { return text == nullptr ? otherwise : std::atoi(text); }

}  // namespace

LaunchEnvironment read_launch_environment(const Environment& get) {
  LaunchEnvironment launch;
  launch.pmix = get("PMIX_RANK") != nullptr || get("PMIX_NAMESPACE") != nullptr;
  // mpirun inside a Slurm job starts its daemons by srun, whose variables ranks then inherit: ask for
  // mpirun's first.
  if (const char* ranks = get("OMPI_COMM_WORLD_SIZE")) {
    launch.ranks = number(ranks, 0);
    launch.rank = number(get("OMPI_COMM_WORLD_RANK"), 0);
  } else if (get("SLURM_STEP_ID") != nullptr && get("SLURM_PROCID") != nullptr) {
    const char* tasks = get("SLURM_STEP_NUM_TASKS");
    launch.ranks = number(tasks != nullptr ? tasks : get("SLURM_NTASKS"), 1);
    launch.rank = number(get("SLURM_PROCID"), 0);
    launch.by_srun = true;
  }
  return launch;
}

void check_before_start(const LaunchEnvironment& launch) {
  require(!launch.by_srun || launch.pmix,
          "srun started {} rank(s) without a way to find each other; add --mpi=pmix to the srun line",
          launch.ranks);
}

void check_alone(const LaunchEnvironment& launch, std::string_view stage) {
  if (stage == "all")
    require(launch.ranks == 0 || (launch.by_srun && launch.ranks == 1),
            "a launcher started {} rank(s) of `all`, which starts ranks of its own: call `ttt-eval all SPEC "
            "--ranks {}` without mpirun or srun",
            launch.ranks, launch.ranks);
  require(launch.ranks <= 1,
          "a launcher started {} ranks of `{}`, which a single process does: call it without mpirun or srun "
          "(ranks share only train and run)",
          launch.ranks, stage);
}

void check_size(const LaunchEnvironment& launch, int size) {
  require(launch.ranks == 0 || launch.ranks == size,
          "the launcher started {} ranks but MPI sees {}: launcher and MPI library do not belong together "
          "(use the mpirun of the Open MPI this program was built with, or srun --mpi=pmix)",
          launch.ranks, size);
}

bool prints_early_errors() { return read_launch_environment(std::getenv).rank == 0; }

}  // namespace ttt
