#include "pipeline/models/source_network.h"

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

SourceNetwork SourceNetwork::in_float64() const {
  const auto exact = network->computed(Precision::float64, Device::cpu);
  return {exact, exact->placed(weights)};
}

Weights one_lane(const std::map<std::string, Array>& arrays) {
  Weights weights;
  for (const auto& [name, array] : arrays) {
    const at::Tensor one = at::empty(array.shape, at::kFloat);
    std::copy(array.values.begin(), array.values.end(), one.mutable_data_ptr<float>());
    weights[name] = one.unsqueeze(0);
  }
  return weights;
}

std::map<std::string, Array> to_arrays(const Weights& weights) {
  std::map<std::string, Array> arrays;
  for (const auto& [name, weight] : weights) {
    const at::Tensor one = weight.detach().select(0, 0).to(at::kCPU, at::kFloat).contiguous();
    const float* data = one.const_data_ptr<float>();
    arrays[name] = {one.sizes().vec(), std::vector<float>(data, data + one.numel())};
  }
  return arrays;
}

at::Tensor image_tensor(const ImageNetwork& n, std::span<const ImageBytes> images) {
  const auto lanes = static_cast<int64_t>(images.size());
  const at::Tensor bytes = at::empty({lanes, n.height, n.width, n.channels}, at::kByte);
  for (int64_t k = 0; k < lanes; ++k)
    std::copy_n(images[k].data, bytes.stride(0), bytes.mutable_data_ptr<uint8_t>() + k * bytes.stride(0));
  return bytes.to(n.tensor_device());
}

at::Tensor view_tensor(const ImageNetwork& n, std::span<const ImageBytes> images,
                       const std::vector<std::vector<View>>& views, PadMode pad) {
  return n.placed(lanes::show_views(image_tensor(n, images), views, pad, n.pixel_scale()));
}

at::Tensor plain_tensor(const ImageNetwork& network, std::span<const ImageBytes> images) {
  return view_tensor(network, images, std::vector(images.size(), std::vector{View{}}), PadMode::zero);
}

at::Tensor recorded(const at::Tensor& values) { return values.detach().to(at::kCPU, at::kFloat); }

std::span<const float> row(const at::Tensor& logits, int64_t lane, int64_t view) {
  const float* data = logits.const_data_ptr<float>() + lane * logits.stride(0) + view * logits.stride(1);
  return {data, static_cast<size_t>(logits.size(2))};
}

}  // namespace ttt
