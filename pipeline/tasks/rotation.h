#pragma once
#include "schemas/alternatives.h"

namespace ttt {

enum class Turns { balanced, random };
enum class AuxiliaryLabels { true_labels, random };

/// task = "rotation".
struct RotationOptions {
  Turns turns = Turns::random;                            // drawn, or view v turned by v mod 4
  AuxiliaryLabels labels = AuxiliaryLabels::true_labels;  // random: placebo, the turns are drawn anew
  bool operator==(const RotationOptions&) const = default;
};
Fields fields(RotationOptions& options);
void validate(const RotationOptions& options);

/// The rotation task with these options.
Chosen rotation(const RotationOptions& options = {});

}  // namespace ttt
