#pragma once
#include "kernels/image.h"
#include "kernels/shifts/filter.h"

namespace ttt {

/// Bilinear value at a place between pixel centres.
double sample_bilinear(const Image& image, double y, double x, int c, Edge edge);

/// The middle of the image enlarged by `factor` >= 1 to the old size, bilinear: the central ceil(side /
/// factor) pixels a side are stretched corner to corner over round(that * factor) and cut back to the middle.
Image zoom_in(const Image& image, double factor);

/// Resized by the box rule: a new pixel is the mean of the old ones whose centres it covers, or the nearest.
Image resize_box(const Image& image, int height, int width);

}  // namespace ttt
