#include "pipeline/models/resnet_options.h"

#include <algorithm>

namespace ttt {

Fields fields(ResNetOptions& o) {
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

void validate(const ResNetOptions& o) {
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

Chosen resnet(const ResNetOptions& options) { return {"resnet", options}; }

}  // namespace ttt
