#pragma once

namespace ttt {

enum class PadMode { zero, replicate };

/// An augmented view of an image: shifted by up to `padding` pixels each way, perhaps mirrored.
struct ViewOptions {
  int padding = 4;              // largest shift, pixels
  PadMode pad = PadMode::zero;  // what lies outside the image
  bool flip = true;             // mirror left-right with probability 1/2
  bool operator==(const ViewOptions&) const = default;
};
void validate(const ViewOptions& options);

/// Number of distinct views of one image: (2 padding + 1)^2, twice that with flips.
inline int distinct_views(const ViewOptions& options) {
  const int shifts = 2 * options.padding + 1;
  return shifts * shifts * (options.flip ? 2 : 1);
}

}  // namespace ttt
