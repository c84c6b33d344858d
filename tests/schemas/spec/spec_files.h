#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/methods/adapt_options.h"
#include "pipeline/methods/registry.h"
#include "pipeline/methods/vote_options.h"
#include "pipeline/models/resnet_options.h"

namespace ttt {

/// A folder of this test's own, emptied.
std::filesystem::path empty_folder();

/// Writes `text` as job.toml into the test's folder.
std::filesystem::path spec_file(const std::string& text);

/// A spec with nothing but what every spec needs, and `more` after it.
std::string minimal_spec(const std::string& more = "");

/// Reads `text` as job.toml.
JobSpec read_text(const std::string& text, const std::vector<std::string>& assignments = {});

/// The message with which reading fails, its folder left out; "" when it does not fail. Expects a spec Error.
std::string error_of(const std::string& text, const std::vector<std::string>& assignments = {});

/// The repository's jobs/specs.
std::filesystem::path shipped_specs();

}  // namespace ttt
