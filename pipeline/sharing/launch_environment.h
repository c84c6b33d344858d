#pragma once
#include <functional>
#include <string_view>

namespace ttt {

/// Looks up an environment variable; nullptr when it is not set. Tests give their own.
using Environment = std::function<const char*(const char*)>;

/// What a launcher tells its ranks before MPI starts. With the wrong launch line a launcher starts N programs
/// that each believe to be the only rank, and each would do the whole run: the launcher's own count gives
/// that away.
struct LaunchEnvironment {
  int ranks = 0;         // how many it started, 0: no launcher, or one that does not say
  int rank = 0;          // which of them this is, in the launcher's count
  bool by_srun = false;  // started by srun directly (not by an mpirun inside a job)
  bool pmix = false;     // the launcher offers PMIx, by which Open MPI ranks find each other
};
LaunchEnvironment read_launch_environment(const Environment& get);

/// Before MPI starts: throws a spec Error when srun offers no PMIx. Open MPI 4 would abort, Open MPI 5 start
/// singletons.
void check_before_start(const LaunchEnvironment& launch);

/// For what a single process does: throws a spec Error when a launcher started several, each of which would
/// do all of it, or when mpirun started one of `all`, whose stages could not start MPI inside it.
void check_alone(const LaunchEnvironment& launch, std::string_view stage);

/// Once MPI knows its size: throws a spec Error when it is not what the launcher started.
void check_size(const LaunchEnvironment& launch, int size);

/// True on the one process that should print errors which come before MPI has started.
bool prints_early_errors();

}  // namespace ttt
