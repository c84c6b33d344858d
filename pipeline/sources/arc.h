#pragma once
#include <memory>

#include "pipeline/sources/token_set.h"

namespace ttt {

/// Tasks of the Abstraction and Reasoning Corpus (Chollet, 2019) as their public sets come: DIR/training and
/// DIR/evaluation hold a JSON file each task, with pairs of "input" and "output" grids under "train" and
/// "test". Every test input is a sample; those of one task have one base. The test part is DIR/evaluation.
/// Tasks with a grid of more than data.grid_side rows or columns are left out. Throws a data Error naming the
/// file that is no JSON, lacks a key, has a ragged grid, one of more than 30 rows or columns, a colour other
/// than 0 to 9, no demonstration or no test input.
std::unique_ptr<TokenSet> open_arc(const DataOptions& options, DataPart part);

}  // namespace ttt
