#pragma once
#include "pipeline/sources/image_file.h"

namespace ttt {

/// How images of a folder are brought to one size, as torchvision does with PIL images: Resize(shorter), then
/// CenterCrop(crop).
struct ImageFit {
  int shorter = 0;  // pixels of the shorter side after resizing; 0: as stored
  int crop = 0;     // side of the square that is cut out of the middle; 0: none
  bool operator==(const ImageFit&) const = default;
};

/// The image resized with Pillow's antialiased bilinear filter (libImaging/Resample.c, 8 bits a channel): its
/// bytes, the rounding between the two passes included.
Bitmap resized(const Bitmap& image, int height, int width);

/// The square of `side` pixels in the middle; black where the image is smaller.
Bitmap cropped(const Bitmap& image, int side);

/// Both, as `fit` says.
Bitmap fitted(Bitmap image, const ImageFit& fit);

}  // namespace ttt
