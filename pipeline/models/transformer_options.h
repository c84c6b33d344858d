#pragma once
#include <string>
#include <vector>

#include "pipeline/models/sequence_training_options.h"
#include "pipeline/models/transformer_shape.h"

namespace ttt {

/// family = "transformer": what tells its tables from those of other families.
enum class TransformerFamily { transformer };

/// Keys of the family "transformer".
struct TransformerOptions {
  TransformerFamily family = TransformerFamily::transformer;
  TransformerShape shape;
  std::vector<uint64_t> seeds = {};       // of training, one a model
  std::vector<std::string> weights = {};  // or safetensors files of trained models, one each
  SequenceTrainingOptions training = {};  // [model.NAME.training]
  bool operator==(const TransformerOptions&) const = default;
};
Fields fields(TransformerOptions& options);
void validate(const TransformerOptions& options);

}  // namespace ttt
