#pragma once
#include <map>
#include <string>

#include "pipeline/analysis/analysis.h"
#include "schemas/test_set.h"

namespace ttt {

/// Pictures of samples by their number in the test set, as data URIs of PNG images.
using SamplePictures = std::map<int64_t, std::string>;

/// Those of the samples whose stories the report tells. Images of more than 96 pixels a side are made smaller
/// by a whole factor, the mean of the pixels.
SamplePictures sample_pictures(const Analysis& analysis, const TestSet& set, const ReadImages& images);

}  // namespace ttt
