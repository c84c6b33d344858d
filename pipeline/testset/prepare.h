#pragma once
#include <cstdint>
#include <functional>

#include "pipeline/sources/image_set.h"
#include "schemas/data_options.h"
#include "schemas/files/test_set_file.h"

namespace ttt {

/// Throws the Error with which build_test_set() would refuse these images or options before it begins.
void require_test_set(const ImageSet& images, const DataOptions& options);

/// The same of a user's own test set, which `path` names.
void require_test_set(const TestSet& set, const std::string& path);

/// The test set that `options` describe: for each split, its base images under each shift at each severity.
///
/// Base images are the first report.base_images and then tune.base_images places of a keyed shuffle of the
/// test part, so the splits share none, and asking for more tune images changes no report image. `base` is
/// the place of an image in the source's test part. Samples go by split (report, then tune), base image, then
/// the clean image, then shift and severity as the options list them: a run that is stopped early has seen
/// whole base images, each under everything. A corruption draws from (data.seed, base, name of the shift,
/// severity) alone: another shift, severity or base image beside it changes no sample.
///
/// describe_test_set() only says what its samples are, and makes the images that it is asked for; it gives
/// those of a user's own test set from its file.
///
/// `progress` is told how many of all samples are done. A user's own test set is read and checked, nothing
/// more.
TestSetFile describe_test_set(const DataOptions& options);
TestSetWithImages build_test_set(const DataOptions& options,
                                 const std::function<void(int64_t done, int64_t total)>& progress = {});

}  // namespace ttt
