#include "pipeline/models/transformer_window.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernels/cpu/sequence/activation.h"
#include "kernels/cpu/sequence/cross_entropy.h"
#include "kernels/cpu/sequence/product.h"
#include "kernels/cpu/sequence/rms_norm.h"

namespace ttt {

using cpu::ConstMatrix;
using cpu::Into;
using cpu::Matrix;
using cpu::RmsNormShape;

WindowPass::WindowPass(const WindowPlan& plan, const TransformerPointers& weights, const TokenWindow& window,
                       cpu::Scratch& scratch)
    : plan_(plan),
      weights_(weights),
      window_(window),
      scratch_(scratch),
      rows_(static_cast<int64_t>(window.tokens.size()) / plan.shape.inputs),
      scored_(static_cast<int64_t>(window.targets.size())),
      first_(rows_ - scored_) {
  assert(scored_ > 0 && first_ >= 0);
  const TransformerShape& s = plan.shape;
  Matrix state = take(rows_, s.width);
  for (int l = 0; l < s.layers; ++l) {
    Saved saved{};
    saved.before = state;
    saved.between = take(rows_, s.width);
    saved.after = state = take(rows_, s.width);
    saved.qkv = take(rows_, 3 * s.width);
    saved.attended = take(rows_, s.width);
    saved.up = take(rows_, s.up());
    for (Matrix& factor : saved.factors) factor = plan.rank > 0 ? take(rows_, plan.rank) : Matrix{};
    saved.softmax = scratch.take(cpu::softmax_floats(attention_shape(0)));
    saved.inverse1 = scratch.take(rows_);
    saved.inverse2 = scratch.take(rows_);
    layers_.push_back(saved);
  }
  hidden_ = take(scored_, s.width);
  logits_ = take(scored_, s.classes());
  inverse_ = scratch.take(scored_);
  normed_ = take(rows_, s.width);
  active_ = take(rows_, s.hidden());
}

Matrix WindowPass::take(int64_t rows, int64_t columns) { return {scratch_.take(rows * columns), columns}; }

int64_t WindowPass::in_of(Site site) const {
  return site == Site::down ? plan_.shape.hidden() : plan_.shape.width;
}

int64_t WindowPass::out_of(Site site) const {
  if (site == Site::qkv) return 3 * plan_.shape.width;
  return site == Site::up ? plan_.shape.up() : plan_.shape.width;
}

std::vector<WindowPass::Part> WindowPass::parts(Site site, int64_t first) const {
  const int64_t width = plan_.shape.width;
  if (site != Site::qkv || first == 0) return {{first, rows_, 0, out_of(site)}};
  return {{0, first, width, 2 * width}, {first, rows_, 0, 3 * width}};
}

cpu::AttentionShape WindowPass::attention_shape(int64_t first) const {
  return {rows_, first, plan_.shape.heads, plan_.shape.head_width(), plan_.per_row};
}

cpu::AttentionInput WindowPass::attention_input(const Saved& saved) const {
  const int64_t width = plan_.shape.width;
  return {saved.qkv, saved.qkv.from_column(width), saved.qkv.from_column(2 * width), plan_.intervals};
}

void WindowPass::copy_rows(int64_t first, ConstMatrix from, Matrix to) const {
  std::copy_n(from.from_row(first).data, (rows_ - first) * plan_.shape.width, to.from_row(first).data);
}

/// Rows of y (+)= x W + (x A) B.
void WindowPass::linear(const Layer& layer, Saved& saved, Site site, int64_t first, ConstMatrix x, Into into,
                        Matrix y) {
  const auto at = static_cast<size_t>(site);
  const int64_t in = in_of(site), out = out_of(site);
  const ConstMatrix w{layer.matrix[at], out}, a{layer.a[at], plan_.rank}, b{layer.b[at], out};
  for (const Part& p : parts(site, first)) {
    const Matrix to = y.from_row(p.begin).from_column(p.column);
    const int64_t rows = p.end - p.begin;
    cpu::multiply({rows, in, p.columns}, x.from_row(p.begin), w.from_column(p.column), into, to, scratch_);
    if (!a.data) continue;
    const Matrix factor = saved.factors[at].from_row(p.begin);
    cpu::multiply({rows, in, plan_.rank}, x.from_row(p.begin), a, Into::fresh, factor, scratch_);
    cpu::multiply({rows, plan_.rank, p.columns}, factor, b.from_column(p.column), Into::added, to, scratch_);
  }
}

/// dx = dy W^T + (dy B^T) A^T. Columns of q before `first` count as zero.
void WindowPass::input_gradient(const Layer& layer, Site site, int64_t first, Matrix dy, Matrix dx) {
  const auto at = static_cast<size_t>(site);
  const int64_t in = in_of(site), out = out_of(site);
  for (const Part& p : parts(site, first))
    cpu::multiply_transposed({p.end - p.begin, p.columns, in}, dy.from_row(p.begin).from_column(p.column),
                             ConstMatrix{layer.matrix[at], out}.from_column(p.column), Into::fresh,
                             dx.from_row(p.begin), scratch_);
  if (!layer.a[at]) return;
  const cpu::Scratch::Lease lease(scratch_);
  const int64_t begin = site == Site::qkv ? 0 : first;
  cpu::multiply_transposed({rows_ - begin, plan_.rank, in}, factor_gradient(layer, site, begin, first, dy),
                           {layer.a[at], plan_.rank}, Into::added, dx.from_row(begin), scratch_);
}

/// dy B^T of rows [begin, T).
Matrix WindowPass::factor_gradient(const Layer& layer, Site site, int64_t begin, int64_t first, Matrix dy) {
  const int64_t out = out_of(site);
  for (int64_t r = begin; r < first; ++r) std::fill_n(dy.from_row(r).data, plan_.shape.width, 0.0f);
  const Matrix gradient = take(rows_ - begin, plan_.rank);
  cpu::multiply_transposed({rows_ - begin, out, plan_.rank}, dy.from_row(begin),
                           {layer.b[static_cast<size_t>(site)], out}, Into::fresh, gradient, scratch_);
  return gradient;
}

/// Those of W, or of its factors.
void WindowPass::weight_gradient(const Layer& layer, const Saved& saved, Site site, int64_t first,
                                 ConstMatrix x, Matrix dy, const LayerGradients& gradients) {
  const auto at = static_cast<size_t>(site);
  const int64_t in = in_of(site), out = out_of(site), rank = plan_.rank;
  const int64_t begin = site == Site::qkv ? 0 : first;
  if (float* dw = gradients.matrix[at]) {
    const int64_t asking =
        begin < first ? plan_.shape.width : 0;  // columns of q, to which fewer rows contribute
    const Matrix to{dw, out};
    if (asking > 0)
      cpu::multiply_outer({in, rows_ - first, asking}, x.from_row(first), dy.from_row(first), Into::fresh, to,
                          scratch_);
    cpu::multiply_outer({in, rows_ - begin, out - asking}, x.from_row(begin),
                        dy.from_row(begin).from_column(asking), Into::fresh, to.from_column(asking),
                        scratch_);
  }
  if (!gradients.a[at]) return;
  const cpu::Scratch::Lease lease(scratch_);
  const Matrix dfactor = factor_gradient(layer, site, begin, first, dy);
  cpu::multiply_outer({rank, rows_ - begin, out}, saved.factors[at].from_row(begin), dy.from_row(begin),
                      Into::fresh, {gradients.b[at], out}, scratch_);
  cpu::multiply_outer({in, rows_ - begin, rank}, x.from_row(begin), dfactor, Into::fresh,
                      {gradients.a[at], rank}, scratch_);
}

void WindowPass::activate(int64_t first, const Saved& saved, Matrix y) {
  const int64_t rows = rows_ - first, hidden = plan_.shape.hidden();
  const float* x = saved.up.from_row(first).data;
  if (plan_.shape.activation == Activation::swiglu)
    cpu::swiglu(rows, hidden, x, y.from_row(first).data);
  else
    cpu::gelu(rows * hidden, x, y.from_row(first).data);
}

void WindowPass::attention_block(const Layer& layer, Saved& saved, int64_t first) {
  const TransformerShape& s = plan_.shape;
  cpu::rms_norm({rows_, s.width, static_cast<float>(s.epsilon)}, saved.before, layer.norm1, normed_,
                saved.inverse1);
  linear(layer, saved, Site::qkv, first, normed_, Into::fresh, saved.qkv);
  if (plan_.rotary) {
    cpu::rotate(*plan_.rotary, first, rows_, s.heads, cpu::Turn::forward, saved.qkv);
    cpu::rotate(*plan_.rotary, 0, rows_, s.heads, cpu::Turn::forward, saved.qkv.from_column(s.width));
  }
  cpu::attention(attention_shape(first), attention_input(saved), saved.attended, saved.softmax, scratch_);
  copy_rows(first, saved.before, saved.between);
  linear(layer, saved, Site::out, first, saved.attended, Into::added, saved.between);
}

void WindowPass::perceptron_block(const Layer& layer, Saved& saved, int64_t first) {
  const TransformerShape& s = plan_.shape;
  cpu::rms_norm({rows_ - first, s.width, static_cast<float>(s.epsilon)}, saved.between.from_row(first),
                layer.norm2, normed_.from_row(first), saved.inverse2 + first);
  linear(layer, saved, Site::up, first, normed_, Into::fresh, saved.up);
  activate(first, saved, active_);
  copy_rows(first, saved.between, saved.after);
  linear(layer, saved, Site::down, first, active_, Into::added, saved.after);
}

void WindowPass::forward() {
  const TransformerShape& s = plan_.shape;
  cpu::embed(lookup(), {weights_.embedding, s.width}, layers_.front().before);
  for (int l = 0; l < s.layers; ++l) {
    const auto at = static_cast<size_t>(l);
    attention_block(weights_.layers[at], layers_[at], first_of(l));
    perceptron_block(weights_.layers[at], layers_[at], first_of(l));
  }
  cpu::rms_norm({scored_, s.width, static_cast<float>(s.epsilon)}, layers_.back().after.from_row(first_),
                weights_.norm, hidden_, inverse_);
  cpu::multiply_transposed({scored_, s.width, s.classes()}, hidden_, class_rows(), Into::fresh, logits_,
                           scratch_);
}

ConstMatrix WindowPass::class_rows() const {
  const TransformerShape& s = plan_.shape;
  return ConstMatrix{weights_.embedding, s.width}.from_row(s.first_class);
}

cpu::Lookup WindowPass::lookup() const {
  return {rows_, plan_.shape.width, plan_.shape.inputs, window_.tokens.data()};
}

/// Independent of the targets, to the bit.
std::vector<float> WindowPass::log_probabilities() const {
  const int64_t classes = plan_.shape.classes();
  std::vector<float> all;
  for (int64_t r = 0; r < scored_; ++r) {
    const float* z = ConstMatrix(logits_).from_row(r).data;
    const double most = *std::max_element(z, z + classes);
    double sum = 0;
    for (int64_t c = 0; c < classes; ++c) sum += std::exp(z[c] - most);
    const double all_of_it = most + std::log(sum);
    for (int64_t c = 0; c < classes; ++c) all.push_back(static_cast<float>(z[c] - all_of_it));
  }
  return all;
}

TokenScores WindowPass::scores_of(const std::vector<float>& nats, const std::vector<int32_t>& best,
                                  Kept keep) const {
  TokenScores scores{nats, {}, {}};
  for (size_t i = 0; i < best.size(); ++i) scores.correct.push_back(best[i] == window_.targets[i]);
  if (keep.hidden) scores.hidden.assign(hidden_.data, hidden_.data + scored_ * plan_.shape.width);
  return scores;
}

TokenScores WindowPass::scores(Kept keep) {
  std::vector<float> nats(window_.targets.size());
  std::vector<int32_t> best(window_.targets.size());
  cpu::cross_entropy({scored_, plan_.shape.classes(), window_.targets.data()}, logits_, nats.data(),
                     best.data());
  TokenScores scores = scores_of(nats, best, keep);
  if (keep.log_probabilities) scores.log_probabilities = log_probabilities();
  return scores;
}

/// dx [T, width] holds the gradient of the layer's result at rows [first, T), and gets that of `between`
/// there.
void WindowPass::perceptron_block_backward(const Layer& layer, const Saved& saved, int64_t first, Matrix dx,
                                           const LayerGradients& gradients) {
  const TransformerShape& s = plan_.shape;
  const cpu::Scratch::Lease lease(scratch_);
  const int64_t rows = rows_ - first, hidden = s.hidden();
  const RmsNormShape norm{rows, s.width, static_cast<float>(s.epsilon)};
  const Matrix dactive = take(rows_, hidden), dup = take(rows_, s.up()), dnormed = take(rows_, s.width);
  input_gradient(layer, Site::down, first, dx, dactive);
  const float *x = saved.up.from_row(first).data, *dy = dactive.from_row(first).data;
  if (s.activation == Activation::swiglu)
    cpu::swiglu_backward(rows, hidden, x, dy, active_.from_row(first).data, dup.from_row(first).data);
  else
    cpu::gelu_backward(rows * hidden, x, dy, active_.from_row(first).data, dup.from_row(first).data);
  weight_gradient(layer, saved, Site::down, first, active_, dx, gradients);
  cpu::rms_norm_again(norm, saved.between.from_row(first), layer.norm2, saved.inverse2 + first,
                      normed_.from_row(first));
  input_gradient(layer, Site::up, first, dup, dnormed);
  weight_gradient(layer, saved, Site::up, first, normed_, dup, gradients);
  cpu::rms_norm_backward(norm, saved.between.from_row(first), layer.norm2, saved.inverse2 + first,
                         dnormed.from_row(first), Into::added, dx.from_row(first), gradients.norm2);
}

/// dx holds the gradient of `between` at rows [first, T), and gets that of `before` at all.
void WindowPass::attention_block_backward(const Layer& layer, const Saved& saved, int64_t first, Matrix dx,
                                          const LayerGradients& gradients) {
  const TransformerShape& s = plan_.shape;
  const cpu::Scratch::Lease lease(scratch_);
  const float epsilon = static_cast<float>(s.epsilon);
  const Matrix dattended = take(rows_, s.width), dqkv = take(rows_, 3 * s.width),
               dnormed = take(rows_, s.width);
  input_gradient(layer, Site::out, first, dx, dattended);
  weight_gradient(layer, saved, Site::out, first, saved.attended, dx, gradients);
  const Matrix dk = dqkv.from_column(s.width), dv = dqkv.from_column(2 * s.width);
  cpu::attention_backward(attention_shape(first), attention_input(saved), saved.attended, saved.softmax,
                          dattended, dqkv, dk, dv, scratch_);
  if (plan_.rotary) {
    cpu::rotate(*plan_.rotary, first, rows_, s.heads, cpu::Turn::backward, dqkv);
    cpu::rotate(*plan_.rotary, 0, rows_, s.heads, cpu::Turn::backward, dk);
  }
  cpu::rms_norm_again({rows_, s.width, epsilon}, saved.before, layer.norm1, saved.inverse1, normed_);
  input_gradient(layer, Site::qkv, first, dqkv, dnormed);
  weight_gradient(layer, saved, Site::qkv, first, normed_, dqkv, gradients);
  cpu::rms_norm_backward({first, s.width, epsilon}, saved.before, layer.norm1, saved.inverse1, dnormed,
                         Into::fresh, dx, gradients.norm1);
  cpu::rms_norm_backward({rows_ - first, s.width, epsilon}, saved.before.from_row(first), layer.norm1,
                         saved.inverse1 + first, dnormed.from_row(first), Into::added, dx.from_row(first),
                         gradients.norm1);
}

TokenScores WindowPass::backward(Kept keep, const TransformerGradients& gradients) {
  const TransformerShape& s = plan_.shape;
  std::vector<float> nats(window_.targets.size());
  std::vector<int32_t> best(window_.targets.size());
  cpu::cross_entropy_gradient({scored_, s.classes(), window_.targets.data()},
                              1.0f / static_cast<float>(scored_), logits_, nats.data(), best.data());
  for (const LayerGradients& layer : gradients.layers) {
    cpu::clear(layer.norm1, s.width);
    cpu::clear(layer.norm2, s.width);
  }
  cpu::clear(gradients.norm, s.width);
  const Matrix dhidden = take(scored_, s.width), dx = take(rows_, s.width);
  cpu::multiply({scored_, s.classes(), s.width}, logits_, class_rows(), Into::fresh, dhidden, scratch_);
  if (gradients.embedding) {
    const cpu::Matrix table{gradients.embedding, s.width};
    const int64_t end = s.first_class + s.classes();
    cpu::clear(table.data, s.first_class * table.stride);
    cpu::clear(table.from_row(end).data, (s.vocabulary - end) * table.stride);
    cpu::multiply_outer({s.classes(), scored_, s.width}, logits_, hidden_, Into::fresh,
                        table.from_row(s.first_class), scratch_);
  }
  cpu::rms_norm_backward({scored_, s.width, static_cast<float>(s.epsilon)},
                         layers_.back().after.from_row(first_), weights_.norm, inverse_, dhidden, Into::fresh,
                         dx.from_row(first_), gradients.norm);
  for (int l = s.layers - 1; l >= 0; --l) {
    const auto at = static_cast<size_t>(l);
    perceptron_block_backward(weights_.layers[at], layers_[at], first_of(l), dx, gradients.layers[at]);
    attention_block_backward(weights_.layers[at], layers_[at], first_of(l), dx, gradients.layers[at]);
  }
  if (gradients.embedding) cpu::embed_backward(lookup(), dx, {gradients.embedding, s.width});
  return scores_of(nats, best, keep);
}

}  // namespace ttt
