#include "pipeline/models/program_file.h"

#include <fmt/ranges.h>

#include "kernels/torch.h"
#include "pipeline/models/tensor_file.h"
#include "schemas/error.h"
#include "schemas/sha256.h"

namespace ttt {
namespace {

template <typename... Args>
[[noreturn]] void refuse(const std::string& file, fmt::format_string<Args...> problem, Args&&... args) {
  fail(ExitCode::data, "{}: {}", file, fmt::format(problem, std::forward<Args>(args)...));
}

/// SHA-256 over a line and the bytes of every tensor, in the order of their names.
std::string digest_of(const SafetensorsFile& read) {
  Sha256 digest;
  for (const TensorEntry& entry : read.tensors()) {
    digest.add(fmt::format("{} {} {}\n", entry.name, entry.type, fmt::join(entry.shape, ",")));
    digest.add(read.bytes(entry));
  }
  return digest.hex();
}

/// Whether a tensor has the lengths of a slot, as far as those are known.
bool fits(const std::vector<int64_t>& slot, at::IntArrayRef shape) {
  return slot == std::vector<int64_t>{-2} || at::IntArrayRef(slot) == shape;
}

void check_tensors_of(const ProgramFile& program, const std::string& name, const ProgramFunction& function) {
  const std::string& file = program.contract.file;
  for (const GraphInput& input : function.graph.inputs) {
    if (input.name == "x" || input.name.starts_with("d.")) continue;
    const auto found = program.tensors.find(input.name);
    if (found == program.tensors.end())
      refuse(file, "tensor {} is missing, which {} reads", input.name, name);
    const std::vector<int64_t>& wanted = function.graph.shape[static_cast<size_t>(input.slot)];
    if (!fits(wanted, found->second.sizes()))
      refuse(file, "tensor {} has shape [{}], {} reads [{}]", input.name,
             fmt::join(found->second.sizes().vec(), ", "), name, fmt::join(wanted, ", "));
    if (input.name.starts_with("p.") && !program.contract.parameters.contains(input.name.substr(2)))
      refuse(file, "{} reads {}, which is not in its list of parameters", name, input.name);
  }
}

void check_parameters(const ProgramFile& program) {
  const std::string& file = program.contract.file;
  for (const auto& [name, shape] : program.contract.parameters) {
    const auto found = program.tensors.find("p." + name);
    if (found == program.tensors.end()) refuse(file, "tensor p.{} is missing, a parameter that adapts", name);
    if (found->second.sizes() != at::IntArrayRef(shape))
      refuse(file, "tensor p.{} has shape [{}], its list of parameters says [{}]", name,
             fmt::join(found->second.sizes().vec(), ", "), fmt::join(shape, ", "));
    if (found->second.scalar_type() != at::kFloat)
      refuse(file, "tensor p.{} is a parameter, but no float32; export the module with .float()", name);
  }
}

}  // namespace

ProgramFile read_program(const std::filesystem::path& path) {
  const std::string file = path.string();
  const SafetensorsFile read(path);
  const auto text = read.metadata().find("program");
  if (text == read.metadata().end())
    refuse(file, "has no text `program` in its metadata; is it a file that the exporter wrote?");
  ProgramFile program{read_contract(file, text->second), {}};
  for (const TensorEntry& entry : read.tensors()) {
    const at::Tensor tensor = tensor_of(file, read, entry);
    // Constants may hold infinities: masks of attention do.
    if (!entry.name.starts_with("c.") && tensor.is_floating_point() && !tensor.isfinite().all().item<bool>())
      refuse(file, "tensor {} holds a value that is not finite", entry.name);
    program.tensors[entry.name] = tensor;
  }
  check_parameters(program);
  for (const auto& [name, function] : program.contract.functions) check_tensors_of(program, name, function);
  if (digest_of(read) != program.contract.weights_digest)
    refuse(file, "its tensors are not those that were exported (their digest differs); export it again");
  return program;
}

}  // namespace ttt
