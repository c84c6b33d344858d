#pragma once
#include "kernels/cuda/device_queue.h"
#include "kernels/cuda/team.h"
#include "kernels/views.h"

// Views made where they are used, from image bytes that stay on the device: the integer arithmetic and the
// scaling of kernels/views.h, so the same bits as the CPU makes.

namespace ttt::cuda {

struct ViewShape {
  int64_t lanes = 1;  // K
  int views = 1;      // V
  int height = 0, width = 0, channels = 0;
};

/// x [K, V, H, W, C] and labels [K, V] of images [K, H, W, C], bytes; subject [K] is what draws are
/// keyed by.
template <class Queue>
void draw_views(const Queue& queue, const ViewShape& shape, const StepViews& draws, const PixelScale& scale,
                const uint8_t* images, const int64_t* subject, float* x, int64_t* labels);

/// x [K, V, H, W, C]: what `views` [K, V] show of images [K, H, W, C], bytes.
template <class Queue>
void show_views(const Queue& queue, const ViewShape& shape, PadMode pad, const PixelScale& scale,
                const uint8_t* images, const View* views, float* x);

}  // namespace ttt::cuda
