#include "pipeline/engine/environment.h"

#include <fstream>

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

std::string instruction_set() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return "avx512";
  if (__builtin_cpu_supports("avx2")) return "avx2";
#endif
  return "baseline";
}

}  // namespace

std::string program_version() { return TTT_VERSION; }

Fingerprint environment(int threads) {
  return {{"code", program_version() + " (binary " + digest_file("/proc/self/exe").substr(0, 16) + ")"},
          {"libtorch", TORCH_VERSION},
          {"device", cpu_model()},
          {"isa", instruction_set()},
          {"threads", std::to_string(threads)}};
}

void set_threads(int threads) { at::set_num_threads(threads); }

}  // namespace ttt
