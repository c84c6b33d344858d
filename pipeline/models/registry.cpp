#include "pipeline/models/registry.h"

#include <array>

namespace ttt {

// One line a family.
extern const ModelFamily resnet_family, program_family, transformer_family, pair_encoder_family;

std::span<const ModelFamily* const> model_families() {
  static constexpr std::array all = {&resnet_family, &program_family, &transformer_family,
                                     &pair_encoder_family};
  return all;
}

const ModelFamily& family_of(const ModelOptions& group) {
  return row_named(model_families(), group.family.name);
}

std::vector<SourceModel> members(const ModelOptions& group) { return family_of(group).members(group); }

std::vector<SourceModel> members_of_seeds(const std::string& group, const std::vector<uint64_t>& seeds) {
  std::vector<SourceModel> models;
  for (const uint64_t seed : seeds) models.push_back({fmt::format("{}-{}", group, seed), group, seed, ""});
  return models;
}

std::vector<SourceModel> members_of_files(const std::string& group, const std::vector<std::string>& files) {
  std::vector<SourceModel> models;
  for (size_t i = 0; i < files.size(); ++i)
    models.push_back({fmt::format("{}-{}", group, i + 1), group, 0, files[i]});
  return models;
}

}  // namespace ttt
