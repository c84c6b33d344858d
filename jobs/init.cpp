// ttt-eval init FILE
#include <algorithm>
#include <filesystem>
#include <memory>

#include "jobs/alone_subcommand.h"

#include "pipeline/starter/starter.h"
#include "schemas/closest_name.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/option_fields.h"

namespace ttt {
namespace {

/// What is asked of a first spec.
struct InitOptions {
  std::filesystem::path file = "spec.toml";
  std::string source;  // "": images when there is a path, else glyphs
  std::string path;
  std::vector<std::string> weights;
};

/// The source of that name, as [data] knows it.
DataSource source_named(const std::string& name) {
  DataOptions options;
  const Fields all = fields(options);
  const auto field = std::ranges::find(all, "source", &Field::key);
  const Choice& choice = std::get<Choice>(field->target);
  const auto found = std::ranges::find(choice.names, name);
  require(found != choice.names.end(), "--source {}: no such source ({}){}", name, allowed(*field),
          did_you_mean(name, choice.names));
  choice.set(static_cast<size_t>(found - choice.names.begin()));
  return options.source;
}

/// Throws a spec Error when the file is there already.
void init(const InitOptions& options) {
  require(!is_there(options.file), "{}: is there already; name another file", options.file.string());
  const std::string source = !options.source.empty() ? options.source
                             : options.path.empty()  ? "glyphs"
                                                     : "images";
  const StarterOptions starter{source_named(source), options.path, options.weights};
  require(starter.source == DataSource::glyphs || !options.path.empty(),
          "--source {} needs --data, the folder or file that it reads", source);
  publish(options.file, starter_spec(starter));
  fmt::print("{}: written; next: `ttt-eval check {}`\n", options.file.string(), options.file.string());
}

}  // namespace

void add_init(CLI::App& app) {
  const auto options = std::make_shared<InitOptions>();
  CLI::App* sub =
      alone_subcommand(app, "init", "write a commented spec to start from", [options] { init(*options); });
  sub->add_option("FILE", options->file, "the spec to be written (default: spec.toml)");
  sub->add_option("--data", options->path, "folder or file of your images");
  sub->add_option("--source", options->source, "what lies there: `ttt-eval list sources` (default: images)");
  sub->add_option("--weights", options->weights,
                  "weight files of models trained elsewhere; without: train three");
}

}  // namespace ttt
