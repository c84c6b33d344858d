#pragma once
#include <cstdint>
#include <string>

#include "schemas/error.h"

namespace ttt {

/// What a rank and the dispatcher on rank 0 tell each other while units are shared.
struct ShareMessage {
  enum class Kind : int32_t {
    // from a rank
    ask,        // wants one more unit; text: its host
    resume,     // goes on with `unit`, of which an earlier run left `samples` done
    advance,    // is still working on `unit`, `samples` of it done; text: a note
    done,       // finished `unit`; samples, seconds, waited; text: a note
    give_back,  // has not done `unit` and will not
    failed,     // work on `unit` threw; code, text
    stop,       // got a signal
    alive,      // nothing new
    bye,        // heard the verdict, sends nothing any more
    // from the dispatcher
    grant,    // work on `unit`
    drain,    // begin no unit any more, finish the present one if it ends within the grace time
    abandon,  // leave the present unit as soon as possible
    verdict,  // sharing is over; code (complete, drained or a failure), text
  };
  Kind kind = Kind::alive;
  ExitCode code = ExitCode::complete;
  int64_t unit = -1;  // index into the list given to share()
  int64_t samples = 0;
  double seconds = 0;  // time the unit took
  double waited = 0;   // time the rank stood without work before it
  std::string text{};
  bool operator==(const ShareMessage&) const = default;
};

/// As bytes for ranks of the same build: the numbers as they lie in memory, then the text, cut to what a
/// message holds.
std::string encode(const ShareMessage& message);
ShareMessage decode_share_message(const std::string& bytes);

}  // namespace ttt
