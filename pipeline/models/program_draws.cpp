#include "pipeline/models/program_draws.h"

#include <numeric>

#include "kernels/draw.h"
#include "kernels/torch.h"

namespace ttt {
namespace {

using Kind = ProgramDraw::Kind;

/// Fisher-Yates on the draws of a row.
void permute(const Draw& draw, int64_t* values, int64_t count) {
  std::iota(values, values + count, int64_t{0});
  for (int64_t i = 0; i + 1 < count; ++i)
    std::swap(values[i], values[i + draw.below(static_cast<uint32_t>(i), static_cast<uint64_t>(count - i))]);
}

void fill(const ProgramDraw& draw, const Draw& row, int64_t count, int64_t* values) {
  if (draw.kind == Kind::permutation) return permute(row, values, count);
  const int64_t low = draw.kind == Kind::turns ? 0 : draw.low;
  const auto span = static_cast<uint64_t>(draw.kind == Kind::turns ? 4 : draw.high - draw.low);
  for (int64_t i = 0; i < count; ++i) values[i] = low + row.below(static_cast<uint32_t>(i), span);
}

void fill(const ProgramDraw& draw, const Draw& row, int64_t count, float* values) {
  for (int64_t i = 0; i < count; ++i) {
    const auto index = static_cast<uint32_t>(i);
    values[i] = draw.kind == Kind::normal ? static_cast<float>(row.normal(index)) : row.uniform(index);
  }
}

/// The first turns of the views are those of this program's own rotation task.
Purpose purpose_of(const ProgramDraw& draw, size_t position, bool first_turns) {
  const bool own = draw.kind == Kind::turns && first_turns && draw.shape == std::vector<int64_t>{-1};
  return own ? Purpose::turn : program_purpose(static_cast<uint32_t>(position));
}

template <typename T>
at::Tensor filled(const ProgramDraw& draw, Purpose purpose, const DrawKey& key, at::Tensor tensor) {
  const bool lists = draw.kind == Kind::permutation;
  const int64_t rows = tensor.dim() == 0 ? 1 : lists ? tensor.numel() / tensor.size(-1) : tensor.size(0);
  const int64_t count = rows == 0 ? 0 : tensor.numel() / rows;
  for (int64_t r = 0; r < rows; ++r) {
    const Draw row(key.seed, purpose, static_cast<uint64_t>(key.sample), static_cast<uint32_t>(key.step),
                   static_cast<uint32_t>(r));
    fill(draw, row, count, tensor.mutable_data_ptr<T>() + r * count);
  }
  return tensor;
}

}  // namespace

std::map<std::string, at::Tensor> make_draws(const std::vector<ProgramDraw>& draws, const DrawKey& key,
                                             int64_t views) {
  std::map<std::string, at::Tensor> made;
  bool first_turns = true;
  for (size_t position = 0; position < draws.size(); ++position) {
    const ProgramDraw& draw = draws[position];
    const Purpose purpose = purpose_of(draw, position, first_turns);
    first_turns = first_turns && purpose != Purpose::turn;
    std::vector<int64_t> shape = draw.shape;
    for (int64_t& length : shape)
      if (length < 0) length = views;
    const bool real = draw.kind == Kind::uniform || draw.kind == Kind::normal;
    made[draw.name] = real ? filled<float>(draw, purpose, key, at::empty(shape, at::kFloat))
                           : filled<int64_t>(draw, purpose, key, at::empty(shape, at::kLong));
  }
  return made;
}

}  // namespace ttt
