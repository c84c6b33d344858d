#include "pipeline/training/text_windows.h"

#include "kernels/draw.h"
#include "schemas/error.h"

namespace ttt {

TextWindows::TextWindows(const TransformerShape& shape, std::span<const int32_t> text)
    : rows_(shape.window), text_(text) {
  if (std::ssize(text) <= rows_)
    fail(ExitCode::data,
         "a text of {} tokens is too short to train on (a window of {} and the token after it)", text.size(),
         rows_);
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] < 0 || text[i] >= shape.vocabulary)
      fail(ExitCode::data, "the text to train on has token {} at place {} (the vocabulary ends at {})",
           text[i], i, shape.vocabulary - 1);
}

OwnedWindow TextWindows::window(uint64_t seed, int64_t step, int64_t number) const {
  const auto rows = static_cast<size_t>(rows_);
  const Draw draw(seed, Purpose::window_place, static_cast<uint64_t>(step));
  const uint32_t place = draw.below(static_cast<uint32_t>(number), text_.size() - rows);
  const auto part = [&](size_t begin) {
    const std::span<const int32_t> tokens = text_.subspan(begin, rows);
    return std::vector<int32_t>(tokens.begin(), tokens.end());
  };
  return {part(place), part(place + 1), {}};
}

}  // namespace ttt
