#pragma once
#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "kernels/views.h"
#include "pipeline/models/network.h"

namespace ttt {

enum class Part { trunk, main, auxiliary };

/// Rotation prediction has four classes.
inline constexpr int auxiliary_classes = 4;

/// Where an image goes in a network: to the logits of its classes (main), to those of its quarter turns
/// (auxiliary), or through a loss that the network brings along.
struct Route {
  Part head = Part::main;
  std::string loss = {};  // its name; empty: to a head

  Route(Part at_head) : head(at_head) {}
  explicit Route(std::string own_loss) : loss(std::move(own_loss)) {}
};

/// What the draws of a network's own loss are keyed by, beside their place in its list.
struct DrawKey {
  uint64_t seed = 0;
  int64_t sample = 0;
  int step = 0;
};

/// A network of images as methods see it, whatever its family. K lanes are K copies of its weights side by
/// side, weights [K, ...], images x [K, V, H, W, C] on the pixel scale of the network.
class ImageNetwork : public Network {
 public:
  int height = 32, width = 32, channels = 3;  // of the images
  int classes = 10;

  // What it has.
  virtual PixelScale pixel_scale() const = 0;
  virtual int feature_count() const = 0;  // F of pooled_features(); 0: it has none
  virtual bool has_rotation_head() const { return false; }
  virtual std::vector<std::string> losses() const { return {}; }  // that it brings along

  // What adapts. Names are those of weights, in a fixed order.
  virtual std::vector<std::string> adapted_names(const Route& route, const std::string& subset) const = 0;
  /// Numbers in those weights.
  virtual int64_t adapted_numbers(const Route& route, const std::string& subset) const = 0;
  /// Makes the lanes `ids` ready to adapt -> the names of what steps: weights, or factors of low rank that it
  /// adds to them, drawn by (seed, id).
  virtual std::vector<std::string> begin_adapting(Weights& weights, const Route& route,
                                                  const std::string& subset, int rank,
                                                  const std::vector<int64_t>& ids, uint64_t seed) const;
  /// The weights that it computes with, differentiable by those that step.
  virtual Weights effective(const Weights& weights) const { return weights; }

  // What it computes; differentiable by the weights that require gradients.
  /// -> [K, V, classes of the head].
  virtual at::Tensor logits(const Weights& weights, const at::Tensor& x, Part head) const = 0;
  /// What the last layer before the logits sees -> [K, V, F]; no gradients.
  virtual at::Tensor pooled_features(const Weights& weights, const at::Tensor& x) const = 0;
  /// A loss of its own on the views of each of several images, keys [G], all under the weights of one lane:
  /// x [G, V, H, W, C] -> [G].
  virtual at::Tensor own_loss(const Weights& weights, const at::Tensor& x, const std::string& loss,
                              const std::vector<DrawKey>& keys) const;
  /// Whether it takes one lane a call, K = 1; what computes then are several calls.
  virtual bool takes_one_lane() const { return false; }

  /// Whether the logits of a view depend on the other views of its pass (BatchNorm by their statistics).
  virtual bool couples_views() const { return false; }

  /// How many views a pass must have at least.
  virtual int least_views(const Route&) const { return 1; }

  // What that costs: FLOPs of one image, 2 a multiply-add.
  virtual double forward_flops(const Route& route) const = 0;
  virtual double backward_flops(const Route& route, const std::string& subset) const = 0;
  /// Of the products of low rank that stand beside the weights, once for all images.
  virtual double low_rank_flops(const Route& route, const std::string& subset, int rank) const;
  /// Bytes that an image leaves for the backward pass.
  virtual int64_t saved_bytes(const Route& route, const std::string& subset) const = 0;
  /// Bytes that an image takes on its way to the logits when nothing is left for a backward pass.
  virtual int64_t passing_bytes() const = 0;

  /// Throws a data Error when the model has no such layer.
  virtual FinalLinear final_linear(const std::filesystem::path& file) const = 0;

  double prediction_flops() const override { return forward_flops(Part::main); }
};

/// Throws a spec Error unless the network predicts single views.
void require_single_views(const ImageNetwork& network);

/// The network as one of images. Throws an internal Error for a network of sequences: plans pair methods with
/// what they work on.
const ImageNetwork& image_network(const Network& network);

}  // namespace ttt
