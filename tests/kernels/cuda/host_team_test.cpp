#include "kernels/cuda/host_team.h"

#include <gtest/gtest.h>

namespace ttt::cuda {
namespace {

struct Nothing {
  template <class Team>
  void run(const Team&) const {}
};

TEST(HostQueue, RefusesABlockThatADeviceWouldNotLaunch) {
  EXPECT_NO_THROW(HostQueue().launch(Nothing(), 1, 48 * 1024 / 4));
  EXPECT_THROW(HostQueue().launch(Nothing(), 1, 48 * 1024 / 4 + 1), std::length_error);
}

}  // namespace
}  // namespace ttt::cuda
