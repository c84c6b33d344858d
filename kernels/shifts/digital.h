#pragma once
#include "kernels/image.h"

namespace ttt {

/// Shrunk to floor(side * scale) by the box rule and enlarged again.
Image pixelate(const Image& image, double scale);

/// Means over blocks of side x side pixels; blocks at the border may be smaller.
Image block_means(const Image& image, int side);

/// Through baseline JPEG and back: libjpeg's quality scale, 4:2:0 colour, exact integer transforms.
Image jpeg_compression(const Image& image, int quality);

}  // namespace ttt
