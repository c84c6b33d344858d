#include "pipeline/models/transformer_shape.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace ttt {
namespace {

struct Extent {
  int64_t in, out;
};

Extent extent(const TransformerShape& s, Site site) {
  switch (site) {
    case Site::qkv:
      return {s.width, 3 * s.width};
    case Site::out:
      return {s.width, s.width};
    case Site::up:
      return {s.width, s.up()};
    case Site::down:
      break;
  }
  return {s.hidden(), s.width};
}

constexpr const char* site_names[sites] = {"qkv", "out", "up", "down"};

std::string matrix_name(int layer, Site site) {
  return fmt::format("layers.{}.{}.weight", layer, site_names[static_cast<int>(site)]);
}

TransformerWeight matrix(const TransformerShape& s, int layer, Site site) {
  const Extent e = extent(s, site);
  return {matrix_name(layer, site), {e.in, e.out}, WeightRole::matrix, layer, site};
}

bool has_factors(const std::string& subset) { return subset.starts_with("low_rank"); }

/// Multiply-adds of the matrices of one layer for one row.
double matrix_macs(const TransformerShape& s) {
  double macs = 0;
  for (int i = 0; i < sites; ++i) {
    const Extent e = extent(s, static_cast<Site>(i));
    macs += static_cast<double>(e.in) * static_cast<double>(e.out);
  }
  return macs;
}

double factor_macs(const TransformerShape& s, int rank) {
  double macs = 0;
  for (int i = 0; i < sites; ++i) {
    const Extent e = extent(s, static_cast<Site>(i));
    macs += static_cast<double>(rank) * static_cast<double>(e.in + e.out);
  }
  return macs;
}

/// Multiply-adds of a forward pass, by what they belong to.
struct Macs {
  double matrices, attention, logits;
};
Macs macs_of(const TransformerShape& s, const PassExtent& extent) {
  return {static_cast<double>(extent.rows) * s.layers * matrix_macs(s), 2 * extent.seen * s.layers * s.width,
          static_cast<double>(extent.scored) * s.classes() * static_cast<double>(s.width)};
}

}  // namespace

int TransformerShape::hidden() const { return static_cast<int>(std::lround(hidden_multiple * width)); }

