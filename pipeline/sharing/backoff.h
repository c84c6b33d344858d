#pragma once
#include <algorithm>
#include <chrono>
#include <thread>

namespace ttt {

/// The pause between two looks at something that cannot wake us: short after an event, then longer up to 1
/// ms. A waiting rank so costs about 1 % of a core and hears of an event within a millisecond.
class Backoff {
 public:
  void rest() {
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(2 * pause_, longest);
  }
  void reset() { pause_ = shortest; }

 private:
  static constexpr std::chrono::microseconds shortest{20}, longest{1000};
  std::chrono::microseconds pause_ = shortest;
};

}  // namespace ttt
