#include "kernels/cuda/optimiser/optimiser.h"

#include "kernels/cuda/optimiser/part.h"

namespace ttt::cuda {

int64_t update_parts(int64_t size) { return (size + kPart - 1) / kPart; }

}  // namespace ttt::cuda
