// ttt-eval inspect FILE
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "jobs/alone_subcommand.h"
#include "pipeline/inspect/registry.h"
#include "pipeline/report/plain_table.h"
#include "schemas/files/digest.h"
#include "schemas/files/trial.h"

namespace ttt {
namespace {

struct InspectOptions {
  std::string file;
  bool json = false;
};

void inspect(const InspectOptions& options) {
  try_reading(options.file, [&] {
    const StoredFile file = open_stored(options.file);
    kind_of(file).facts(file);
  });
  const StoredFile file = open_stored(options.file);
  const FileKind& kind = kind_of(file);
  Facts facts = {{"file", options.file},
                 {"kind", fmt::format("{}: {}", kind.name, kind.summary)},
                 {"size", fmt::format("{} bytes", std::filesystem::file_size(file.path))},
                 {"sha256", digest_file(file.path)}};
  for (auto& fact : kind.facts(file)) facts.push_back(std::move(fact));
  if (options.json) {
    nlohmann::ordered_json object;
    for (const auto& [name, value] : facts) object[name] = value;
    // Names from files need not be UTF-8.
    fmt::print("{}\n", object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, value] : facts)
    if (value.find('\n') == value.npos) rows.push_back({name, value});
  fmt::print("{}", aligned(rows, 2));
  for (const auto& [name, value] : facts)
    if (value.find('\n') != value.npos) fmt::print("\n{}:\n{}", name, value);
}

}  // namespace

void add_inspect(CLI::App& app) {
  const auto options = std::make_shared<InspectOptions>();
  CLI::App* sub = alone_subcommand(app, "inspect", "say what a file of a job is and what it holds",
                                   [options] { inspect(*options); });
  sub->add_option("FILE", options->file, "any file that ttt-eval writes or reads")->required();
  sub->add_flag("--json", options->json, "print one JSON object");
}

}  // namespace ttt
