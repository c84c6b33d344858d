// Files of weights: source models, trainings that are not finished, and what was trained elsewhere.
#include "schemas/weights.h"

#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "pipeline/inspect/fact_text.h"
#include "pipeline/inspect/file_kind.h"

namespace ttt {
namespace {

bool is_safetensors(const StoredFile& file) { return file.container == Container::safetensors; }

std::string size_text(const WeightsFile& weights) {
  size_t values = 0;
  for (const auto& [name, array] : weights.arrays) values += array.values.size();
  return fmt::format("{} tensors, {} values of fp32", weights.arrays.size(), values);
}

std::string tensors_text(const WeightsFile& weights) {
  std::string text;
  for (const auto& [name, array] : weights.arrays)
    text += fmt::format("{} {}\n", name, shape_text(array.shape));
  return text;
}

/// The numbers of a JSON object, as they stand there; nothing for other texts.
void add_numbers(const std::string& json, Facts& facts) {
  const auto object = nlohmann::json::parse(json, nullptr, false);
  if (!object.is_object()) return;
  for (const auto& [key, value] : object.items()) {
    const auto& number = value.is_array() && value.size() == 1 ? value[0] : value;
    if (number.is_number()) facts.emplace_back(key, fmt::format("{:.6g}", number.get<double>()));
  }
}

Facts facts_of_model(const StoredFile& file) {
  const WeightsFile weights = read_weights(file.path);
  Facts found = {{"weights", size_text(weights)}};
  add_numbers(file.word("record"), found);
  Fingerprint where = weights.metadata;
  for (const char* other : {"recipe", "record"}) where.erase(other);
  found.emplace_back("tensors", tensors_text(weights));
  found.emplace_back("fingerprint", fingerprint_text(where));
  found.emplace_back("spec", file.word("recipe"));
  return found;
}

Facts facts_of_checkpoint(const StoredFile& file) {
  Facts found = {{"weights", size_text(read_weights(file.path)) + ", moments among them"}};
  add_numbers(file.word("state"), found);
  found.emplace_back("fingerprint", fingerprint_text(fingerprint_from_json(file.word("fingerprint"))));
  return found;
}

Facts facts_of_foreign(const StoredFile& file) {
  const WeightsFile weights = read_weights(file.path);
  Facts found = {{"weights", size_text(weights)}, {"tensors", tensors_text(weights)}};
  if (!weights.metadata.empty()) found.emplace_back("metadata", fingerprint_text(weights.metadata));
  return found;
}

}  // namespace

extern const FileKind source_model_file, checkpoint_file, foreign_weights_file;
constinit const FileKind source_model_file = {
    "source model", "weights, with how they were trained (models/NAME.safetensors, made by train)",
    [](const StoredFile& file) { return is_safetensors(file) && file.words.contains("recipe"); },
    facts_of_model};
constinit const FileKind checkpoint_file = {
    "checkpoint", "a training that is not finished (models/NAME.unfinished.safetensors, made by train)",
    [](const StoredFile& file) {
      return is_safetensors(file) && file.words.contains("state") && file.words.contains("fingerprint");
    },
    facts_of_checkpoint};
constinit const FileKind foreign_weights_file = {
    "weights", "weights of elsewhere, which a spec may name in model.NAME.weights", is_safetensors,
    facts_of_foreign};

}  // namespace ttt
