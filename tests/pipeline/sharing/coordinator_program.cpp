// What rank 0 does to hand out units to thousands of ranks, measured without them.
//   coordinator_program [RANKS,RANKS,...] [UNIT_SECONDS] [SECONDS]
// The dispatcher, the ledger and the messages' bytes are those of a run. MPI and the ranks are played: a rank
// asks, works for UNIT_SECONDS (0: for no time), says twice a second how far it is, and asks for its next
// unit before it begins one, as UnitTaker does. One line a number of ranks:
//   units/s      that were handed out and finished
//   share        of the time that rank 0's thread for it was computing: what its own work loses
//   first ms     from the first question to the last rank's first unit
//   memory MB    that handing out took at most, the list of units included
#include <fmt/format.h>
#include <sys/resource.h>
#include <time.h>

#include <chrono>
#include <cstdlib>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "pipeline/sharing/dispatcher.h"

namespace ttt {
namespace {

using Kind = ShareMessage::Kind;
using Clock = std::chrono::steady_clock;

constexpr double between_advances = 0.5;  // seconds, as UnitTaker has it

/// Ranks that play their part at the right times.
class PlayedRanks final : public Exchange {
 public:
  PlayedRanks(int ranks, double unit_seconds) : unit_seconds_(unit_seconds), ranks_(ranks) {
    for (int rank = 0; rank < ranks; ++rank) say(rank, {.kind = Kind::ask, .text = "node-0123"});
  }

  int size() const override { return static_cast<int>(ranks_.size()); }

  void send(int rank, const ShareMessage& message) override {
    const ShareMessage heard = decode_share_message(encode(message));
    Rank& to = ranks_[rank];
    if (heard.kind == Kind::verdict) {
      say(rank, {.kind = Kind::bye});
    } else if (heard.kind == Kind::grant && to.unit < 0) {
      begin(rank, heard.unit);
    } else if (heard.kind == Kind::grant) {
      to.reserve = heard.unit;
    }
  }

  std::optional<Heard> receive() override {
    while (said_.empty() && !due_.empty() && std::get<0>(due_.top()) <= now()) {
      const int rank = std::get<1>(due_.top());
      due_.pop();
      wake(rank);
    }
    if (said_.empty()) return std::nullopt;
    const auto [rank, bytes] = std::move(said_.front());
    said_.pop_front();
    return Heard{rank, decode_share_message(bytes)};
  }

  /// Seconds until the last rank had its first unit.
  double all_began() const { return first_; }
  double now() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  struct Rank {
    int64_t unit = -1, reserve = -1;
    double ends = 0;
    bool was_idle = true;
  };

  void say(int rank, const ShareMessage& message) { said_.emplace_back(rank, encode(message)); }

  void begin(int rank, int64_t unit) {
    Rank& own = ranks_[rank];
    if (own.was_idle && ++began_ == size()) first_ = now();
    own = {unit, -1, now() + unit_seconds_, false};
    say(rank, {.kind = Kind::ask, .text = "node-0123"});
    due_.emplace(std::min(own.ends, now() + between_advances), rank);
  }

  /// The rank is done with its unit, or says how far it is.
  void wake(int rank) {
    Rank& own = ranks_[rank];
    if (now() < own.ends) {
      say(rank, {.kind = Kind::advance, .unit = own.unit, .samples = 1});
      due_.emplace(std::min(own.ends, now() + between_advances), rank);
      return;
    }
    say(rank, {.kind = Kind::done, .unit = own.unit, .samples = 2, .seconds = unit_seconds_, .text = "64"});
    own.unit = -1;
    if (own.reserve >= 0) begin(rank, own.reserve);
  }

  Clock::time_point start_ = Clock::now();
  double unit_seconds_;
  std::vector<Rank> ranks_;
  std::deque<std::pair<int, std::string>> said_;
  using Due = std::tuple<double, int>;  // when, who
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  int began_ = 0;
  double first_ = 0;
};

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

double memory_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1e3;
}

void measure(int ranks, double unit_seconds, int64_t count) {
  const double before = memory_mb();
  std::vector<Unit> units;
  for (int64_t i = 0; i < count; ++i) units.push_back({i, 2, fmt::format("ttt_rotation/joint-1/{}", i)});
  PlayedRanks played(ranks, unit_seconds);
  const ShareOptions options;
  int64_t reported = 0;
  const ReportUnit report = [&](const UnitReport&) { ++reported; };
  Dispatcher dispatcher(played, units, options, report);
  const double begin = cpu_seconds();
  dispatcher.serve();
  const double busy = cpu_seconds() - begin, wall = played.now();
  fmt::print("{:>8}{:>10}{:>12.0f}{:>10.2f}%{:>12.1f}{:>12.1f}{}\n", ranks, count,
             static_cast<double>(reported) / wall, 100 * busy / wall, 1e3 * played.all_began(),
             memory_mb() - before, reported == count ? "" : "  UNITS ARE MISSING");
}

}  // namespace
}  // namespace ttt

int main(int argc, char** argv) {
  std::istringstream ranks(argc > 1 ? argv[1] : "64,512,4096");
  const double unit_seconds = argc > 2 ? std::atof(argv[2]) : 10;
  const double seconds = argc > 3 ? std::atof(argv[3]) : 30;
  fmt::print("{:>8}{:>10}{:>12}{:>11}{:>12}{:>12}\n", "ranks", "units", "units/s", "share", "first ms",
             "memory MB");
  for (std::string word; std::getline(ranks, word, ',');) {
    const int number = std::atoi(word.c_str());
    const double rounds = unit_seconds > 0 ? seconds / unit_seconds : 50;
    ttt::measure(number, unit_seconds, static_cast<int64_t>(rounds * number));
  }
}
