#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "pipeline/models/network.h"
#include "schemas/model_options.h"

namespace ttt {

/// A family of source models, of which [model.NAME] describes one: one file that exports one value, one line
/// in registry.cpp. A table is of the family that its key `family` names, or that
/// another of its keys is named like; else of the first.
struct ModelFamily {
  std::string_view name;
  std::string_view summary;
  std::string_view source;  // where it was published
  std::string_view needs;
  std::string_view cost;
  Payload payload = Payload::images;  // what it reads
  Options (*options)();               // keys of [model.NAME]
  /// The models of a group, in the order of its seeds or files.
  std::vector<SourceModel> (*members)(const ModelOptions& group);
  /// The network of a group on such samples. Throws an Error when they do not fit together.
  std::shared_ptr<const Network> (*network)(const ModelOptions& group, const InputForm& form,
                                            const RunOptions& run);
  /// What `subset` may be; nothing where each model says that for itself.
  std::vector<std::string_view> (*subsets)() = [] { return std::vector<std::string_view>(); };
};

/// Members that are trained here, one for each seed: GROUP-SEED.
std::vector<SourceModel> members_of_seeds(const std::string& group, const std::vector<uint64_t>& seeds);

/// Members without a seed, one for each file: GROUP-1, GROUP-2 ...
std::vector<SourceModel> members_of_files(const std::string& group, const std::vector<std::string>& files);

}  // namespace ttt
