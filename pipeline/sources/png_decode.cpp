#include "pipeline/sources/png_decode.h"

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>

namespace ttt {
namespace {

/// libpng reports an error by a long jump, which runs no destructor: whatever owns memory lives out here, in
/// the caller of the function that is jumped out of.
class PngDecoder {
 public:
  explicit PngDecoder(std::string_view bytes)
      : rest_(bytes),
        png_(png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning)),
        info_(png_create_info_struct(png_)) {
    png_set_read_fn(png_, this, read);
  }
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;

  /// Fills `rgba` [height, width, 4]. False when the file is damaged.
  bool decode(int longest_side) {
    if (setjmp(png_jmpbuf(png_))) return false;
    read_header(longest_side);
    const int passes = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    rgba.resize(size_t{4} * static_cast<size_t>(width) * static_cast<size_t>(height));
    for (int pass = 0; pass < passes; ++pass)
      for (int y = 0; y < height; ++y) png_read_row(png_, rgba.data() + size_t{4} * y * width, nullptr);
    png_read_end(png_, nullptr);
    return true;
  }

  const char* problem() const { return problem_; }

  int height = 0, width = 0;
  std::vector<uint8_t> rgba;

 private:
  /// Reads up to the pixels, and has them delivered as 8-bit RGBA whatever they are.
  void read_header(int longest_side) {
    png_set_user_limits(png_, static_cast<png_uint_32>(longest_side), static_cast<png_uint_32>(longest_side));
    png_read_info(png_, info_);
    height = static_cast<int>(png_get_image_height(png_, info_));
    width = static_cast<int>(png_get_image_width(png_, info_));
    png_set_expand(png_);
    png_set_scale_16(png_);
    png_set_gray_to_rgb(png_);
    png_set_add_alpha(png_, 255, PNG_FILLER_AFTER);
  }

  static void read(png_structp png, png_bytep to, size_t count) {
    PngDecoder& self = *static_cast<PngDecoder*>(png_get_io_ptr(png));
    if (count > self.rest_.size()) png_error(png, "it ends early");
    std::memcpy(to, self.rest_.data(), count);
    self.rest_.remove_prefix(count);
  }

  static void on_error(png_structp png, png_const_charp message) {
    PngDecoder& self = *static_cast<PngDecoder*>(png_get_error_ptr(png));
    std::strncpy(self.problem_, message, sizeof(self.problem_) - 1);
    png_longjmp(png, 1);
  }

  static void on_warning(png_structp, png_const_charp) {}

  std::string_view rest_;
  char problem_[128] = {};
  png_structp png_;
  png_infop info_;
};

}  // namespace

PngResult decode_png(std::string_view bytes, int longest_side) {
  PngDecoder decoder(bytes);
  if (!decoder.decode(longest_side)) return {.image = {}, .problem = decoder.problem()};

  PngResult result{.image = {.height = decoder.height, .width = decoder.width, .bytes = {}}, .problem = {}};
  for (size_t i = 0; i < decoder.rgba.size(); i += 4) {
    const uint8_t* pixel = decoder.rgba.data() + i;
    if (pixel[3] != 255) return {.image = {}, .problem = "it has transparent pixels"};
    result.image.bytes.insert(result.image.bytes.end(), pixel, pixel + 3);
  }
  return result;
}

}  // namespace ttt
