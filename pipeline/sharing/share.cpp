#include "pipeline/sharing/share.h"

#include <thread>

#include "pipeline/sharing/dispatcher.h"
#include "pipeline/sharing/link.h"
#include "pipeline/sharing/unit_taker.h"

namespace ttt {
namespace {

ShareMessage share_on_rank_0(const Communicator& communicator, const std::vector<Unit>& units,
                             const ShareOptions& options, const UnitWork& work, const ReportUnit& report) {
  MemoryLink link;
  MpiExchange exchange(communicator, link);
  Dispatcher dispatcher(exchange, units, options, report);
  std::thread service([&] { dispatcher.serve(); });
  const ShareMessage verdict = UnitTaker(link, units, options, work).run();
  service.join();
  return verdict;
}

ShareMessage share_on_other_rank(const Communicator& communicator, const std::vector<Unit>& units,
                                 const ShareOptions& options, const UnitWork& work) {
  MpiLink link(communicator);
  return UnitTaker(link, units, options, work).run();
}

}  // namespace

Outcome share(const Communicator& communicator, const std::vector<Unit>& units, const ShareOptions& options,
              const UnitWork& work, const ReportUnit& report) {
  const ShareMessage verdict = communicator.rank() == 0
                                   ? share_on_rank_0(communicator, units, options, work, report)
                                   : share_on_other_rank(communicator, units, options, work);
  if (verdict.code == ExitCode::complete) return Outcome::complete;
  if (verdict.code == ExitCode::drained) return Outcome::drained;
  throw Error(verdict.code, verdict.text);
}

}  // namespace ttt
