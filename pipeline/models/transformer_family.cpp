#include "pipeline/models/family.h"
#include "pipeline/models/transformer.h"
#include "pipeline/models/transformer_options.h"
#include "schemas/option_fields.h"

namespace ttt {

Fields fields(TransformerOptions& o) {
  Fields all = {{"family", choice(o.family, {"transformer"})}};
  for (Field& field : fields(o.shape)) all.push_back(std::move(field));
  all.push_back({"seeds", &o.seeds, seed_range});
  all.push_back({"weights", &o.weights});
  all.push_back({"training", fields(o.training)});
  return all;
}

void validate(const TransformerOptions& o) {
  validate(o.shape);
  require_option(o.seeds.empty() || o.weights.empty(), "weights",
                 "weights and seeds exclude each other (seeds train here, weights were trained elsewhere)");
  require_option(!o.seeds.empty() || !o.weights.empty(), "seeds",
                 "an empty list (at least one training seed, or files in weights)");
  require_option(all_different(o.seeds), "seeds", "the same seed twice (each trains one model)");
  require_option(all_different(o.weights), "weights", "the same file twice (each is one model)");
  validate(o.training);
}

namespace {

std::vector<SourceModel> members_of(const ModelOptions& group) {
  const auto& options = group.family.options.get<TransformerOptions>();
  std::vector<SourceModel> models = members_of_seeds(group.name, options.seeds);
  std::ranges::move(members_of_files(group.name, options.weights), std::back_inserter(models));
  return models;
}

std::shared_ptr<const Network> network_of(const ModelOptions& group, const InputForm& form,
                                          const RunOptions& run) {
  return std::make_shared<Transformer>(
      transformer_of(group.name, group.family.options.get<TransformerOptions>().shape, form, run));
}

}  // namespace

extern const ModelFamily transformer_family;
constinit const ModelFamily transformer_family = {
    .name = "transformer",
    .summary =
        "decoder of the next token: RMSNorm before attention and perceptron, rotary positions, tied "
        "embedding",
    .source = "Vaswani et al., NeurIPS 2017; Su et al., 2021; Zhang and Sennrich, NeurIPS 2019",
    .needs =
        "training documents for seeds, or safetensors files for weights (GPT-2's and Llama's names are "
        "known)",
    .cost = "`run` and the analysis repeat for each model",
    .payload = Payload::tokens,
    .options = options_of<TransformerOptions>,
    .members = members_of,
    .network = network_of,
    .subsets = [] {
      static const std::vector<std::string> names = transformer_subsets();
      return std::vector<std::string_view>(names.begin(), names.end());
    }};

}  // namespace ttt
