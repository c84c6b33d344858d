#pragma once
#include <filesystem>
#include <memory>

#include "pipeline/sources/image_set.h"

namespace ttt {

/// MNIST and data sets in its form (Fashion-MNIST, ...): the folder `path` holds the four IDX files, not
/// compressed: train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,
/// t10k-labels-idx1-ubyte.
std::unique_ptr<ImageSet> open_mnist(const std::filesystem::path& path, DataPart part);

}  // namespace ttt
