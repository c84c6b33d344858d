#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pipeline/models/image_network.h"
#include "pipeline/models/resnet_options.h"
#include "schemas/weights.h"

namespace ttt {

enum class Kind { convolution, norm, linear };

/// One named weight of the network.
struct Parameter {
  std::string name;            // as in the safetensors file
  std::vector<int64_t> shape;  // convolutions [O, I, 3, 3], linears [O, I], norms and biases [C]
  Part part;
  Kind kind;
  double flops = 0;  // 2 x MAC of one image's forward pass through it (0 for norms and biases)

  int64_t size() const;  // elements
};

/// A residual block's place in the network; its weights are NAME.norm1.weight, NAME.norm1.bias,
/// NAME.conv1.weight, ...
struct BlockPlace {
  std::string name;   // e.g. trunk.group2.block1
  int height, width;  // of its input
  int in_channels, out_channels, stride;

  int out_height() const;
  int out_width() const;
  int64_t in_floats() const { return int64_t{height} * width * in_channels; }  // of a view
  int64_t out_floats() const { return int64_t{out_height()} * out_width() * out_channels; }
};

/// The family "resnet", on the lane operations of this program: a pre-activation ResNet with two heads (Sun
/// et al., ICML 2020). Weight names: trunk.stem.weight, PART.groupG.blockB.{norm1,norm2}.{weight,bias},
/// PART.groupG.blockB.{conv1,conv2}.weight, PART.norm.{weight,bias}, {main,auxiliary}.linear.{weight,bias};
/// PART is trunk up to group `split_after`, then main and auxiliary. When the heads split after the last
/// group, the closing norm belongs to the trunk.
class ResNet final : public ImageNetwork {
 public:
  ResNetOptions options;
  Convolution convolution = Convolution::winograd4;

  std::vector<BlockPlace> blocks(Part part) const;
  std::vector<BlockPlace> way(Part head) const;  // blocks of the trunk and one head
  std::vector<Parameter> parameters() const;     // in forward order: trunk, main, auxiliary

  PixelScale pixel_scale() const override;
  int feature_count() const override { return options.widths.back(); }
  bool has_rotation_head() const override { return true; }
  std::vector<std::string> subsets() const override;

  std::vector<std::string> adapted_names(const Route& route, const std::string& subset) const override;
  int64_t adapted_numbers(const Route& route, const std::string& subset) const override;
  std::vector<std::string> begin_adapting(Weights& weights, const Route& route, const std::string& subset,
                                          int rank, const std::vector<int64_t>& ids,
                                          uint64_t seed) const override;
  Weights effective(const Weights& weights) const override;

  at::Tensor logits(const Weights& weights, const at::Tensor& x, Part head) const override;
  at::Tensor pooled_features(const Weights& weights, const at::Tensor& x) const override;

  double forward_flops(const Route& route) const override;
  double backward_flops(const Route& route, const std::string& subset) const override;
  double low_rank_flops(const Route& route, const std::string& subset, int rank) const override;
  int64_t saved_bytes(const Route& route, const std::string& subset) const override;
  int64_t passing_bytes() const override;

  ComputePath compute_path() const override;
  std::shared_ptr<const Network> computed(Precision precision, Device device) const override;

  SourceNetwork load(const std::filesystem::path& file) const override;
  SourceNetwork example() const override;
  FinalLinear final_linear(const std::filesystem::path& file) const override;
};

/// The names of its subsets: all weights on the way to a head, the norms' scales and shifts among them, the
/// trunk's, or a product of low rank added to each convolution and linear (Hu et al., ICLR 2022).
std::vector<std::string_view> resnet_subsets();

/// The network of [model.NAME] on such images. Throws a spec Error when they do not fit together.
ResNet resnet_of(const std::string& name, const ResNetOptions& options, const InputForm& form,
                 const RunOptions& run);

/// Throws a spec Error when images of this size do not fit the network.
void validate(const ResNet& network);

/// Initial weights: convolutions N(0, 2 / (9 O)), linears U(+-1 / sqrt(I)), norms 1 and 0. A function of the
/// seed.
std::map<std::string, Array> initial_weights(const ResNet& network, uint64_t seed);

/// Throws a data Error naming `file` and the tensor unless exactly the network's weights are there, in shape
/// and finite.
void check_weights(const ResNet& network, const std::map<std::string, Array>& arrays,
                   const std::string& file);

/// What `subset` selects on the way to `head` (trunk and that head), in forward order; low_rank: the weights
/// that products are added to.
std::vector<Parameter> adapted_parameters(const ResNet& network, Part head, const std::string& subset);

}  // namespace ttt
