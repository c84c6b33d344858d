#pragma once
#include "kernels/cuda/views/views.h"

// Included by the sources that choose a queue: views.cu and the tests on the host.

namespace ttt::cuda {

/// Writes one view of one image. A block a view.
struct MakeViews {
  ViewShape shape;
  StepViews draws;
  PixelScale scale;
  const uint8_t* images;
  const int64_t* subject;  // null: the images as they are
  float* x;
  int64_t* labels;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int64_t lane = team.block() / shape.views,
                  floats = int64_t{shape.height} * shape.width * shape.channels;
    const auto v = static_cast<uint32_t>(team.block() % shape.views);
    team.phase([&](int t) {
      View view;
      if (subject) {
        const LabelledView drawn = draw_labelled_view(draws, static_cast<uint64_t>(subject[lane]), v);
        view = drawn.view;
        if (t == 0) labels[team.block()] = drawn.label;
      }
      for (int64_t n = t; n < floats; n += kThreads) x[team.block() * floats + n] = pixel(view, lane, n);
    });
  }

 private:
  TTT_DEVICE float pixel(const View& view, int64_t lane, int64_t n) const {
    const auto at = static_cast<int>(n / shape.channels), c = static_cast<int>(n % shape.channels);
    const Pixel p = source_pixel(view, shape.height, shape.width, at / shape.width, at % shape.width);
    const int y = least(greatest(p.y, 0), shape.height - 1), px = least(greatest(p.x, 0), shape.width - 1);
    const bool inside = p.y == y && p.x == px;
    const uint8_t* image = images + lane * shape.height * shape.width * shape.channels;
    const bool shown = inside || draws.options.pad == PadMode::replicate;
    return scale.value(shown ? image[(int64_t{y} * shape.width + px) * shape.channels + c] : uint8_t{0});
  }
};

template <class Queue>
void draw_views(const Queue& queue, const ViewShape& s, const StepViews& draws, const PixelScale& scale,
                const uint8_t* images, const int64_t* subject, float* x, int64_t* labels) {
  queue.launch(MakeViews{s, draws, scale, images, subject, x, labels}, s.lanes * s.views, 0);
}

template <class Queue>
void plain_views(const Queue& queue, const ViewShape& s, const PixelScale& scale, const uint8_t* images,
                 float* x) {
  queue.launch(MakeViews{s, {}, scale, images, nullptr, x, nullptr}, s.lanes * s.views, 0);
}

}  // namespace ttt::cuda
