#pragma once
#include <string>
#include <vector>

namespace ttt {

/// The words before a command that mpirun is to start `ranks` times.
std::vector<std::string> mpirun_words(int ranks);

/// Sets in the environment what mpirun needs to start ranks here: as root, in containers, quietly, and in a
/// Slurm job whose node lacks srun. What is set already stays.
void prepare_mpirun();

/// What is said when mpirun ended with a code that none of its ranks returns; it keeps its reasons to itself
/// then.
std::string no_ranks_message(int ranks, int code);

}  // namespace ttt
