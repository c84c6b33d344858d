#include "pipeline/models/transformer_weights.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "kernels/draw.h"
#include "schemas/error.h"

namespace ttt {
namespace {

/// Where a weight is found in a file of another program: parts side by side, each [rows, columns] or
/// transposed.
struct Foreign {
  std::vector<std::string> parts;
  bool transposed = false;  // [out, in]
};

/// A program's names: what its files begin with (or nothing), and where each weight is.
struct Naming {
  const char* prefix;
  Foreign (*of)(const TransformerShape& shape, const TransformerWeight& weight);
  std::vector<std::string> ignored;  // what names of buffers end with
};

Foreign gpt2(const TransformerShape&, const TransformerWeight& weight) {
  const std::string layer = fmt::format("h.{}.", weight.layer);
  switch (weight.role) {
    case WeightRole::embedding:
      return {{"wte.weight"}};
    case WeightRole::norm1:
      return {{layer + "ln_1.weight"}};
    case WeightRole::norm2:
      return {{layer + "ln_2.weight"}};
    case WeightRole::final_norm:
      return {{"ln_f.weight"}};
    default:
      break;
  }
  constexpr const char* sites_of_gpt2[sites] = {"attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"};
  return {{fmt::format("{}{}.weight", layer, sites_of_gpt2[static_cast<int>(weight.site)])}};  // [in, out]
}

Foreign llama(const TransformerShape& shape, const TransformerWeight& weight) {
  const std::string layer = fmt::format("layers.{}.", weight.layer);
  switch (weight.role) {
    case WeightRole::embedding:
      return {{"embed_tokens.weight"}};
    case WeightRole::norm1:
      return {{layer + "input_layernorm.weight"}};
    case WeightRole::norm2:
      return {{layer + "post_attention_layernorm.weight"}};
    case WeightRole::final_norm:
      return {{"norm.weight"}};
    default:
      break;
  }
  std::vector<std::string> names;
  switch (weight.site) {
    case Site::qkv:
      names = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"};
      break;
    case Site::out:
      names = {"self_attn.o_proj"};
      break;
    case Site::up:
      if (shape.activation == Activation::swiglu) names.push_back("mlp.gate_proj");
      names.push_back("mlp.up_proj");
      break;
    case Site::down:
      names = {"mlp.down_proj"};
      break;
  }
  for (std::string& name : names) name = layer + name + ".weight";
  return {names, true};
}

Foreign own(const TransformerShape&, const TransformerWeight& weight) { return {{weight.name}}; }

const std::vector<Naming>& namings() {
  static const std::vector<Naming> all = {{"", own, {}},
                                          {"transformer.", gpt2, {".attn.bias", ".attn.masked_bias"}},
                                          {"", gpt2, {".attn.bias", ".attn.masked_bias"}},
                                          {"model.", llama, {".rotary_emb.inv_freq"}},
                                          {"", llama, {".rotary_emb.inv_freq"}}};
  return all;
}

std::string shape_text(const std::vector<int64_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

/// The naming under which the file has the embedding and the last gain.
const Naming& naming_of(const TransformerShape& shape, const std::map<std::string, Array>& arrays,
                        const std::string& file) {
  const std::vector<TransformerWeight> weights = weights_of(shape);
  for (const Naming& naming : namings()) {
    const auto has = [&](const TransformerWeight& weight) {
      return arrays.contains(naming.prefix + naming.of(shape, weight).parts.front());
    };
    if (has(weights.front()) && has(weights.back())) return naming;
  }
  fail(ExitCode::data,
       "{}: no weights of a transformer (none of embedding.weight, wte.weight and embed_tokens.weight with "
       "the norm "
       "before the logits; jobs/export writes other models as programs)",
       file);
}

const Array& part_of(const std::map<std::string, Array>& arrays, const std::string& name,
                     const std::string& file) {
  const auto found = arrays.find(name);
  if (found == arrays.end())
    fail(ExitCode::data, "{}: tensor {} is missing (the model has fewer layers, or is another family)", file,
         name);
  const std::vector<float>& values = found->second.values;
  if (!std::ranges::all_of(values, [](float x) { return std::isfinite(x); }))
    fail(ExitCode::data, "{}: tensor {} has values that are not finite", file, name);
  return found->second;
}

/// One weight, put together from its parts.
Array assembled(const TransformerWeight& weight, const Foreign& foreign, const std::string& prefix,
                const std::map<std::string, Array>& arrays, const std::string& file) {
  Array whole{weight.shape, std::vector<float>(static_cast<size_t>(weight.size()))};
  const bool is_matrix = weight.shape.size() == 2;
  const auto parts = static_cast<int64_t>(foreign.parts.size());
  const int64_t rows = is_matrix ? weight.shape[0] : 1, columns = weight.shape.back(),
                share = columns / parts;
  const bool transposed = foreign.transposed && is_matrix && weight.role != WeightRole::embedding;
  for (int64_t p = 0; p < parts; ++p) {
    const std::string name = prefix + foreign.parts[static_cast<size_t>(p)];
    const Array& part = part_of(arrays, name, file);
    const std::vector<int64_t> wanted = !is_matrix   ? weight.shape
                                        : transposed ? std::vector<int64_t>{share, rows}
                                                     : std::vector<int64_t>{rows, share};
    if (part.shape != wanted)
      fail(ExitCode::data, "{}: tensor {} has shape {}, the network's options ask for {}", file, name,
           shape_text(part.shape), shape_text(wanted));
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t c = 0; c < share; ++c)
        whole.values[static_cast<size_t>(r * columns + p * share + c)] =
            part.values[static_cast<size_t>(transposed ? c * rows + r : r * share + c)];
  }
  return whole;
}

/// Gives the rows of the embedding that are no classes the deviation that the network asks for.
void widen_inputs(const TransformerShape& shape, double deviation, Array& embedding) {
  const auto by = static_cast<float>(shape.input_deviation / deviation);
  for (int row = 0; row < shape.vocabulary; ++row) {
    const bool is_class = row >= shape.first_class && row < shape.first_class + shape.classes();
    if (is_class) continue;
    const auto first = embedding.values.begin() + int64_t{row} * shape.width;
    std::for_each(first, first + shape.width, [&](float& x) { x *= by; });
  }
}

}  // namespace

std::map<std::string, Array> initial_weights(const TransformerShape& shape, uint64_t seed) {
  std::map<std::string, Array> arrays;
  uint64_t number = 0;
  for (const TransformerWeight& weight : weights_of(shape)) {
    Array array{weight.shape, std::vector<float>(static_cast<size_t>(weight.size()), 1.0f)};
    double deviation = 0.05;
    if (weight.role == WeightRole::matrix) {
      deviation = 1 / std::sqrt(static_cast<double>(weight.shape[0]));
      if (weight.site == Site::out || weight.site == Site::down) deviation /= std::sqrt(2.0 * shape.layers);
    }
    const Draw draw(seed, Purpose::transformer_init, number++);
    if (weight.shape.size() == 2)
      for (size_t i = 0; i < array.values.size(); ++i)
        array.values[i] = static_cast<float>(deviation * draw.normal(static_cast<uint32_t>(i)));
    if (weight.role == WeightRole::embedding) widen_inputs(shape, deviation, array);
    arrays[weight.name] = std::move(array);
  }
  return arrays;
}

std::map<std::string, Array> transformer_arrays(const TransformerShape& shape,
                                                const std::map<std::string, Array>& arrays,
                                                const std::string& file) {
  const Naming& naming = naming_of(shape, arrays, file);
  std::map<std::string, Array> weights;
  std::set<std::string> used;
  for (const TransformerWeight& weight : weights_of(shape)) {
    const Foreign foreign = naming.of(shape, weight);
    weights[weight.name] = assembled(weight, foreign, naming.prefix, arrays, file);
    for (const std::string& part : foreign.parts) used.insert(naming.prefix + part);
  }
  for (const auto& [name, array] : arrays) {
    const auto ends = [&, &key = name](const std::string& ending) { return key.ends_with(ending); };
    if (used.contains(name) || std::ranges::any_of(naming.ignored, ends)) continue;
    if (name == "lm_head.weight") {
      if (array.values == weights.at("embedding.weight").values) continue;
      fail(ExitCode::data,
           "{}: lm_head.weight differs from the embedding, and this network's logits are tied to it", file);
    }
    fail(ExitCode::data,
         "{}: tensor {} has no place in this network (it has no biases and no learned positions; options "
         "layers, "
         "activation)",
         file, name);
  }
  return weights;
}

}  // namespace ttt
