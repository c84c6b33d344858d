#pragma once
#include <vector>

#include "kernels/cpu/scratch.h"
#include "kernels/cpu/sequence/attention.h"
#include "kernels/cpu/sequence/embedding.h"
#include "kernels/cpu/sequence/matrix.h"
#include "kernels/cpu/sequence/rotary.h"
#include "pipeline/models/sequence_network.h"
#include "pipeline/models/transformer_numbers.h"

namespace ttt {

/// What a pass needs besides weights and window.
struct WindowPlan {
  const TransformerShape& shape;
  int rank;                        // 0: no factors
  const cpu::RotaryTable* rotary;  // of at least as many rows; null: no positions
  const cpu::Interval* intervals;  // [rows, per_row]: what each row sees
  int per_row;
};

/// One window on its way through the network and back, in scratch memory that its owner has leased.
class WindowPass {
 public:
  WindowPass(const WindowPlan& plan, const TransformerPointers& weights, const TokenWindow& window,
             cpu::Scratch& scratch);

  void forward();
  TokenScores scores(Kept keep);
  TokenScores backward(Kept keep, const TransformerGradients& gradients);

 private:
  using Layer = TransformerPointers::Layer;
  using LayerGradients = TransformerGradients::Layer;

  /// What a layer leaves for the way back.
  struct Saved {
    cpu::Matrix before, between, after;  // residual states [T, width]
    cpu::Matrix qkv, attended;
    cpu::Matrix up;              // [T, up], before the activation
    cpu::Matrix factors[sites];  // x A, [T, rank]
    float *softmax, *inverse1, *inverse2;
  };

  /// Rows [begin, rows) of a product with the columns [column, column + columns) of a matrix.
  struct Part {
    int64_t begin, end;  // rows
    int64_t column, columns;
  };

  cpu::Matrix take(int64_t rows, int64_t columns);
  int64_t in_of(Site site) const;
  int64_t out_of(Site site) const;
  int64_t first_of(int layer) const { return layer + 1 == plan_.shape.layers ? first_ : 0; }
  /// qkv: of rows before `first` only k and v are wanted.
  std::vector<Part> parts(Site site, int64_t first) const;
  cpu::AttentionShape attention_shape(int64_t first) const;
  cpu::AttentionInput attention_input(const Saved& saved) const;

  void linear(const Layer& layer, Saved& saved, Site site, int64_t first, cpu::ConstMatrix x, cpu::Into into,
              cpu::Matrix y);
  void input_gradient(const Layer& layer, Site site, int64_t first, cpu::Matrix dy, cpu::Matrix dx);
  void weight_gradient(const Layer& layer, const Saved& saved, Site site, int64_t first, cpu::ConstMatrix x,
                       cpu::Matrix dy, const LayerGradients& gradients);
  cpu::Matrix factor_gradient(const Layer& layer, Site site, int64_t begin, int64_t first, cpu::Matrix dy);
  void activate(int64_t first, const Saved& saved, cpu::Matrix y);
  void attention_block(const Layer& layer, Saved& saved, int64_t first);
  void perceptron_block(const Layer& layer, Saved& saved, int64_t first);
  void attention_block_backward(const Layer& layer, const Saved& saved, int64_t first, cpu::Matrix dx,
                                const LayerGradients& gradients);
  void perceptron_block_backward(const Layer& layer, const Saved& saved, int64_t first, cpu::Matrix dx,
                                 const LayerGradients& gradients);
  void copy_rows(int64_t first, cpu::ConstMatrix from, cpu::Matrix to) const;
  TokenScores scores_of(const std::vector<float>& nats, const std::vector<int32_t>& best, Kept keep) const;
  std::vector<float> log_probabilities() const;
  cpu::ConstMatrix class_rows() const;  // of the embedding, [classes, width]
  cpu::Lookup lookup() const;

  WindowPlan plan_;
  const TransformerPointers& weights_;
  TokenWindow window_;
  cpu::Scratch& scratch_;
  int64_t rows_, scored_, first_;  // T, R, T - R
  std::vector<Saved> layers_;
  cpu::Matrix hidden_, logits_;  // [R, width], [R, classes]
  float* inverse_;               // [R]
  cpu::Matrix normed_, active_;  // [T, width], [T, hidden]: of the present layer
};

}  // namespace ttt
