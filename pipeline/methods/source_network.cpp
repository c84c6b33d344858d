#include "pipeline/methods/source_network.h"

#include <algorithm>

#include "kernels/lanes/views.h"
#include "kernels/torch.h"

namespace ttt {

Weights SourceNetwork::lanes(int64_t count) const {
  Weights shared;
  for (const auto& [name, weight] : weights) {
    std::vector<int64_t> shape = weight.sizes().vec();
    shape[0] = count;
    shared[name] = weight.expand(shape);
  }
  return shared;
}

SourceNetwork source_network(const Architecture& architecture, const std::map<std::string, Array>& arrays) {
  return {architecture, placed(architecture, one_lane(arrays))};
}

PixelScale pixel_scale(const Architecture& a) {
  return {static_cast<float>(a.options.pixel_mean), static_cast<float>(a.options.pixel_deviation)};
}

at::Tensor image_tensor(const Architecture& a, std::span<const ImageBytes> images) {
  const auto lanes = static_cast<int64_t>(images.size());
  const at::Tensor bytes = at::empty({lanes, a.height, a.width, a.channels}, at::kByte);
  for (int64_t k = 0; k < lanes; ++k)
    std::copy_n(images[k].data, bytes.stride(0), bytes.mutable_data_ptr<uint8_t>() + k * bytes.stride(0));
  return bytes.to(device_of(a));
}

at::Tensor view_tensor(const Architecture& a, std::span<const ImageBytes> images,
                       const std::vector<std::vector<View>>& views, PadMode pad) {
  return placed(a, lanes::show_views(image_tensor(a, images), views, pad, pixel_scale(a)));
}

at::Tensor plain_tensor(const Architecture& architecture, std::span<const ImageBytes> images) {
  return view_tensor(architecture, images, std::vector(images.size(), std::vector{View{}}), PadMode::zero);
}

at::Tensor recorded(const at::Tensor& values) { return values.detach().to(at::kCPU, at::kFloat); }

std::span<const float> row(const at::Tensor& logits, int64_t lane, int64_t view) {
  const float* data = logits.const_data_ptr<float>() + lane * logits.stride(0) + view * logits.stride(1);
  return {data, static_cast<size_t>(logits.size(2))};
}

}  // namespace ttt
