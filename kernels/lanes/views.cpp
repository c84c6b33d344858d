#include "kernels/lanes/views.h"

#include "kernels/lanes/cuda_operations.h"
#include "kernels/torch.h"

namespace ttt::lanes {

DrawnViews draw_views(const at::Tensor& images, const at::Tensor& subject, int count, const StepViews& draws,
                      const PixelScale& scale) {
  if (const auto* cuda = cuda_operations_for(images))
    return cuda->draw_views(images, subject, count, draws, scale);
  const int64_t lanes = images.size(0);
  const auto h = static_cast<int>(images.size(1)), w = static_cast<int>(images.size(2)),
             c = static_cast<int>(images.size(3));
  const DrawnViews drawn{at::empty({lanes, count, h, w, c}, at::kFloat),
                         at::empty({lanes, count}, at::kLong)};
  std::vector<View> views(count);
  for (int64_t k = 0; k < lanes; ++k) {
    const auto of = static_cast<uint64_t>(subject.const_data_ptr<int64_t>()[k]);
    for (int v = 0; v < count; ++v) {
      const LabelledView one = draw_labelled_view(draws, of, static_cast<uint32_t>(v));
      views[v] = one.view;
      drawn.labels.mutable_data_ptr<int64_t>()[k * count + v] = one.label;
    }
    make_views({images.const_data_ptr<uint8_t>() + k * h * w * c, h, w, c}, views, draws.options.pad, scale,
               drawn.x.mutable_data_ptr<float>() + k * drawn.x.stride(0));
  }
  return drawn;
}

}  // namespace ttt::lanes
