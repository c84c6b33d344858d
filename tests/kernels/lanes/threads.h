#pragma once
#include "kernels/lanes/threads.h"

namespace ttt {

/// So many threads while it lives, one afterwards.
struct Threads {
  explicit Threads(int number) { lanes::use_threads(number); }
  ~Threads() { lanes::use_threads(1); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
};

}  // namespace ttt
