#pragma once
#include <span>

#include "pipeline/models/transformer_shape.h"
#include "pipeline/training/training_windows.h"

namespace ttt {

/// Windows at drawn places of a text, each row to predict the token after it.
class TextWindows final : public TrainingWindows {
 public:
  /// `text` holds the documents one after the other, each with the start token 0 before it, and must outlive
  /// this. Throws a data Error where it is shorter than a window and the token after it, or has tokens past
  /// the vocabulary.
  TextWindows(const TransformerShape& shape, std::span<const int32_t> text);

  OwnedWindow window(uint64_t seed, int64_t step, int64_t number) const override;
  int64_t seen_a_window() const override { return rows_; }
  std::string_view target() const override { return "token"; }

 private:
  int64_t rows_;
  std::span<const int32_t> text_;
};

}  // namespace ttt
