#pragma once
#include <cmath>
#include <numbers>
#include <vector>

#include "kernels/draw.h"
#include "pipeline/models/source_network.h"
#include "pipeline/models/transformer.h"
#include "pipeline/models/transformer_lane.h"
#include "pipeline/models/transformer_torch.h"
#include "pipeline/models/transformer_weights.h"

namespace ttt {

/// The network of the study of text, and a small one whose sizes divide no vector.
inline const TransformerShape study_shape = {};
inline const TransformerShape odd_shape = {
    .vocabulary = 37, .width = 18, .layers = 3, .heads = 3, .hidden_multiple = 2.5, .window = 32};

/// Initial weights with gains that differ from 1, so that none hides behind another.
inline Weights weights_for_test(const TransformerShape& shape, uint64_t seed = 1) {
  std::map<std::string, Array> arrays = initial_weights(shape, seed);
  for (auto& [name, array] : arrays)
    if (array.shape.size() == 1)
      for (size_t i = 0; i < array.values.size(); ++i)
        array.values[i] += 0.3f * static_cast<float>(std::sin(static_cast<double>(i + name.size())));
  return one_lane(arrays);
}

/// Tokens with a pattern that can be learned: a few words in a drawn order.
inline std::vector<int32_t> text_for_test(int64_t length, int vocabulary, uint64_t seed = 1) {
  std::vector<int32_t> tokens = {0};
  const Draw draw(seed, Purpose::glyph, 0);
  for (uint32_t word = 0; static_cast<int64_t>(tokens.size()) < length; ++word) {
    const uint32_t which = draw.below(word, 7);
    const Draw spelling(seed, Purpose::glyph, 1 + which);
    for (uint32_t i = 0; i < 3 + which && static_cast<int64_t>(tokens.size()) < length; ++i)
      tokens.push_back(static_cast<int32_t>(spelling.below(i, static_cast<uint64_t>(vocabulary))));
  }
  return tokens;
}

/// The window that ends before token `end`, `rows` long, whose last `scored` rows predict.
inline TokenWindow window_of(const std::vector<int32_t>& tokens, int64_t end, int64_t rows, int64_t scored) {
  const std::span<const int32_t> all(tokens);
  return {all.subspan(static_cast<size_t>(end - rows), static_cast<size_t>(rows)),
          all.subspan(static_cast<size_t>(end - scored + 1), static_cast<size_t>(scored))};
}

/// The study's episode: chunks of 64 in windows of up to 128; steps after all but the last. f gets the scores
/// of each chunk before its steps.
template <typename F>
void episode(SequenceLane& lane, const std::vector<int32_t>& tokens, int steps, const SequenceStep& how,
             F&& f) {
  constexpr int64_t chunk = 64, context = 128;
  const auto length = static_cast<int64_t>(tokens.size()) - 1;
  for (int64_t end = chunk; end <= length; end += chunk) {
    const TokenWindow window = window_of(tokens, end, std::min(end, context), chunk);
    const bool last = end + chunk > length;
    for (int s = 0; s < std::max(steps, 1); ++s) {
      const TokenScores scores = steps > 0 && !last ? lane.differentiate(window) : lane.score(window);
      if (s == 0) f(scores);
      if (steps == 0 || last) break;
      lane.step(how);
    }
  }
}

}  // namespace ttt
