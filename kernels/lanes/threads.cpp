#include "kernels/lanes/threads.h"

#include <atomic>
#include <exception>
#include <memory>
#include <thread>
#include <vector>

#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

using Range = std::function<void(int64_t begin, int64_t end)>;

/// Returns when value is no longer `old`. Most often that is a moment away, and to be woken takes longer.
void await_change(const std::atomic<unsigned>& value, unsigned old) {
  constexpr int looks = 256;
  for (int i = 0; i < looks; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    std::this_thread::yield();
  }
  value.wait(old, std::memory_order_acquire);
}

thread_local bool in_range = false;  // this thread, on a range

/// Threads that live as long as it does, so that each keeps its working memory (cpu_lane.h).
class Team {
 public:
  explicit Team(int number) : errors_(number) {
    for (int i = 1; i < number; ++i) helpers_.emplace_back([this, i] { help(i); });
  }

  ~Team() {
    task_ = nullptr;
    begin_round();
  }

  int number() const { return static_cast<int>(errors_.size()); }

  void run(int64_t tasks, const Range& task) {
    task_ = &task;
    tasks_ = tasks;
    at_work_ = static_cast<unsigned>(number() - 1);
    begin_round();
    work(0);
    for (unsigned left = at_work_; left != 0; left = at_work_) await_change(at_work_, left);
    for (const std::exception_ptr& error : errors_)
      if (error) std::rethrow_exception(error);
  }

 private:
  void begin_round() {
    ++round_;
    round_.notify_all();
  }

  void help(int i) {
    at::set_num_threads(1);
    const at::NoGradGuard no_grad;  // both belong to a thread
    for (unsigned round = 0;; ++round) {
      await_change(round_, round);
      if (task_ == nullptr) return;
      work(i);
      if (--at_work_ == 0) at_work_.notify_one();
    }
  }

  int64_t begin_of(int64_t i) const { return tasks_ * i / number(); }

  void work(int i) {
    errors_[i] = nullptr;
    in_range = true;
    try {
      if (begin_of(i) < begin_of(i + 1)) (*task_)(begin_of(i), begin_of(i + 1));
    } catch (...) {
      errors_[i] = std::current_exception();
    }
    in_range = false;
  }

  const Range* task_ = nullptr;  // null: nothing left to do
  int64_t tasks_ = 0;
  std::atomic<unsigned> round_ = 0, at_work_ = 0;  // the latter: helpers
  std::vector<std::exception_ptr> errors_;         // one a thread
  std::vector<std::jthread> helpers_;
};

std::unique_ptr<Team> team;

}  // namespace

void use_threads(int number) {
  at::set_num_threads(1);
  team.reset();
  if (number > 1) team = std::make_unique<Team>(number);
}

int threads() { return team ? team->number() : 1; }

void on_threads(int64_t tasks, const Range& f) {
  if (team && tasks > 1 && !in_range)
    team->run(tasks, f);
  else if (tasks > 0)
    f(0, tasks);
}

void for_each_task(int64_t tasks, const std::function<void(int64_t task)>& f) {
  on_threads(tasks, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) f(task);
  });
}

}  // namespace ttt::lanes
