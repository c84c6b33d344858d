#pragma once
#include "pipeline/data/labelled_images.h"
#include "schemas/data_options.h"

namespace ttt {

/// The training part, the first `options.train_images` images of a keyed shuffle (0: all).
LabelledImages training_images(const DataOptions& options);

/// The test part from which base images are chosen.
LabelledImages test_images(const DataOptions& options);

}  // namespace ttt
