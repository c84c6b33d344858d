#pragma once
#include <algorithm>

#include "kernels/cuda/block/block.h"
#include "kernels/cuda/loss/loss.h"
#include "kernels/cuda/optimiser/optimiser.h"
#include "kernels/cuda/stem/stem.h"
#include "kernels/cuda/views/views.h"
#include "tests/kernels/cuda/bench/reference_network.h"

namespace ttt::cuda::bench {

/// K episodes of rotation TTT by SGD on the kernels alone: what the engine of pipeline/ does without autograd
/// and allocations. Device is GpuMemory or HostMemory: a queue and memory on it. Moments of a block's result
/// are kept for the next block's norm.
template <class Device>
class Episodes {
 public:
  Episodes(Device& device, const NetworkOptions& options, int64_t lanes, int views)
      : device_(device),
        options_(options),
        lanes_(lanes),
        views_(views),
        plan_(plan(options, lanes, views)),
        predicting_(plan(options, lanes, 1)),
        source_(device.uploaded(initial_weights(plan_))),
        weights_(device.floats(lanes * plan_.adapted)),
        gradients_(device.floats(lanes * plan_.adapted)),
        images_(device.bytes(lanes * pixels())),
        plain_(device.uploaded(std::vector<View>(static_cast<size_t>(lanes)))),
        subject_(device.integers(lanes)),
        labels_(device.integers(lanes * views)),
        active_(device.flags(lanes)),
        losses_(device.floats(lanes)),
        adapting_(pass(plan_, plan_.rotation)),
        prediction_(pass(predicting_, predicting_.main)) {
    int64_t widest = 0,
            workspace = std::max(stem_workspace(plan_.stem), head_workspace(plan_.rotation.shape));
    for (const auto* blocks : {&plan_.trunk, &plan_.rotation.blocks})
      for (const BlockPlan& b : *blocks) {
        widest = std::max(widest, lanes * views * b.shape.conv1().in_floats());
        workspace = std::max(workspace, block_workspace(b.shape));
      }
    for (float*& buffer : d_) buffer = device.floats(widest);
    workspace_ = device.floats(workspace);
    for (const WeightPlace& w : adapted_weights(plan_)) parts_ += parts_of(w.size);
    squares_ = device.doubles(parts_ * lanes);
    norms_ = device.doubles(lanes);
    view_losses_ = device.doubles(lanes * views);
  }

  uint8_t* images() { return images_; }    // [K, H, W, C]
  int64_t* subject() { return subject_; }  // [K]
  const float* losses() const { return losses_; }
  const float* weights() const { return weights_; }
  const float* gradients() const { return gradients_; }
  const float* logits() const { return prediction_.logits; }
  const NetworkPlan& network() const { return plan_; }

  /// Every lane is the source model again.
  void reset() {
    for (const WeightPlace& w : adapted_weights(plan_))
      device_.broadcast(source_ + w.begin, w.size, weights_ + lanes_ * w.begin, lanes_);
    device_.set(active_, true, lanes_);
  }

  /// Loss of this step's views and its gradient by the adapted weights.
  void differentiate(int step) {
    const StepViews draws{.options = {}, .seed = 1, .step = step};
    const ViewShape shape{lanes_, views_, options_.size, options_.size, options_.channels};
    draw_views(queue(), shape, draws, {}, images_, subject_, adapting_.x, labels_);
    forward(adapting_, plan_, plan_.rotation);
    cross_entropy(queue(), {lanes_, views_, 4}, adapting_.logits, labels_, losses_, adapting_.dlogits,
                  view_losses_);
    backward();
  }

  void step(int step, float rate) {
    differentiate(step);
    for (const WeightPlace& w : adapted_weights(plan_))
      drop_lanes_not_finite(queue(), lanes_, w.size, gradients_ + lanes_ * w.begin, active_);
    double* squares = squares_;
    for (const WeightPlace& w : adapted_weights(plan_)) {
      update(queue(), SgdRule{rate, 0, 0, false},
             {lanes_, w.size, weights_ + lanes_ * w.begin, gradients_ + lanes_ * w.begin, nullptr, nullptr,
              active_, squares});
      squares += parts_of(w.size) * lanes_;
    }
    update_norms(queue(), lanes_, parts_, squares_, active_, norms_);
  }

  /// Logits of the main head for the images as they are.
  void predict() {
    show_views(queue(), {lanes_, 1, options_.size, options_.size, options_.channels}, PadMode::zero, {},
               images_, plain_, prediction_.x);
    forward(prediction_, predicting_, predicting_.main);
  }

