#pragma once
#include <filesystem>
#include <memory>

#include "pipeline/sources/image_set.h"
#include "pipeline/sources/resized.h"

namespace ttt {

/// A folder of images by class: PATH/train/CLASS/*.png, *.jpg or *.jpeg and PATH/test/CLASS/*, all of one
/// size once they are fitted. Classes are numbered by their names in byte order; every class of the test part
/// must be one of the training part, if there is one. Grey images become RGB. Hidden files are passed over;
/// so are other files, which skipped() names.
std::unique_ptr<ImageSet> open_image_folder(const std::filesystem::path& path, DataPart part,
                                            const ImageFit& fit = {});

}  // namespace ttt
