#include "pipeline/methods/lane_images.h"

#include "kernels/torch.h"
#include "pipeline/methods/source_network.h"
#include "pipeline/model/network.h"

namespace ttt {

LaneImages lane_images(const Architecture& a, const Samples& samples) {
  return {image_tensor(a, samples.adapt_on), at::tensor(samples.id, at::kLong).to(device_of(a))};
}

}  // namespace ttt
