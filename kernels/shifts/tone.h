#pragma once
#include "kernels/image.h"

namespace ttt {

/// `amount` added to the value of HSV.
Image brightness(const Image& image, double amount);

/// Saturation of HSV times `factor` plus `offset`; grey images have none and stay as they are.
Image saturate(const Image& image, double factor, double offset);

/// Deviations from each channel's mean times `factor`.
Image contrast(const Image& image, double factor);

/// factor x + offset.
Image affine_tone(const Image& image, double factor, double offset);

}  // namespace ttt
