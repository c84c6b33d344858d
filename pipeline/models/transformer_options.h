#pragma once
#include <string>
#include <vector>

#include "pipeline/models/transformer_shape.h"

namespace ttt {

/// family = "transformer": what tells its tables from those of other families.
enum class TransformerFamily { transformer };

/// Keys of the family "transformer".
struct TransformerOptions {
  TransformerFamily family = TransformerFamily::transformer;
  TransformerShape shape;
  std::vector<std::string> weights = {};  // safetensors files of trained models, one each
  bool operator==(const TransformerOptions&) const = default;
};
Fields fields(TransformerOptions& options);
void validate(const TransformerOptions& options);

}  // namespace ttt
