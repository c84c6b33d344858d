#include "jobs/parity.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

namespace ttt {
namespace {

double difference(double found, double exact) {
  if (std::isnan(found) && std::isnan(exact)) return 0;
  const double d = std::abs(found - exact);
  return std::isnan(d) ? std::numeric_limits<double>::infinity() : d;
}

/// Of the first exact.size() values; size_of(exact value) is what a difference is relative to.
template <class SizeOf>
Parity::Differences differences(const std::vector<float>& found, const std::vector<float>& exact,
                                SizeOf&& size_of) {
  std::vector<double> all;
  for (size_t i = 0; i < exact.size(); ++i) all.push_back(difference(found[i], exact[i]) / size_of(exact[i]));
  if (all.empty()) return {};
  std::ranges::sort(all);
  return {all[all.size() / 2], all.back()};
}

/// Byte for byte: NaN equals itself.
bool begins_with(const std::vector<float>& all, const std::vector<float>& part) {
  return part.size() <= all.size() && std::memcmp(all.data(), part.data(), part.size() * sizeof(float)) == 0;
}

}  // namespace

Parity parity_with_float64(const Records& found, int64_t samples, const MethodOptions& method,
                           const SourceNetwork& source, const TestSetWithImages& set,
                           const EngineOptions& engine) {
  std::vector<int64_t> ids(std::min(samples, found.samples));
  std::iota(ids.begin(), ids.end(), 0);
  const ReadImages images = images_of(set);
  const Records exact = evaluate(method, source.in_float64(), set, images, ids, engine);
  const Records alone = evaluate(method, source, set, images, {ids.front()}, engine);

  Parity p;
  p.samples = exact.samples;
  p.losses = differences(found.aux_loss, exact.aux_loss, [](float loss) {
    return std::isfinite(loss) && loss != 0 ? std::abs(static_cast<double>(loss)) : 1.0;
  });
  p.logits = differences(found.logits, exact.logits, [](float) { return 1.0; });
  p.predictions = static_cast<int64_t>(exact.predicted.size());
  for (size_t i = 0; i < exact.predicted.size(); ++i)
    p.predictions_differ += found.predicted[i] != exact.predicted[i];
  p.same_alone = begins_with(found.aux_loss, alone.aux_loss) && begins_with(found.logits, alone.logits) &&
                 begins_with(found.update_norm, alone.update_norm);
  return p;
}

}  // namespace ttt
