#include "pipeline/testset/contact_sheet.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "pipeline/sources/image_set.h"
#include "pipeline/testset/caption.h"

namespace ttt {
namespace {

constexpr size_t most_columns = 12;
constexpr int smallest_tile = 64;  // pixels: smaller images are enlarged by a whole factor
constexpr int gap = 4, text_scale = 2;

/// A captioned row of images, each [H, W, C]; no bytes where the set has no such sample.
struct Row {
  std::string caption;
  std::vector<std::vector<uint8_t>> images;
};

/// Where the sample of a base image under a shift at a severity is.
using Index = std::map<std::tuple<int64_t, int32_t, int32_t>, int64_t>;

Index index_samples(const TestSet& set, Split split) {
  Index index;
  for (int64_t i = 0; i < set.samples; ++i)
    if (set.split[i] == split) index.try_emplace({set.base[i], set.shift[i], set.severity[i]}, i);
  return index;
}

/// Base images of a split: the first one of each class, then the second of each, ...
std::vector<int64_t> choose_columns(const TestSet& set, const Index& index) {
  std::map<int64_t, int64_t> class_of;
  for (const auto& [key, sample] : index) class_of.emplace(std::get<0>(key), set.label[sample]);
  std::map<int64_t, int> seen;  // by class
  std::vector<std::tuple<int, int64_t, int64_t>> order;
  for (const auto& [base, label] : class_of) order.emplace_back(seen[label]++, label, base);
  std::sort(order.begin(), order.end());
  std::vector<int64_t> bases;
  for (const auto& entry : std::span(order).first(std::min(order.size(), most_columns)))
    bases.push_back(std::get<2>(entry));
  return bases;
}

std::vector<uint8_t> pixels_of(const TestSetWithImages& set, int64_t sample) {
  const int64_t bytes = int64_t{set.height} * set.width * set.channels;
  const auto begin = set.image.begin() + sample * bytes;
  return {begin, begin + bytes};
}

Row row_of(const TestSetWithImages& set, const Index& index, std::span<const int64_t> bases, int32_t shift,
           int32_t severity) {
  const std::string& name = set.shift_names[shift];
  Row row{.caption = severity == 0 ? name : fmt::format("{} {}", name, severity), .images = {}};
  for (const int64_t base : bases) {
    const auto found = index.find({base, shift, severity});
    row.images.push_back(found == index.end() ? std::vector<uint8_t>() : pixels_of(set, found->second));
  }
  return row;
}

/// The clean images when the set itself has none.
std::optional<Row> clean_row(const DataOptions& options, std::span<const int64_t> bases) {
  if (options.source == DataSource::testset || options.source == DataSource::cifar10c) return std::nullopt;
  const auto images = open_images(options, DataPart::test);
  Row row{.caption = "clean", .images = {}};
  for (const int64_t base : bases) row.images.push_back(images->pixels(base));
  return row;
}

std::vector<Row> rows_of(const TestSetWithImages& set, Split split, const DataOptions& options) {
  const Index index = index_samples(set, split);
  if (index.empty()) return {};
  std::map<int32_t, int32_t> highest;  // severity of each shift
  for (const auto& [key, sample] : index) {
    const auto [base, shift, severity] = key;
    highest[shift] = std::max(highest[shift], severity);
  }
  const std::vector<int64_t> bases = choose_columns(set, index);
  std::vector<Row> rows = {{.caption = split == Split::report ? "- report -" : "- tune -", .images = {}}};
  if (!highest.contains(0))
    if (std::optional<Row> clean = clean_row(options, bases)) rows.push_back(*std::move(clean));
  for (const auto& [shift, severity] : highest) rows.push_back(row_of(set, index, bases, shift, severity));
  return rows;
}

/// An image of the set in RGB, each pixel `scale` x `scale`.
Bitmap enlarge(const std::vector<uint8_t>& pixels, const TestSet& set, int scale) {
  Bitmap tile{.height = set.height * scale, .width = set.width * scale, .bytes = {}};
  for (int y = 0; y < tile.height; ++y)
    for (int x = 0; x < tile.width; ++x)
      for (int c = 0; c < 3; ++c)
        tile.bytes.push_back(pixels[(size_t{1} * (y / scale) * set.width + x / scale) * set.channels +
                                    std::min(c, set.channels - 1)]);
  return tile;
}

void paste(Bitmap& canvas, const Bitmap& picture, int top, int left) {
  for (int y = 0; y < picture.height; ++y)
    std::copy_n(picture.bytes.begin() + int64_t{3} * y * picture.width, 3 * picture.width,
                canvas.bytes.begin() + 3 * ((top + y) * int64_t{canvas.width} + left));
}

/// Where things go on the sheet, in pixels.
struct Layout {
  int scale = 1, tile_height = 0, tile_width = 0, caption_height = 0, first_column = 0;

  int height_of(const Row& row) const {
    return row.images.empty() ? caption_height : std::max(caption_height, tile_height);
  }
};

Layout lay_out(const TestSet& set, const std::vector<Row>& rows) {
  Layout layout;
  layout.scale = std::max(1, smallest_tile / std::max(set.height, set.width));
  layout.tile_height = set.height * layout.scale;
  layout.tile_width = set.width * layout.scale;
  for (const Row& row : rows) {
    const Bitmap caption = draw_caption(row.caption, text_scale);
    layout.caption_height = caption.height;
    layout.first_column = std::max(layout.first_column, gap + caption.width + gap);
  }
  return layout;
}

Bitmap blank_sheet(const Layout& layout, const std::vector<Row>& rows) {
  Bitmap sheet{.height = gap, .width = layout.first_column, .bytes = {}};
  for (const Row& row : rows) {
    const int images = static_cast<int>(row.images.size());
    sheet.width = std::max(sheet.width, layout.first_column + images * (layout.tile_width + gap));
    sheet.height += layout.height_of(row) + gap;
  }
  sheet.bytes.assign(size_t{3} * sheet.height * sheet.width, 255);
  return sheet;
}

}  // namespace

Bitmap draw_contact_sheet(const TestSetWithImages& set, const DataOptions& options) {
  std::vector<Row> rows = rows_of(set, Split::report, options);
  for (Row& row : rows_of(set, Split::tune, options)) rows.push_back(std::move(row));

  const Layout layout = lay_out(set, rows);
  Bitmap sheet = blank_sheet(layout, rows);
  int top = gap;
  for (const Row& row : rows) {
    const int height = layout.height_of(row);
    paste(sheet, draw_caption(row.caption, text_scale), top + (height - layout.caption_height) / 2, gap);
    for (int left = layout.first_column; const std::vector<uint8_t>& image : row.images) {
      if (!image.empty()) paste(sheet, enlarge(image, set, layout.scale), top, left);
      left += layout.tile_width + gap;
    }
    top += height + gap;
  }
  return sheet;
}

}  // namespace ttt
