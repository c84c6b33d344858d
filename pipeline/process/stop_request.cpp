#include "pipeline/process/stop_request.h"

#include <signal.h>
#include <time.h>

#include <atomic>
#include <cstdint>

namespace ttt {
namespace {

// A signal handler has no other way to tell anybody. Steady time in nanoseconds; 0: no signal yet.
std::atomic<int64_t> requested_at{0};
static_assert(std::atomic<int64_t>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

int64_t now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);  // allowed in signal handlers
  return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

void note_request(int) {
  int64_t none = 0;
  requested_at.compare_exchange_strong(none, now());
}

void handle(int signal_number, int flags) {
  struct sigaction action {};
  action.sa_handler = note_request;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  sigaction(signal_number, &action, nullptr);
}

}  // namespace

void catch_stop_signals() {
  handle(SIGTERM, SA_RESTART);
  handle(SIGUSR1, SA_RESTART);
  handle(SIGINT, SA_RESTART | static_cast<int>(SA_RESETHAND));
}

bool stop_requested() { return requested_at.load() != 0; }

double seconds_since_stop_request() {
  const int64_t at = requested_at.load();
  return at == 0 ? 0 : 1e-9 * static_cast<double>(now() - at);
}

}  // namespace ttt
