#pragma once
#include <filesystem>
#include <memory>

#include "pipeline/sources/image_set.h"

namespace ttt {

/// CIFAR-10-C: `folder` holds labels.npy [5 n] and one SHIFT.npy [5 n, 32, 32, 3] of bytes a corruption.
/// Severity s of test image i is row (s - 1) n + i, in the order of CIFAR-10's test part; the official n is
/// 10,000. It holds shifted test images only: training and clean ones come from a cifar-10-batches-bin in the
/// folder or beside it, and asking for one is a data Error when there is none.
std::unique_ptr<ImageSet> open_cifar10c(const std::filesystem::path& folder, DataPart part);

}  // namespace ttt
