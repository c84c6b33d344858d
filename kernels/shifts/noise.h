#pragma once
#include "kernels/draw.h"
#include "kernels/image.h"

namespace ttt {

// Independent noise on every value; value i takes normal i, uniform i or Poisson number i of the draw.

/// x + N(0, sigma^2).
Image gaussian_noise(const Image& image, double sigma, const Draw& draw);

/// Poisson(x * photons) / photons: the light of so many photons at full brightness.
Image shot_noise(const Image& image, double photons, const Draw& draw);

/// With probability `amount` black or white, equally likely.
Image impulse_noise(const Image& image, double amount, const Draw& draw);

/// x + x N(0, sigma^2).
Image speckle_noise(const Image& image, double sigma, const Draw& draw);

}  // namespace ttt
