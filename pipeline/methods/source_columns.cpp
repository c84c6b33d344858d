#include "pipeline/methods/source_columns.h"

#include <algorithm>

#include "kernels/torch.h"
#include "pipeline/scores/prediction.h"

namespace ttt {

std::vector<double> upright_confidence(const SourceNetwork& source, const Samples& samples) {
  const at::NoGradGuard no_grad;
  const ImageNetwork& n = source.images();
  const auto count = static_cast<int64_t>(samples.id.size());
  const at::Tensor z =
      recorded(n.logits(source.lanes(count), plain_tensor(n, samples.adapt_on), Part::auxiliary));
  std::vector<double> confidence;
  for (int64_t k = 0; k < count; ++k) confidence.push_back(softmax(row(z, k))[0]);
  return confidence;
}

std::vector<float> pooled_rows(const SourceNetwork& source, const Samples& samples) {
  const ImageNetwork& n = source.images();
  const auto count = static_cast<int64_t>(samples.id.size());
  const at::Tensor z =
      recorded(n.pooled_features(source.lanes(count), plain_tensor(n, samples.image))).contiguous();
  return {z.const_data_ptr<float>(), z.const_data_ptr<float>() + z.numel()};
}

void fill_source_columns(Records& records, const SourceNetwork& source, const Samples& samples) {
  if (!records.features.empty()) records.features = pooled_rows(source, samples);
  if (!records.auxiliary_confidence.empty())
    std::ranges::transform(upright_confidence(source, samples), records.auxiliary_confidence.begin(),
                           [](double p) { return static_cast<float>(p); });
}

}  // namespace ttt
