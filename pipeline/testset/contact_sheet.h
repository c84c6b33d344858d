#pragma once
#include "pipeline/sources/image_file.h"
#include "schemas/data_options.h"
#include "schemas/test_set.h"

namespace ttt {

/// A picture to look at a test set by. For each split: a row of clean images, then a row a shift at its
/// highest severity, captioned; across, up to twelve base images of the split, of as many classes as there
/// are. The clean row comes from the set or else from the source in `options`, and is left out where neither
/// has it.
Bitmap draw_contact_sheet(const TestSetWithImages& set, const DataOptions& options);

}  // namespace ttt
