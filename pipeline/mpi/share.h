#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/mpi/communicator.h"

namespace ttt {

/// One piece of work that ranks share.
struct Unit {
  int64_t id = 0;        // index into the list given to share()
  int64_t samples = 0;   // how much work it is, for the estimate of the time left
  std::string name;      // for messages, e.g. "ttt_rotation/joint-1/3"
};

/// What a finished unit reports to rank 0 besides being done.
struct UnitReport {
  int64_t unit = 0;
  double seconds = 0;
  int rank = 0;
  std::string host;
  std::string note;  // shown on the progress line, may be empty
};

enum class Outcome { complete, drained };

struct ShareOptions {
  std::string what;        // e.g. "run" or "train": heads the progress line
  std::string noun;        // what `samples` count, e.g. "samples"
  int64_t done_units = 0, done_samples = 0;   // finished by earlier runs, for the progress line
};

/// Collective. Every rank calls it with the same units; each unit is worked on by exactly one rank, which calls
/// `work(unit)`; rank 0 hands units out on a thread that sleeps between probes, and calls `report` there for every
/// finished unit. A rank asks for its next unit before the present one ends. `work` returns a note for the report.
/// TERM and USR1 on any rank stop the sharing cleanly: units that have begun are finished, none is begun
/// (Outcome::drained, on every rank). An Error thrown by `work` stops all ranks; every rank then throws
/// it, with rank 0's copy naming the rank. Prints the progress on rank 0's stderr.
Outcome share(const Communicator& communicator, const std::vector<Unit>& units, const ShareOptions& options,
              const std::function<std::string(const Unit&)>& work,
              const std::function<void(const UnitReport&)>& report);

}  // namespace ttt
