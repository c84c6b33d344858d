#include "pipeline/models/family.h"
#include "pipeline/models/pair_encoder.h"
#include "schemas/option_fields.h"

namespace ttt {

Fields fields(PuzzleTrainingOptions& o) {
  Fields all = fields(o.steps);
  all.push_back({"views", choice(o.views, {"none", "colours", "symmetries", "both"})});
  all.push_back({"pairs", &o.pairs, {2, 1000}});
  return all;
}

void validate(const PuzzleTrainingOptions& o) { validate(o.steps); }

Fields fields(PairEncoderOptions& o) {
  return {
      {"family", choice(o.family, {"pair_encoder"})},
      {"side", &o.side, {1, puzzle_side}},
      {"colours", &o.colours, {2, puzzle_colours}},
      {"width", &o.width, {1, 16'384}},
      {"layers", &o.layers, {1, 1000}},
      {"heads", &o.heads, {1, 1024}},
      {"hidden_multiple", &o.hidden_multiple, {0, 64, Ends::last}},
      {"seeds", &o.seeds, seed_range},
      {"weights", &o.weights},
      {"training", fields(o.training)},
  };
}

void validate(const PairEncoderOptions& o) {
  validate(PairEncoder(o).shape);
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
  const auto& options = group.family.options.get<PairEncoderOptions>();
  std::vector<SourceModel> models = members_of_seeds(group.name, options.seeds);
  std::ranges::move(members_of_files(group.name, options.weights), std::back_inserter(models));
  return models;
}

std::shared_ptr<const Network> network_of(const ModelOptions& group, const InputForm& form,
                                          const RunOptions& run) {
  return std::make_shared<PairEncoder>(
      pair_encoder_of(group.name, group.family.options.get<PairEncoderOptions>(), form, run));
}

}  // namespace

extern const ModelFamily pair_encoder_family;
constinit const ModelFamily pair_encoder_family = {
    .name = "pair_encoder",
    .summary = "encoder of pairs of grids that answers a query from demonstrations, all cells in one pass",
    .source = "layers: Vaswani et al., NeurIPS 2017; Zhang and Sennrich, NeurIPS 2019",
    .needs = "training puzzles for seeds, or safetensors files for weights",
    .cost = "`run` and the analysis repeat for each model",
    .payload = Payload::puzzles,
    .options = options_of<PairEncoderOptions>,
    .members = members_of,
    .network = network_of,
    .subsets = [] {
      static const std::vector<std::string> names = transformer_subsets();
      return std::vector<std::string_view>(names.begin(), names.end());
    }};

}  // namespace ttt
