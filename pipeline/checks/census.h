#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/checks/findings.h"
#include "pipeline/sources/image_set.h"

namespace ttt {

/// What the images of one part of a source are like.
struct Census {
  int64_t images = 0;
  std::vector<int64_t> of_class;  // [classes] images of each
  int64_t decoded = 0;            // images whose pixels were looked at
  int64_t grey = 0;               // of these: in colour by their form, without any in their pixels
};

/// Counts the first `images` images of the set and decodes `most` of them, evenly spread (0: all). Images
/// that cannot be read are problems, the first ten of them one each.
Census take_census(const ImageSet& set, int64_t images, int64_t most, Findings& findings);

/// "12 images of 32 x 32 x 3; 2 classes: cat 8, dog 4".
std::string census_text(const Census& census, const ImageForm& form);

}  // namespace ttt
