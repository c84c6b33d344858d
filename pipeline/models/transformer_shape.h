#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "schemas/options.h"

namespace ttt {

/// What is between the two matrices of a layer's perceptron. gelu: the tanh form. swiglu: two halves of `up`,
/// one the gate of the other (Shazeer, 2020).
enum class Activation { gelu, swiglu };

/// A decoder over tokens: RMSNorm before attention and before the perceptron of every layer and before the
/// logits, rotary positions (halves), no biases, logits tied to the embedding. All matrices are [in, out].
struct TransformerShape {
  int vocabulary = 256;
  int width = 64;
  int layers = 2;
  int heads = 4;
  double hidden_multiple = 4;  // units of the perceptron, times width
  Activation activation = Activation::gelu;
  double rotary_base = 10'000;  // 0: no positions
  double epsilon = 1e-5;        // added to the mean square of RMSNorm
  int window = 256;             // tokens of the windows that it is trained on

  // What a family makes of it; no keys.
  int inputs = 1;       // rows of the embedding that are added up for each row of a window
  int first_class = 0;  // logits are of rows [first_class, first_class + classes()) of the embedding
  int class_count = 0;  // 0: all from first_class on
  double input_deviation = 0.05;  // of initial rows of the embedding that are no classes
  bool operator==(const TransformerShape&) const = default;

  int head_width() const { return width / heads; }
  int classes() const { return class_count > 0 ? class_count : vocabulary - first_class; }
  int hidden() const;  // units of the perceptron
  int up() const { return activation == Activation::swiglu ? 2 * hidden() : hidden(); }  // columns of `up`
};
Fields fields(TransformerShape& shape);
void validate(const TransformerShape& shape);

/// The matrices of a layer.
enum class Site { qkv, out, up, down };
inline constexpr int sites = 4;

enum class WeightRole { embedding, norm1, norm2, final_norm, matrix, factor_a, factor_b };

/// One named weight.
struct TransformerWeight {
  std::string name;            // as in the safetensors file
  std::vector<int64_t> shape;  // [rows, columns] or [width]
  WeightRole role;
  int layer = 0;
  Site site = Site::qkv;  // of matrices and factors

  int64_t size() const;
};

/// All of its weights, in forward order: embedding.weight [vocabulary, width], then for each layer N
/// layers.N.norm1.weight, .qkv.weight [width, 3 width] (q, k, v, each by heads), .out.weight, .norm2.weight,
/// .up.weight, .down.weight, and norm.weight.
std::vector<TransformerWeight> weights_of(const TransformerShape& shape);

/// What `subset` adapts: "all", "norm" (the gains), "low_rank" (factors NAME.low_rank_a [in, rank] and
/// NAME.low_rank_b [rank, out] beside every matrix), "embeddings", "low_rank+embeddings".
std::vector<TransformerWeight> adapted_weights(const TransformerShape& shape, const std::string& subset,
                                               int rank);

/// The names of the subsets.
std::vector<std::string> transformer_subsets();

/// How much a pass computes.
struct PassExtent {
  int64_t rows, scored;  // rows of the window, and those of them that have logits
  double seen;           // rows that a row sees, summed over rows
};
/// Where each row sees itself and every row before it.
PassExtent causal_extent(int64_t rows, int64_t scored);

/// FLOPs of a pass, 2 a multiply-add; with a perceptron of 4 width: 2 (layers (12 width^2 rows + 2 width
/// seen) + scored classes width). What is left out because no scored row depends on it is counted all the
/// same.
double transformer_forward_flops(const TransformerShape& shape, const PassExtent& extent);
double transformer_backward_flops(const TransformerShape& shape, const PassExtent& extent,
                                  const std::string& subset, int rank);

/// Bytes of a lane in fp32: what is adapted, four times (weights, gradient, two moments), and what passes
/// over windows of `rows` keep.
int64_t transformer_lane_bytes(const TransformerShape& shape, const std::string& subset, int rank,
                               int64_t rows);

}  // namespace ttt
