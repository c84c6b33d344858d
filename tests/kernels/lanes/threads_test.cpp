#include "kernels/lanes/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <stdexcept>
#include <thread>

#include "tests/kernels/lanes/threads.h"

namespace ttt::lanes {
namespace {

TEST(Threads, AreAsManyAsWereAskedFor) {
  for (const int number : {1, 2, 5, 3}) {
    const Threads at_work(number);
    for (int again = 0; again < 20; ++again) {
      std::vector<std::thread::id> who(number);
      on_threads(number, [&](int64_t begin, int64_t end) {
        EXPECT_EQ(end, begin + 1);
        who[begin] = std::this_thread::get_id();
      });
      EXPECT_EQ(std::set(who.begin(), who.end()).size(), static_cast<size_t>(number));
      EXPECT_EQ(who.front(), std::this_thread::get_id());
    }
  }
}

TEST(Threads, TakeEveryTaskOnceWhateverTheirNumber) {
  for (const int64_t tasks : {0, 1, 2, 4, 7, 100})
    for (const int number : {1, 2, 3, 8}) {
      const Threads at_work(number);
      std::vector<std::atomic<int>> taken(tasks);
      for_each_task(tasks, [&](int64_t k) { ++taken[k]; });
      for (const auto& times : taken) EXPECT_EQ(times, 1);
    }
}

TEST(Threads, HandOnWhatATaskThrowsAndWorkOn) {
  const Threads three(3);
  for (const int64_t bad : {0, 1, 2}) {
    const auto fails = [&](int64_t k) {
      if (k >= bad) throw std::runtime_error("no");
    };
    EXPECT_THROW(for_each_task(3, fails), std::runtime_error);
    std::atomic<int> done = 0;
    for_each_task(3, [&](int64_t) { ++done; });
    EXPECT_EQ(done, 3);
  }
}

}  // namespace
}  // namespace ttt::lanes
