#pragma once
#include "kernels/cuda/device_queue.h"
#include "kernels/cuda/team.h"
#include "kernels/views.h"

// Views made where they are used, from image bytes that stay on the device: the integer arithmetic and the
// scaling of kernels/views.h, so the same bits as the CPU makes.

namespace ttt::cuda {

/// One step's views of all lanes and what the rotation task claims about them.
struct ViewShape {
  int64_t lanes = 1;  // K
  int views = 1;      // V
  int height = 0, width = 0, channels = 0;
};

/// How views are drawn; a plain aggregate of what the CPU reads from its options.
struct ViewDraws {
  ViewOptions options;
  uint64_t seed = 1;
  int step = 0;
  int classes = 4;             // of turns; 1: views are not turned
  bool balanced = true;        // view v gets turn v mod classes, else a drawn one
  bool random_labels = false;  // placebo
};

/// x [K, V, H, W, C] and turn labels [K, V] of images [K, H, W, C], bytes; subject [K] is what draws are
/// keyed by.
template <class Queue>
void draw_views(const Queue& queue, const ViewShape& shape, const ViewDraws& draws, const PixelScale& scale,
                const uint8_t* images, const int64_t* subject, float* x, int64_t* labels);

/// The images as they are: x [K, 1, H, W, C].
template <class Queue>
void plain_views(const Queue& queue, const ViewShape& shape, const PixelScale& scale, const uint8_t* images,
                 float* x);

}  // namespace ttt::cuda
