#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/process/heartbeat.h"
#include "pipeline/sharing/communicator.h"

namespace ttt {

/// One piece of work that ranks share.
struct Unit {
  int64_t id = 0;       // the caller's, given back in the report
  int64_t samples = 0;  // how much work it is, for the estimate of the time left
  std::string name;     // for messages, e.g. "ttt_rotation/joint-1/3"
};

/// What a finished unit reports to rank 0 besides being done.
struct UnitReport {
  int64_t unit = 0;  // its id
  double seconds = 0;
  double waited = 0;  // seconds the rank stood without work before it: coordination (0 for its first unit)
  int rank = 0;
  std::string host;
  std::string note;  // what work() returned
};

/// A rank's attempt at a unit, as its work sees it. Both calls are cheap: make them between batches of lanes.
class Attempt {
 public:
  virtual ~Attempt() = default;
  /// True when the unit must be left without committing it, by throwing Dropped: another rank failed, or a
  /// stop was asked for and the grace time is over.
  virtual bool drop_now() = 0;
  /// `samples` of the unit's were done by an earlier run: they say nothing of the speed of this one.
  virtual void resume(int64_t samples) = 0;
  /// `samples` of the unit's are done; shown in the progress line, with a note such as the present loss.
  virtual void advance(int64_t samples, const std::string& note = "") = 0;
};
struct Dropped {};

enum class Outcome { complete, drained };

struct ShareOptions {
  std::string what = "run";      // heads the progress line
  std::string noun = "samples";  // what `samples` counts
  std::vector<bool> done{};      // [units] finished by earlier runs; empty: none. Rank 0's counts
  bool shuffled = false;         // units are dealt out in an order of rank 0's own: two jobs on one folder
                                 // then begin at different places
  std::function<void(const StageState&)> show{};  // told every second how far it is, on rank 0's thread
  double grace_seconds = 25;  // for a unit begun before a stop; Slurm kills 30 s after TERM (KillWait)
};

using UnitWork = std::function<std::string(const Unit&, Attempt&)>;
using ReportUnit = std::function<void(const UnitReport&)>;

/// Collective. Every rank calls it with the same units; each unit is worked on by exactly one
/// rank. Rank 0 hands them out on a thread of its own that sleeps between looks, the only one there to call
/// MPI meanwhile; a rank asks for its next unit before it works on the present one. `report` is called on
/// that thread for every finished unit while `work` may be running on another. Prints the progress on rank
/// 0's stderr.
///
/// TERM, USR1 or INT on any rank (stop_request.h) stop the sharing cleanly: units that have begun are
/// finished within the grace time, none is begun; Outcome::drained on every rank, unless all units were done
/// after all. An exception of `work` or `report` stops all ranks: every rank throws the same Error, which
/// names unit and rank. A rank must not leave before share(): wrap what comes before it in agree()
/// (failure.h).
Outcome share(const Communicator& communicator, const std::vector<Unit>& units, const ShareOptions& options,
              const UnitWork& work, const ReportUnit& report);

}  // namespace ttt