 private:
  /// What one block leaves.
  struct BlockMemory {
    BlockState state;
    float* y;
  };
  /// Memory of a pass through trunk and a head.
  struct Pass {
    float *x, *stem, *stem_moments;
    std::vector<BlockMemory> blocks;
    float* last_moments;
    HeadState head;
    float *logits, *dlogits;
  };

  const auto& queue() const { return device_.queue(); }
  int64_t pixels() const { return int64_t{options_.size} * options_.size * options_.channels; }

  static std::vector<BlockPlan> blocks(const NetworkPlan& p, const HeadPlan& head) {
    std::vector<BlockPlan> all = p.trunk;
    all.insert(all.end(), head.blocks.begin(), head.blocks.end());
    return all;
  }

  Pass pass(const NetworkPlan& p, const HeadPlan& head) {
    const int64_t rows = p.stem.lanes * p.stem.views, moments = rows * options_.norm_groups * 2;
    const auto floats = [&](int64_t of_view) { return device_.floats(rows * of_view); };
    Pass m{floats(p.stem.in_floats()), floats(p.stem.out_floats()), device_.floats(moments), {}, nullptr, {},
           floats(head.shape.classes), floats(head.shape.classes)};
    float* next = m.stem_moments;
    for (const BlockPlan& b : blocks(p, head)) {
      const int64_t out = b.shape.conv2().out_floats();
      m.blocks.push_back({{floats(out), next, device_.floats(moments)}, floats(out)});
      next = device_.floats(moments);
    }
    m.last_moments = next;
    m.head = {floats(head.shape.channels), device_.floats(moments)};
    return m;
  }

  /// The lanes' own weight if it is adapted, else the source's for all.
  LaneFloats weight(const WeightPlace& w) const {
    if (w.begin < plan_.adapted) return {weights_ + lanes_ * w.begin, w.size};
    return {source_ + w.begin, 0};
  }
  float* gradient(const WeightPlace& w) { return gradients_ + lanes_ * w.begin; }

  BlockWeights weights(const BlockPlan& b) const {
    return {weight(b.scale1), weight(b.shift1), weight(b.conv1),
            weight(b.scale2), weight(b.shift2), weight(b.conv2)};
  }

  void forward(const Pass& m, const NetworkPlan& p, const HeadPlan& head) {
    stem_forward(queue(), p.stem, weight(p.stem_weight), m.x, m.stem, m.stem_moments, options_.norm_groups,
                 1e-5f);
    const float* x = m.stem;
    const std::vector<BlockPlan> all = blocks(p, head);
    for (size_t b = 0; b < all.size(); ++b) {
      float* next = b + 1 < all.size() ? m.blocks[b + 1].state.moments1 : m.last_moments;
      block_forward(queue(), all[b].shape, weights(all[b]), x, Moments1::given, m.blocks[b].state,
                    m.blocks[b].y, next);
      x = m.blocks[b].y;
    }
    head_forward(queue(), head.shape, head_weights(head), x, m.head, m.logits);
  }

  HeadWeights head_weights(const HeadPlan& h) const {
    return {weight(h.scale), weight(h.shift), weight(h.linear), weight(h.bias)};
  }

  void backward() {
    const Pass& m = adapting_;
    const HeadPlan& h = plan_.rotation;
    const std::vector<BlockPlan> all = blocks(plan_, h);
    float *dy = d_[0], *dx = d_[1];
    head_backward(queue(), h.shape, head_weights(h), m.blocks.back().y, m.head, m.dlogits,
                  {dy, gradient(h.scale), gradient(h.shift), gradient(h.linear), gradient(h.bias)},
                  workspace_);
    for (size_t b = all.size(); b-- > 0;) {
      const BlockPlan& p = all[b];
      block_backward(queue(), p.shape, weights(p), b > 0 ? m.blocks[b - 1].y : m.stem, m.blocks[b].state, dy,
                     {dx, gradient(p.scale1), gradient(p.shift1), gradient(p.conv1), gradient(p.scale2),
                      gradient(p.shift2), gradient(p.conv2)},
                     workspace_);
      std::swap(dy, dx);
    }
    stem_backward(queue(), plan_.stem, m.x, dy, gradient(plan_.stem_weight), workspace_);
  }

  Device& device_;
  NetworkOptions options_;
  int64_t lanes_;
  int views_;
  NetworkPlan plan_, predicting_;
  const float* source_;          // [all weights]
  float *weights_, *gradients_;  // adapted: weight by weight, [K, size] each
  uint8_t* images_;
  const View* plain_;  // the views [K, 1] that show images as they are
  int64_t *subject_, *labels_;
  bool* active_;
  float* losses_;
  Pass adapting_, prediction_;
  float* d_[2];
  float* workspace_;
  int64_t parts_ = 0;
  double *squares_, *norms_, *view_losses_;
};

}  // namespace ttt::cuda::bench
