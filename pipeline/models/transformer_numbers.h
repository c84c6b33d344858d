#pragma once
#include <vector>

#include "pipeline/models/transformer_shape.h"

namespace ttt {

/// Where the weights of a transformer lie, or their gradients (null where one is not wanted).
template <typename Pointer>
struct TransformerNumbers {
  struct Layer {
    Pointer norm1 = nullptr, norm2 = nullptr;  // [width]
    Pointer matrix[sites] = {};                // [in, out]
    Pointer a[sites] = {}, b[sites] = {};      // factors of low rank, [in, rank] and [rank, out]; null: none
  };
  Pointer embedding = nullptr;  // [vocabulary, width]
  Pointer norm = nullptr;       // [width], before the logits
  std::vector<Layer> layers;

  explicit TransformerNumbers(const TransformerShape& shape) : layers(static_cast<size_t>(shape.layers)) {}

  Pointer& at(const TransformerWeight& weight) {
    Layer& layer = layers.at(static_cast<size_t>(weight.layer));
    const auto site = static_cast<size_t>(weight.site);
    switch (weight.role) {
      case WeightRole::embedding:
        return embedding;
      case WeightRole::norm1:
        return layer.norm1;
      case WeightRole::norm2:
        return layer.norm2;
      case WeightRole::final_norm:
        return norm;
      case WeightRole::matrix:
        return layer.matrix[site];
      case WeightRole::factor_a:
        return layer.a[site];
      case WeightRole::factor_b:
        break;
    }
    return layer.b[site];
  }
};

using TransformerPointers = TransformerNumbers<const float*>;
using TransformerGradients = TransformerNumbers<float*>;

}  // namespace ttt
