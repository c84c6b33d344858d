#include "pipeline/methods/lane_images.h"

#include "kernels/torch.h"
#include "pipeline/models/image_network.h"
#include "pipeline/models/source_network.h"

namespace ttt {

LaneImages lane_images(const ImageNetwork& n, const Samples& samples) {
  std::vector<ImageBytes> images;
  std::vector<int64_t> subjects;
  for (size_t k = 0; k < samples.id.size(); ++k) {
    images.push_back(samples.adapt_on[k]);
    subjects.push_back(samples.id[k]);
    if (samples.neighbours.empty()) continue;
    for (const Neighbour& neighbour : samples.neighbours[k]) {
      images.push_back(neighbour.image);
      subjects.push_back(neighbour.id);
    }
  }
  return {static_cast<int64_t>(samples.id.size()), image_tensor(n, images),
          at::tensor(subjects, at::kLong).to(n.tensor_device())};
}

LaneImages own_images(const LaneImages& images) {
  const int64_t each = images.bytes.size(0) / images.lanes;
  const auto first = [&](const at::Tensor& x) { return x.slice(0, 0, std::nullopt, each).contiguous(); };
  return {images.lanes, first(images.bytes), first(images.subject)};
}

}  // namespace ttt
