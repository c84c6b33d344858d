#include "pipeline/training/checkpoint.h"

#include <nlohmann/json.hpp>

#include "schemas/error.h"
#include "schemas/weights.h"

namespace ttt {
namespace {

using Arrays = std::map<std::string, Array>;

TrainingState state_of(const WeightsFile& file) {
  TrainingState state;
  nlohmann::json::parse(file.metadata.at("state")).get_to(state.numbers);
  for (const auto& [name, array] : file.arrays) {
    const size_t slash = name.find('/');
    if (slash == std::string::npos)
      state.weights[name] = array;
    else
      state.momentum[name.substr(0, slash)][name.substr(slash + 1)] = array;
  }
  return state;
}

/// `prefix` and the name of the first array that `arrays` has and `weights` lacks or has in another shape.
void require_fit(const std::filesystem::path& file, const std::string& prefix, const Arrays& arrays,
                 const Arrays& weights) {
  for (const auto& [name, array] : arrays)
    if (!weights.contains(name) || weights.at(name).shape != array.shape)
      fail(ExitCode::data, "{}: tensor {}{} fits no weight of the network; remove the file to begin anew",
           file.string(), prefix, name);
}

void require_fit(const std::filesystem::path& file, const TrainingState& state, const Arrays& weights) {
  require_fit(file, "", state.weights, weights);
  for (const auto& [name, array] : weights)
    if (!state.weights.contains(name))
      fail(ExitCode::data, "{}: tensor {} is missing; remove the file to begin anew", file.string(), name);
  for (const auto& [moment, arrays] : state.momentum) require_fit(file, moment + "/", arrays, weights);
}

}  // namespace

void write_checkpoint(const std::filesystem::path& file, const TrainingState& state,
                      const Fingerprint& fingerprint) {
  WeightsFile out{state.weights,
                  {{"state", nlohmann::json(state.numbers).dump()}, {"fingerprint", to_json(fingerprint)}}};
  for (const auto& [moment, arrays] : state.momentum)
    for (const auto& [name, array] : arrays) out.arrays[moment + "/" + name] = array;
  write_weights(file, out);
}

void restore_checkpoint(const std::filesystem::path& file, const Fingerprint& fingerprint,
                        Training& training) {
  const WeightsFile in = read_weights(file);
  try {
    const std::string differs = difference(fingerprint, fingerprint_from_json(in.metadata.at("fingerprint")));
    if (!differs.empty())
      fail(ExitCode::data, "{}: is of another training; remove it to begin anew. What differs: {}",
           file.string(), differs);
    const TrainingState state = state_of(in);
    require_fit(file, state, training.weights());
    training.restore(state);
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    fail(ExitCode::data, "{}: is no unfinished training of this program; remove it to begin anew",
         file.string());
  }
}

}  // namespace ttt
