#pragma once
#include <filesystem>
#include <memory>

#include "pipeline/sources/image_set.h"

namespace ttt {

/// CIFAR-10, the official binary version. `path` is cifar-10-batches-bin or the folder that holds it.
std::unique_ptr<ImageSet> open_cifar10(const std::filesystem::path& path, DataPart part);

}  // namespace ttt
