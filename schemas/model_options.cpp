#include "schemas/model_options.h"

#include <algorithm>

#include "schemas/option_fields.h"

namespace ttt {

Fields fields(ModelOptions& o) {
  return {
      {"depth", &o.depth, {8, 1202}},
      {"widths", &o.widths, {1, 4096}},
      {"norm_groups", &o.norm_groups, {1, 4096}},
      {"stem_stride", &o.stem_stride, {1, 2}},
      {"split_after", &o.split_after, {0, 3}},
      {"pixel_mean", &o.pixel_mean, {0, 1}},
      {"pixel_deviation", &o.pixel_deviation, {0, 10, Ends::last}},
      {"joint", &o.joint},
      {"seeds", &o.seeds, seed_range},
      {"weights", &o.weights},
  };
}

void validate(const ModelOptions& options) {
  ModelOptions o = options;
  require_name(o.name, "", 64);
  check_fields(fields(o));
  require_option(o.depth % 6 == 2, "depth", "{} (6 n + 2: 8, 14, 20, 26, ...)", o.depth);
  require_option(o.widths.size() == 3, "widths", "{} values (three, one for each group of blocks)",
                 o.widths.size());
  require_option(std::is_sorted(o.widths.begin(), o.widths.end()), "widths",
                 "a group narrower than the one before (shortcuts only add channels)");
  for (const int width : o.widths)
    require_option(width % o.norm_groups == 0, "norm_groups", "{} does not divide the width {}",
                   o.norm_groups, width);
  require_option(o.seeds.empty() || o.weights.empty(), "weights",
                 "weights and seeds exclude each other (seeds train here, weights were trained elsewhere)");
  require_option(!o.seeds.empty() || !o.weights.empty(), "seeds",
                 "an empty list (at least one training seed)");
  require_option(all_different(o.seeds), "seeds", "the same seed twice (each trains one model)");
  require_option(all_different(o.weights), "weights", "the same file twice (each is one model)");
  require_option(std::find(o.weights.begin(), o.weights.end(), "") == o.weights.end(), "weights",
                 "an empty file name");
}

std::vector<SourceModel> members(const ModelOptions& group) {
  std::vector<SourceModel> models;
  for (const uint64_t seed : group.seeds)
    models.push_back({fmt::format("{}-{}", group.name, seed), group.name, seed, ""});
  for (size_t i = 0; i < group.weights.size(); ++i)
    models.push_back({fmt::format("{}-{}", group.name, i + 1), group.name, 0, group.weights[i]});
  return models;
}

}  // namespace ttt
