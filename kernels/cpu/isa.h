#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace ttt::cpu {

/// Instruction sets the kernels are compiled for. Results may differ between them in the last bits and never
/// within one, so the set is part of a run's fingerprint.
enum class Isa { baseline, avx2, avx512 };

/// "baseline", "avx2" or "avx512".
std::string_view name(Isa isa);

/// What this machine can run, the fastest last.
std::vector<Isa> available_instruction_sets();

/// The set every kernel of this process uses: the fastest, unless another was pinned.
Isa instruction_set();

/// Makes every kernel of this process use `isa` (run.isa, for clusters of mixed machines). Call it before the
/// first kernel: weights packed for one set are of no use to another. An Error if the machine lacks it.
void pin_instruction_set(Isa isa);

/// Floats of the widest vector of the set in use that divides `channels` (a multiple of 8) into whole slices.
int vector_floats(int channels);

}  // namespace ttt::cpu
