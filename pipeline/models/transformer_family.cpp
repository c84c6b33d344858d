#include "pipeline/models/family.h"
#include "pipeline/models/transformer.h"
#include "pipeline/models/transformer_options.h"
#include "schemas/option_fields.h"

namespace ttt {

Fields fields(TransformerOptions& o) {
  Fields all = {{"family", choice(o.family, {"transformer"})}};
  for (Field& field : fields(o.shape)) all.push_back(std::move(field));
  all.push_back({"weights", &o.weights});
  return all;
}

void validate(const TransformerOptions& o) {
  validate(o.shape);
  require_option(!o.weights.empty(), "weights", "an empty list (at least one file of a trained model)");
  require_option(all_different(o.weights), "weights", "the same file twice (each is one model)");
}

namespace {

std::vector<SourceModel> members_of(const ModelOptions& group) {
  return members_of_files(group.name, group.family.options.get<TransformerOptions>().weights);
}

std::shared_ptr<const Network> network_of(const ModelOptions& group, const InputForm& form,
                                          const RunOptions& run) {
  const auto& options = group.family.options.get<TransformerOptions>();
  require(!form.tokens || form.tokens->vocabulary <= options.shape.vocabulary,
          "model.{}.vocabulary is {}, and the samples of [data] have tokens up to {}", group.name,
          options.shape.vocabulary, form.tokens ? form.tokens->vocabulary - 1 : 0);
  auto network = std::make_shared<Transformer>(options.shape);
  network->name = group.name;
  network->precision = run.precision;
  network->device = run.device;
  network->sample_tokens = form.tokens ? form.tokens->longest : 0;
  return network;
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
    .reads_tokens = true,
    .options = options_of<TransformerOptions>,
    .members = members_of,
    .network = network_of,
    .subsets = [] {
      static const std::vector<std::string> names = transformer_subsets();
      return std::vector<std::string_view>(names.begin(), names.end());
    }};

}  // namespace ttt
