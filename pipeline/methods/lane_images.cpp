#include "pipeline/methods/lane_images.h"

#include <algorithm>

#include "kernels/torch.h"
#include "pipeline/model/network.h"

namespace ttt {

LaneImages lane_images(const Architecture& a, const Samples& samples) {
  const auto lanes = static_cast<int64_t>(samples.id.size());
  const at::Tensor bytes = at::empty({lanes, a.height, a.width, a.channels}, at::kByte);
  const int64_t size = bytes.numel() / lanes;
  for (int64_t k = 0; k < lanes; ++k)
    std::copy_n(samples.adapt_on[k].data, size, bytes.mutable_data_ptr<uint8_t>() + k * size);
  return {bytes.to(device_of(a)), at::tensor(samples.id, at::kLong).to(device_of(a))};
}

}  // namespace ttt
