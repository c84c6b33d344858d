#include "pipeline/models/family.h"
#include "pipeline/models/resnet.h"

namespace ttt {
namespace {

std::vector<SourceModel> members_of(const ModelOptions& group) {
  const auto& options = group.family.options.get<ResNetOptions>();
  std::vector<SourceModel> models = members_of_seeds(group.name, options.seeds);
  std::ranges::move(members_of_files(group.name, options.weights), std::back_inserter(models));
  return models;
}

}  // namespace

extern const ModelFamily resnet_family;
constinit const ModelFamily resnet_family = {
    .name = "resnet",
    .summary = "pre-activation ResNet of 6 n + 2 layers with GroupNorm, a class head and a rotation head",
    .source = "Sun et al., ICML 2020; He et al., ECCV 2016; Wu and He, ECCV 2018",
    .needs = "training images for seeds, or safetensors files for weights",
    .cost = "`train` makes a model of each seed; `run` and the analysis repeat for each model",
    .options = options_of<ResNetOptions>,
    .members = members_of,
    .network = [](const ModelOptions& group, const InputForm& form,
                  const RunOptions& run) -> std::shared_ptr<const Network> {
      return std::make_shared<ResNet>(
          resnet_of(group.name, group.family.options.get<ResNetOptions>(), form, run));
    },
    .subsets = resnet_subsets};

}  // namespace ttt
