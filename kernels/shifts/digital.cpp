#include "kernels/shifts/digital.h"

#include <turbojpeg.h>

#include <algorithm>
#include <cassert>
#include <memory>

#include "kernels/shifts/pixelwise.h"
#include "kernels/shifts/resample.h"
#include "schemas/error.h"

namespace ttt {
namespace {

struct DestroyCodec {
  void operator()(void* codec) const { tjDestroy(codec); }
};
using Codec = std::unique_ptr<void, DestroyCodec>;

/// Sizes and formats are ours, so only want of memory is left to go wrong.
void check(const Codec& codec, int status) {
  if (status != 0) fail(ExitCode::internal, "jpeg_compression: turbojpeg: {}", tjGetErrorStr2(codec.get()));
}

std::vector<uint8_t> encode(const Image& image, int quality) {
  const std::vector<uint8_t> pixels = to_bytes(image);
  const bool grey = image.channels == 1;
  const int sampling = grey ? TJSAMP_GRAY : TJSAMP_420;
  std::vector<uint8_t> file(tjBufSize(image.width, image.height, sampling));
  unsigned char* begin = file.data();
  unsigned long size = file.size();
  const Codec codec(tjInitCompress());
  check(codec,
        tjCompress2(codec.get(), pixels.data(), image.width, 0, image.height, grey ? TJPF_GRAY : TJPF_RGB,
                    &begin, &size, sampling, quality, TJFLAG_ACCURATEDCT | TJFLAG_NOREALLOC));
  file.resize(size);
  return file;
}

}  // namespace

Image pixelate(const Image& image, double scale) {
  const int height = std::max(1, static_cast<int>(image.height * scale));
  const int width = std::max(1, static_cast<int>(image.width * scale));
  return clipped(resize_box(resize_box(image, height, width), image.height, image.width));
}

Image block_means(const Image& image, int side) {
  assert(side > 0);
  return map_places(image, [&](double, int y, int x, int c) {
    const int top = y / side * side, bottom = std::min(top + side, image.height);
    const int left = x / side * side, right = std::min(left + side, image.width);
    double sum = 0;
    for (int i = top; i < bottom; ++i)
      for (int j = left; j < right; ++j) sum += image.at(i, j, c);
    return sum / ((bottom - top) * (right - left));
  });
}

Image jpeg_compression(const Image& image, int quality) {
  assert(image.channels == 1 || image.channels == 3);
  const std::vector<uint8_t> file = encode(image, quality);
  std::vector<uint8_t> pixels(image.pixels.size());
  const Codec codec(tjInitDecompress());
  check(codec, tjDecompress2(codec.get(), file.data(), file.size(), pixels.data(), image.width, 0,
                             image.height, image.channels == 1 ? TJPF_GRAY : TJPF_RGB, TJFLAG_ACCURATEDCT));
  return to_image(pixels.data(), image.height, image.width, image.channels);
}

}  // namespace ttt
