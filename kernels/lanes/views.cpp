#include "kernels/lanes/views.h"

#include "kernels/lanes/cuda_operations.h"
#include "kernels/lanes/threads.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

/// Image k of [K, H, W, C], bytes in memory of the host.
ImageBytes image_of(const at::Tensor& images, int64_t k) {
  return {images.const_data_ptr<uint8_t>() + k * images.stride(0), static_cast<int>(images.size(1)),
          static_cast<int>(images.size(2)), static_cast<int>(images.size(3))};
}

}  // namespace

at::Tensor empty_views(const at::Tensor& images, int64_t count) {
  return at::empty({images.size(0), count, images.size(1), images.size(2), images.size(3)},
                   images.options().dtype(at::kFloat));
}

DrawnViews draw_views(const at::Tensor& images, const at::Tensor& subject, int count, const StepViews& draws,
                      const PixelScale& scale) {
  if (const auto* cuda = cuda_operations_for(images))
    return cuda->draw_views(images, subject, count, draws, scale);
  const int64_t lanes = images.size(0);
  const DrawnViews drawn{empty_views(images, count), at::empty({lanes, count}, at::kLong)};
  for_each_task(lanes, [&](int64_t k) {
    std::vector<View> views(count);
    const auto of = static_cast<uint64_t>(subject.const_data_ptr<int64_t>()[k]);
    for (int v = 0; v < count; ++v) {
      const LabelledView one = draw_labelled_view(draws, of, static_cast<uint32_t>(v));
      views[v] = one.view;
      drawn.labels.mutable_data_ptr<int64_t>()[k * count + v] = one.label;
    }
    make_views(image_of(images, k), views, draws.options.pad, scale,
               drawn.x.mutable_data_ptr<float>() + k * drawn.x.stride(0));
  });
  return drawn;
}

at::Tensor show_views(const at::Tensor& images, const std::vector<std::vector<View>>& views, PadMode pad,
                      const PixelScale& scale) {
  if (const auto* cuda = cuda_operations_for(images)) return cuda->show_views(images, views, pad, scale);
  const at::Tensor x = empty_views(images, static_cast<int64_t>(views.front().size()));
  for_each_task(images.size(0), [&](int64_t k) {
    make_views(image_of(images, k), views[k], pad, scale, x.mutable_data_ptr<float>() + k * x.stride(0));
  });
  return x;
}

}  // namespace ttt::lanes
