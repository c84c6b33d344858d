#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "pipeline/models/transformer_shape.h"
#include "schemas/weights.h"

namespace ttt {

/// Initial weights, a function of the seed: embedding N(0, 0.05^2), and N(0, input_deviation^2) in rows that
/// are no classes, matrices N(0, 1 / in), those that lead
/// back to the residual state divided by sqrt(2 layers) besides, gains 1.
std::map<std::string, Array> initial_weights(const TransformerShape& shape, uint64_t seed);

/// The network's weights from arrays with its own names, or with those of GPT-2
/// (transformer.h.N.attn.c_attn.weight,
/// ...) or Llama (model.layers.N.self_attn.q_proj.weight, ..., [out, in]), whose shapes fit. Buffers of masks
/// and positions are passed over, and logits of their own are taken where they equal the embedding. Throws a
/// data Error naming `file` and the tensor that is missing, of another shape, not finite, or that this
/// network has no place for (biases, learned positions).
std::map<std::string, Array> transformer_arrays(const TransformerShape& shape,
                                                const std::map<std::string, Array>& arrays,
                                                const std::string& file);

}  // namespace ttt
