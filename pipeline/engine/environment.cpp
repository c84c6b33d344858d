#include "pipeline/engine/environment.h"

#include <malloc.h>
#include <sched.h>
#include <sys/mman.h>

#include <cstdlib>
#include <fstream>
#include <limits>

#include "kernels/cpu/isa.h"
#include "kernels/lanes/cuda_device.h"
#include "kernels/lanes/cuda_operations.h"
#include "kernels/lanes/threads.h"
#include "kernels/torch.h"
#include "schemas/error.h"

namespace ttt {
namespace {

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

cpu::Isa kernel_set(InstructionSet set) {
  return set == InstructionSet::avx512 ? cpu::Isa::avx512
         : set == InstructionSet::avx2 ? cpu::Isa::avx2
                                       : cpu::Isa::baseline;
}

/// With a pinned instruction set every CPU that has it computes the same bits.
std::string device_model(const RunOptions& run) {
  if (run.device == Device::cuda) return lanes::cuda_device_model();
  return run.isa == InstructionSet::fastest ? cpu_model() : "CPU";
}

/// Ours, and the one that LibTorch's operations look for when the first of them runs.
void pin(InstructionSet set) {
  cpu::pin_instruction_set(kernel_set(set));
  const char* const same = set == InstructionSet::avx512 ? "avx512"
                           : set == InstructionSet::avx2 ? "avx2"
                                                         : "default";
  setenv("ATEN_CPU_CAPABILITY", same, /*overwrite=*/1);
}

/// One rank a GPU: those of a machine take its GPUs in turn.
void choose_device(int local_rank) {
  const int devices = lanes::cuda_devices();
  require(devices > 0, "run.device = \"cuda\": {}; set run.device = \"cpu\"",
          lanes::cuda_operations() ? "no GPU is found on this machine"
                                   : "this program was built without CUDA (docs/gpu.md)");
  lanes::choose_cuda_device(local_rank % devices);
}

/// Activations of megabytes come and go at every step: their pages stay with the heap instead of returning to
/// the system, and its first GiB is of huge pages where the system gives them to who asks (2 % of an episode:
/// median of 13 pairs of runs with and without). Nothing is touched, so nothing is taken, before it is used.
void keep_memory() {
  constexpr size_t reserve = 1 << 30, page = 1 << 21;
  mallopt(M_MMAP_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  void* const room = std::malloc(reserve);
  if (room == nullptr) return;
  const auto begin = (reinterpret_cast<uintptr_t>(room) + page - 1) / page * page;
  madvise(reinterpret_cast<void*>(begin), reserve - page, MADV_HUGEPAGE);
  std::free(room);
}

/// Launchers bind ranks to a core each unless told otherwise, and threads would then take turns on it.
void say_when_threads_lack_cores(int threads) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) >= threads) return;
  fmt::print(stderr,
             "run.threads = {}, but a rank may use {} core(s) here, on which its threads take turns (mpirun: "
             "--bind-to none; srun: --cpus-per-task={})\n",
             threads, CPU_COUNT(&allowed), threads);
}

}  // namespace

Fingerprint environment(const RunOptions& run) {
  return {{"libtorch", TORCH_VERSION},
          {"device", device_model(run)},
          {"isa", std::string(cpu::name(cpu::instruction_set()))},
          {"convolution", std::string(name(run.convolution))},
          {"precision", std::string(name(run.precision))}};
}

void prepare_process(const RunOptions& run, int local_rank) {
  if (run.device == Device::cuda) choose_device(local_rank);
  if (run.isa != InstructionSet::fastest) pin(run.isa);
  if (local_rank == 0) say_when_threads_lack_cores(run.threads);
  lanes::use_threads(run.threads);
  keep_memory();
}

}  // namespace ttt
