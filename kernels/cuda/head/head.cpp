#include "kernels/cuda/head/head.h"

namespace ttt::cuda {

bool supported(const HeadShape& s) {
  return s.lanes > 0 && s.views > 0 && s.height > 0 && s.width > 0 && s.channels > 0 && s.channels <= 128 &&
         s.norm_groups > 0 && s.channels % s.norm_groups == 0 && s.classes > 0 && s.classes <= 1024;
}

int64_t head_workspace(const HeadShape& s) {
  const int64_t rows = s.lanes * s.views, map = int64_t{s.height} * s.width;
  return rows * s.channels * (2 + map);  // sums and dz
}

}  // namespace ttt::cuda
