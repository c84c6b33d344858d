#include "pipeline/engine/checkpoint.h"

#include <nlohmann/json.hpp>

#include "schemas/error.h"
#include "schemas/weights.h"

namespace ttt {
namespace {

constexpr std::string_view velocity = "velocity/";

}  // namespace

void write_checkpoint(const std::filesystem::path& file, const TrainingState& state,
                      const Fingerprint& fingerprint) {
  const nlohmann::json sums = {{"step", state.step},
                               {"main_sum", state.main_sum},
                               {"auxiliary_sum", state.auxiliary_sum},
                               {"correct", state.correct}};
  WeightsFile out{state.weights, {{"state", sums.dump()}, {"fingerprint", to_json(fingerprint)}}};
  for (const auto& [name, array] : state.velocity) out.arrays[std::string(velocity) + name] = array;
  write_weights(file, out);
}

TrainingState read_checkpoint(const std::filesystem::path& file, const ResNet& architecture,
                              const Fingerprint& fingerprint) {
  const WeightsFile in = read_weights(file);
  TrainingState state;
  try {
    const std::string differs = difference(fingerprint, fingerprint_from_json(in.metadata.at("fingerprint")));
    if (!differs.empty())
      fail(ExitCode::data, "{}: is of another training; remove it to begin anew. What differs: {}",
           file.string(), differs);
    const nlohmann::json sums = nlohmann::json::parse(in.metadata.at("state"));
    sums.at("step").get_to(state.step);
    sums.at("main_sum").get_to(state.main_sum);
    sums.at("auxiliary_sum").get_to(state.auxiliary_sum);
    sums.at("correct").get_to(state.correct);
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    fail(ExitCode::data, "{}: is no unfinished training of this program; remove it to begin anew",
         file.string());
  }
  for (const auto& [name, array] : in.arrays)
    if (name.starts_with(velocity))
      state.velocity[name.substr(velocity.size())] = array;
    else
      state.weights[name] = array;
  check_weights(architecture, state.weights, file.string());
  for (const auto& [name, array] : state.velocity)
    if (!state.weights.contains(name) || state.weights.at(name).shape != array.shape)
      fail(ExitCode::data, "{}: tensor {}{} fits no weight; remove the file to begin anew", file.string(),
           velocity, name);
  return state;
}

}  // namespace ttt
