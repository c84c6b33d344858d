#include "schemas/data_options.h"

#include <string>

#include "schemas/option_fields.h"

namespace ttt {
namespace {

void require_split(const SplitOptions& split, const std::string& name) {
  const auto rule = [&](bool holds, const char* key, const char* problem) {
    require_option(holds, (name + "." + key).c_str(), "{}", problem);
  };
  if (split.base_images == 0) {
    rule(split.shifts.empty() && !split.clean, "base_images",
         "missing (how many images this split has, at least 1)");
    return;
  }
  rule(!split.shifts.empty() || split.clean, "shifts", "missing (names of shifts; or clean = true)");
  rule(all_different(split.shifts), "shifts", "the same shift twice (each once)");
  rule(split.shifts.empty() || !split.severities.empty(), "severities", "an empty list (severities 1 to 5)");
  rule(all_different(split.severities), "severities", "the same severity twice (each once)");
}

}  // namespace

bool holds_tokens(DataSource source) {
  return source == DataSource::language || source == DataSource::texts || holds_puzzles(source);
}

bool holds_puzzles(DataSource source) { return source == DataSource::puzzles || source == DataSource::arc; }

bool is_made_here(DataSource source) {
  return source == DataSource::glyphs || source == DataSource::language || source == DataSource::puzzles;
}

Fields fields(SplitOptions& o) {
  return {
      {"base_images", &o.base_images, {0, 1e9}},
      {"shifts", &o.shifts},
      {"severities", &o.severities, {1, 5}},
      {"clean", &o.clean},
  };
}

Fields fields(DataOptions& o) {
  return {
      {"source", choice(o.source, {"glyphs", "cifar10", "cifar10c", "mnist", "images", "testset", "language",
                                   "texts", "puzzles", "arc"})},
      {"path", &o.path},
      {"seed", &o.seed, seed_range},
      {"train_images", &o.train_images, {0, 1e9}},
      {.key = "resize", .target = &o.resize, .range = {0, 8192}, .silent = "0"},
      {.key = "crop", .target = &o.crop, .range = {0, 8192}, .silent = "0"},
      {.key = "document_bytes", .target = &o.document_bytes, .range = {2, 1 << 24}, .silent = "1024"},
      {.key = "train_documents", .target = &o.train_documents, .range = {0, 1e9}, .silent = "3000"},
      {.key = "grid_side", .target = &o.grid_side, .range = {2, 30}, .silent = "5"},
      {.key = "demonstrations", .target = &o.demonstrations, .range = {1, 100}, .silent = "4"},
      {"report", fields(o.report)},
      {"tune", fields(o.tune)},
  };
}

void validate(const DataOptions& options) {
  DataOptions o = options;
  check_fields(fields(o));
  const bool made_here = is_made_here(o.source);
  require_option(made_here || !o.path.empty(), "path", "missing (the folder or file that the source reads)");
  require_option(!made_here || o.path.empty(), "path",
                 "the samples of this source are made here (leave path out)");
  for (const auto& [key, value] : {std::pair("resize", o.resize), std::pair("crop", o.crop)})
    require_option(value == 0 || o.source == DataSource::images, key,
                   "{} with source other than \"images\", whose images have a size (0)", value);
  require_option(o.grid_side == DataOptions().grid_side || holds_puzzles(o.source), "grid_side",
                 "{} with a source that has no puzzles (leave it out)", o.grid_side);
  require_option(o.demonstrations == DataOptions().demonstrations || o.source == DataSource::puzzles,
                 "demonstrations", "{} with source other than \"puzzles\" (leave it out)", o.demonstrations);
  require_split(o.report, "report");
  require_split(o.tune, "tune");
  if (o.source == DataSource::testset) {  // has its samples already
    require_option(o.report == SplitOptions{}, "report",
                   "a test set brings its splits (leave data.report out)");
    require_option(o.tune == SplitOptions{}, "tune", "a test set brings its splits (leave data.tune out)");
    return;
  }
  require_option(o.report.base_images > 0, "report", "missing (base_images and shifts that are reported)");
}

}  // namespace ttt