Fields fields(TransformerShape& s) {
  return {
      {"vocabulary", &s.vocabulary, {2, 1'000'000}},
      {"width", &s.width, {1, 16'384}},
      {"layers", &s.layers, {1, 1000}},
      {"heads", &s.heads, {1, 1024}},
      {"hidden_multiple", &s.hidden_multiple, {0, 64, Ends::last}},
      {"activation", choice(s.activation, {"gelu", "swiglu"})},
      {"rotary_base", &s.rotary_base, {0, 1e9}},
      {"epsilon", &s.epsilon, {0, 1, Ends::none}},
      {"window", &s.window, {1, 1'000'000}},
  };
}

void validate(const TransformerShape& s) {
  require_option(s.width % s.heads == 0, "heads", "{} do not divide the width {}", s.heads, s.width);
  require_option(s.rotary_base == 0 || s.head_width() % 2 == 0, "heads",
                 "heads of {} numbers, and rotary positions turn pairs of them (an even width / heads, or "
                 "rotary_base = 0)",
                 s.head_width());
  require_option(s.rotary_base == 0 || s.rotary_base >= 1, "rotary_base", "{} (0 for none, or at least 1)",
                 s.rotary_base);
  require_option(s.hidden() >= 1, "hidden_multiple", "{} times the width {} is no unit", s.hidden_multiple,
                 s.width);
}

int64_t TransformerWeight::size() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

std::vector<TransformerWeight> weights_of(const TransformerShape& s) {
  std::vector<TransformerWeight> all = {{"embedding.weight", {s.vocabulary, s.width}, WeightRole::embedding}};
  for (int l = 0; l < s.layers; ++l) {
    all.push_back({fmt::format("layers.{}.norm1.weight", l), {s.width}, WeightRole::norm1, l});
    all.push_back(matrix(s, l, Site::qkv));
    all.push_back(matrix(s, l, Site::out));
    all.push_back({fmt::format("layers.{}.norm2.weight", l), {s.width}, WeightRole::norm2, l});
    all.push_back(matrix(s, l, Site::up));
    all.push_back(matrix(s, l, Site::down));
  }
  all.push_back({"norm.weight", {s.width}, WeightRole::final_norm});
  return all;
}

std::vector<TransformerWeight> adapted_weights(const TransformerShape& s, const std::string& subset,
                                               int rank) {
  const auto those = [&](auto&& wanted) {
    std::vector<TransformerWeight> chosen;
    for (TransformerWeight& weight : weights_of(s))
      if (wanted(weight.role)) chosen.push_back(std::move(weight));
    return chosen;
  };
  if (subset == "all") return weights_of(s);
  if (subset == "norm")
    return those([](WeightRole role) { return role != WeightRole::embedding && role != WeightRole::matrix; });
  if (subset == "embeddings") return those([](WeightRole role) { return role == WeightRole::embedding; });
  require(subset == "low_rank" || subset == "low_rank+embeddings",
          "a transformer has no subset {} (it has {})", subset, fmt::join(transformer_subsets(), ", "));
  require(rank > 0, "a subset of low rank needs a rank of at least 1, not {}", rank);
  std::vector<TransformerWeight> chosen;
  if (subset != "low_rank") chosen = adapted_weights(s, "embeddings", 0);
  for (const TransformerWeight& weight : those([](WeightRole role) { return role == WeightRole::matrix; })) {
    chosen.push_back({weight.name + ".low_rank_a",
                      {weight.shape[0], rank},
                      WeightRole::factor_a,
                      weight.layer,
                      weight.site});
    chosen.push_back({weight.name + ".low_rank_b",
                      {rank, weight.shape[1]},
                      WeightRole::factor_b,
                      weight.layer,
                      weight.site});
  }
  return chosen;
}

std::vector<std::string> transformer_subsets() {
  return {"all", "norm", "low_rank", "embeddings", "low_rank+embeddings"};
}

PassExtent causal_extent(int64_t rows, int64_t scored) {
  const auto t = static_cast<double>(rows);
  return {rows, scored, t * (t + 1) / 2};
}

double transformer_forward_flops(const TransformerShape& s, const PassExtent& extent) {
  const Macs m = macs_of(s, extent);
  return 2 * (m.matrices + m.attention + m.logits);
}

double transformer_backward_flops(const TransformerShape& s, const PassExtent& extent,
                                  const std::string& subset, int rank) {
  // Gradients of activations in all cases, twice the forward pass in attention; those of weights where they
  // adapt.
  const Macs m = macs_of(s, extent);
  double macs = m.matrices + 2 * m.attention + m.logits;
  if (subset == "all") macs += m.matrices;
  if (subset == "all" || subset.ends_with("embeddings")) macs += m.logits;
  if (has_factors(subset)) macs += 3 * static_cast<double>(extent.rows) * s.layers * factor_macs(s, rank);
  return 2 * macs;
}

int64_t transformer_lane_bytes(const TransformerShape& s, const std::string& subset, int rank, int64_t rows) {
  int64_t adapted = 0;
  for (const TransformerWeight& weight : adapted_weights(s, subset, rank)) adapted += weight.size();
  // Of a layer: two residual states, q, k, v, what attention gives, the perceptron before its activation,
  // softmax and norms; of a pass: gradients of the widest of these, and logits.
  const int64_t layer = 6 * s.width + s.up() + 2 * s.heads + 2 + (has_factors(subset) ? sites * rank : 0);
  const int64_t pass = 9 * s.width + 2 * s.up() + s.hidden() + s.classes();
  return static_cast<int64_t>(sizeof(float)) * (4 * adapted + rows * (s.layers * layer + pass));
}

}  // namespace ttt
