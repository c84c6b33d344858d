#pragma once
#include "pipeline/methods/samples.h"
#include "pipeline/models/source_network.h"
#include "schemas/records.h"

namespace ttt {

/// How sure the rotation head is of the upright image under the source weights: the probability it gives to
/// "not turned" -> [K].
std::vector<double> upright_confidence(const SourceNetwork& source, const Samples& samples);

/// What the main head's linear sees of the plain images under the source weights: [K, F].
std::vector<float> pooled_rows(const SourceNetwork& source, const Samples& samples);

/// Fills the columns that depend on the source weights alone, where the records have them: features of the
/// plain image, and what the rotation head says of the one that is adapted on.
void fill_source_columns(Records& records, const SourceNetwork& source, const Samples& samples);

}  // namespace ttt
