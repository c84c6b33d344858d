#include "pipeline/models/operations.h"

#include "kernels/lanes/losses.h"
#include "kernels/lanes/low_rank.h"
#include "kernels/lanes/stem.h"
#include "kernels/torch.h"

namespace ttt::operations {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::Variable;
using torch::autograd::variable_list;

struct Stem : Function<Stem> {
  static Variable forward(AutogradContext* ctx, const Variable& x, const Variable& weight, int64_t stride) {
    ctx->save_for_backward({x, weight});
    ctx->saved_data["stride"] = stride;
    return lanes::stem(x, weight, static_cast<int>(stride));
  }
  static variable_list backward(AutogradContext* ctx, variable_list dy) {
    const auto s = ctx->get_saved_variables();
    const int stride = static_cast<int>(ctx->saved_data["stride"].toInt());
    return {{}, lanes::stem_backward(dy[0].contiguous(), s[0], s[1], stride), {}};
  }
};

struct ResidualBlock : Function<ResidualBlock> {
  static Variable forward(AutogradContext* ctx, const Variable& x, const Variable& scale1,
                          const Variable& shift1, const Variable& conv1, const Variable& scale2,
                          const Variable& shift2, const Variable& conv2, const lanes::BlockOptions& options) {
    const auto f = lanes::residual_block(x, {scale1, shift1, conv1, scale2, shift2, conv2}, options);
    const lanes::BlockState& s = f.state;
    ctx->save_for_backward(
        {x, scale1, shift1, conv1, scale2, shift2, conv2, s.inner, s.moments1, s.moments2});
    ctx->saved_data["options"] =
        std::vector<int64_t>{options.stride, options.groups, static_cast<int64_t>(options.convolution),
                             static_cast<int64_t>(options.precision)};
    return f.y;
  }
  static variable_list backward(AutogradContext* ctx, variable_list dy) {
    const auto s = ctx->get_saved_variables();
    const auto o = ctx->saved_data["options"].toIntVector();
    const lanes::BlockOptions options{static_cast<int>(o[0]), static_cast<int>(o[1]),
                                      static_cast<Convolution>(o[2]), static_cast<Precision>(o[3])};
    const bool convolutions = ctx->needs_input_grad(3) || ctx->needs_input_grad(6);
    const auto g = lanes::residual_block_backward(dy[0].contiguous(), s[0], {s[7], s[8], s[9]},
                                                  {s[1], s[2], s[3], s[4], s[5], s[6]}, options,
                                                  ctx->needs_input_grad(0), convolutions);
    const lanes::BlockWeights& w = g.weights;
    return {g.input, w.norm1_scale, w.norm1_shift, w.conv1, w.norm2_scale, w.norm2_shift, w.conv2, {}};
  }
};

struct Head : Function<Head> {
  static Variable forward(AutogradContext* ctx, const Variable& x, const Variable& scale,
                          const Variable& shift, const Variable& weight, const Variable& bias,
                          int64_t groups) {
    const auto f = lanes::head(x, {scale, shift, weight, bias}, static_cast<int>(groups));
    ctx->save_for_backward({x, scale, shift, weight, bias, f.state.pooled, f.state.moments});
    ctx->saved_data["groups"] = groups;
    return f.logits;
  }
  static variable_list backward(AutogradContext* ctx, variable_list dy) {
    const auto s = ctx->get_saved_variables();
    const auto g =
        lanes::head_backward(dy[0], s[0], {s[5], s[6]}, {s[1], s[2], s[3], s[4]},
                             static_cast<int>(ctx->saved_data["groups"].toInt()), ctx->needs_input_grad(0));
    return {g.input, g.weights.norm_scale, g.weights.norm_shift, g.weights.weight, g.weights.bias, {}};
  }
};

struct LowRankSum : Function<LowRankSum> {
  static Variable forward(AutogradContext* ctx, const Variable& base, const Variable& b, const Variable& a) {
    ctx->save_for_backward({b, a});
    return lanes::low_rank_sum(base, b, a);
  }
  static variable_list backward(AutogradContext* ctx, variable_list dw) {
    const auto s = ctx->get_saved_variables();
    const auto g = lanes::low_rank_sum_backward(dw[0], s[0], s[1]);
    return {{}, g.b, g.a};
  }
};

/// A loss [K]; its gradient by the logits was computed with it.
Variable keep_gradient(AutogradContext* ctx, const lanes::Loss& loss) {
  ctx->save_for_backward({loss.gradient});
  return loss.value;
}
Variable kept_gradient(AutogradContext* ctx, const variable_list& dy) {
  return ctx->get_saved_variables()[0] * dy[0].unsqueeze(1).unsqueeze(1);
}

struct CrossEntropy : Function<CrossEntropy> {
  static Variable forward(AutogradContext* ctx, const Variable& logits, const Variable& target) {
    return keep_gradient(ctx, lanes::cross_entropy(logits, target));
  }
  static variable_list backward(AutogradContext* ctx, variable_list dy) {
    return {kept_gradient(ctx, dy), {}};
  }
};

struct MeanEntropy : Function<MeanEntropy> {
  static Variable forward(AutogradContext* ctx, const Variable& logits) {
    return keep_gradient(ctx, lanes::mean_entropy(logits));
  }
  static variable_list backward(AutogradContext* ctx, variable_list dy) { return {kept_gradient(ctx, dy)}; }
};

struct WeightedEntropy : Function<WeightedEntropy> {
  static Variable forward(AutogradContext* ctx, const Variable& logits, const Variable& weight) {
    return keep_gradient(ctx, lanes::weighted_entropy(logits, weight));
  }
  static variable_list backward(AutogradContext* ctx, variable_list dy) {
    return {kept_gradient(ctx, dy), {}};
  }
};

}  // namespace

at::Tensor stem(const at::Tensor& x, const at::Tensor& weight, int stride) {
  return Stem::apply(x, weight, static_cast<int64_t>(stride));
}

at::Tensor residual_block(const at::Tensor& x, const lanes::BlockWeights& w, lanes::BlockOptions options) {
  options.keep = at::GradMode::is_enabled();
  return ResidualBlock::apply(x, w.norm1_scale, w.norm1_shift, w.conv1, w.norm2_scale, w.norm2_shift, w.conv2,
                              options);
}

at::Tensor head(const at::Tensor& x, const lanes::HeadWeights& w, int groups) {
  return Head::apply(x, w.norm_scale, w.norm_shift, w.weight, w.bias, static_cast<int64_t>(groups));
}

at::Tensor low_rank_sum(const at::Tensor& base, const at::Tensor& b, const at::Tensor& a) {
  return LowRankSum::apply(base, b, a);
}

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& target) {
  return CrossEntropy::apply(logits, target);
}

at::Tensor mean_entropy(const at::Tensor& logits) { return MeanEntropy::apply(logits); }

at::Tensor weighted_entropy(const at::Tensor& logits, const at::Tensor& weight) {
  return WeightedEntropy::apply(logits, weight);
}

}  // namespace ttt::operations
