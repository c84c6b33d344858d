#include "kernels/cuda/device_team.cuh"
#include "kernels/cuda/views/views_inl.h"

namespace ttt::cuda {

template void draw_views(const DeviceQueue&, const ViewShape&, const StepViews&, const PixelScale&,
                         const uint8_t*, const int64_t*, float*, int64_t*);
template void show_views(const DeviceQueue&, const ViewShape&, PadMode, const PixelScale&, const uint8_t*,
                         const View*, float*);

}  // namespace ttt::cuda
