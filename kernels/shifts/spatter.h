#pragma once
#include "kernels/draw.h"
#include "kernels/image.h"

namespace ttt {

/// Drops on the lens: the bright end of smoothed normal noise is liquid; normal i is place i. Water is lit in
/// relief and added; mud covers. The authors find the shores of the water by Canny's edges; ours is the
/// liquid's rim.
struct Spatter {
  double mean, deviation;  // of the noise
  double sigma;            // smoothing of the noise, pixels
  double threshold;        // above it is liquid
  double intensity;        // of water; for mud the smoothing of its outline, pixels
  enum class Liquid { water, mud } liquid;
};
Image spatter(const Image& image, const Spatter& spatter, const Draw& draw);

}  // namespace ttt
