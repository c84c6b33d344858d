#pragma once
#include "kernels/cuda/views/views.h"

// Included by the sources that choose a queue: views.cu and the tests on the host.

namespace ttt::cuda {

/// Writes one view of one image: what thread t does of a block a view.
struct ViewWriter {
  ViewShape shape;
  PadMode pad;
  PixelScale scale;
  const uint8_t* images;
  float* x;

  TTT_DEVICE void write(const View& view, int64_t block, int t) const {
    const int64_t floats = int64_t{shape.height} * shape.width * shape.channels;
    for (int64_t n = t; n < floats; n += kThreads)
      x[block * floats + n] = pixel(view, block / shape.views, n);
  }

 private:
  TTT_DEVICE float pixel(const View& view, int64_t lane, int64_t n) const {
    const auto at = static_cast<int>(n / shape.channels), c = static_cast<int>(n % shape.channels);
    const Pixel p = source_pixel(view, shape.height, shape.width, at / shape.width, at % shape.width);
    const int y = least(greatest(p.y, 0), shape.height - 1), px = least(greatest(p.x, 0), shape.width - 1);
    const bool inside = p.y == y && p.x == px;
    const uint8_t* image = images + lane * shape.height * shape.width * shape.channels;
    const bool shown = inside || pad == PadMode::replicate;
    return scale.value(shown ? image[(int64_t{y} * shape.width + px) * shape.channels + c] : uint8_t{0});
  }
};

struct DrawViews {
  ViewWriter writer;
  StepViews draws;
  const int64_t* subject;
  int64_t* labels;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const auto of = static_cast<uint64_t>(subject[team.block() / writer.shape.views]);
    const auto v = static_cast<uint32_t>(team.block() % writer.shape.views);
    team.phase([&](int t) {
      const LabelledView drawn = draw_labelled_view(draws, of, v);
      if (t == 0) labels[team.block()] = drawn.label;
      writer.write(drawn.view, team.block(), t);
    });
  }
};

struct ShowViews {
  ViewWriter writer;
  const View* views;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    team.phase([&](int t) { writer.write(views[team.block()], team.block(), t); });
  }
};

template <class Queue>
void draw_views(const Queue& queue, const ViewShape& s, const StepViews& draws, const PixelScale& scale,
                const uint8_t* images, const int64_t* subject, float* x, int64_t* labels) {
  queue.launch(DrawViews{{s, draws.options.pad, scale, images, x}, draws, subject, labels}, s.lanes * s.views,
               0);
}

template <class Queue>
void show_views(const Queue& queue, const ViewShape& s, PadMode pad, const PixelScale& scale,
                const uint8_t* images, const View* views, float* x) {
  queue.launch(ShowViews{{s, pad, scale, images, x}, views}, s.lanes * s.views, 0);
}

}  // namespace ttt::cuda
