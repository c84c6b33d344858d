#include "pipeline/engine/environment.h"

#include <malloc.h>

#include <fstream>

#include "kernels/cpu/isa.h"
#include "kernels/torch.h"
#include "schemas/digest.h"

namespace ttt {
namespace {

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

}  // namespace

std::string program_version() { return TTT_VERSION; }

Fingerprint environment(int threads) {
  return {{"code", program_version() + " (binary " + digest_file("/proc/self/exe").substr(0, 16) + ")"},
          {"libtorch", TORCH_VERSION},
          {"device", cpu_model()},
          {"isa", std::string(cpu::name(cpu::instruction_set()))},
          {"threads", std::to_string(threads)}};
}

void prepare_process(int threads) {
  at::set_num_threads(threads);
  // Activations of megabytes come and go at every step: keep their pages instead of returning them to the system.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

}  // namespace ttt
