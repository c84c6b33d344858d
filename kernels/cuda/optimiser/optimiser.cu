#include "kernels/cuda/device_team.cuh"
#include "kernels/cuda/optimiser/optimiser_inl.h"

namespace ttt::cuda {

template void update(const DeviceQueue&, const SgdRule&, const WeightUpdate&);
template void update(const DeviceQueue&, const AdamRule&, const WeightUpdate&);
template void update_norms(const DeviceQueue&, int64_t, int64_t, const double*, const bool*, double*);
template void drop_lanes_not_finite(const DeviceQueue&, int64_t, int64_t, const float*, bool*);

}  // namespace ttt::cuda
