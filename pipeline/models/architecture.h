#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "schemas/model_options.h"
#include "schemas/run_options.h"
#include "schemas/test_set.h"
#include "schemas/weights.h"

namespace ttt {

enum class Part { trunk, main, auxiliary };

/// What steps: all weights on the way to a head, the norms' scales and shifts among them, the trunk's, or a
/// product of low rank added to each convolution and linear (Hu et al., ICLR 2022).
enum class Subset { all, norm, trunk, low_rank };
enum class Kind { convolution, norm, linear };

/// Rotation prediction has four classes.
inline constexpr int auxiliary_classes = 4;

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

/// What the spec and the data fix about a network: a pre-activation ResNet with two heads (Sun et al., ICML
/// 2020). Weight names: trunk.stem.weight, PART.groupG.blockB.{norm1,norm2}.{weight,bias},
/// PART.groupG.blockB.{conv1,conv2}.weight, PART.norm.{weight,bias}, {main,auxiliary}.linear.{weight,bias};
/// PART is trunk up to group `split_after`, then main and auxiliary. When the heads split after the last
/// group, the closing norm belongs to the trunk.
struct Architecture {
  ModelOptions options;
  int height = 32, width = 32, channels = 3;  // of the images
  int classes = 10;
  // How it is computed, not what.
  Convolution convolution = Convolution::winograd4;
  Precision precision = Precision::float32;
  Device device = Device::cpu;

  std::vector<BlockPlace> blocks(Part part) const;
  std::vector<BlockPlace> way(Part head) const;  // blocks of the trunk and one head
  std::vector<Parameter> parameters() const;     // in forward order: trunk, main, auxiliary
};

/// The network of a group on images like those of `set`. Throws a spec Error when they do not fit together.
Architecture architecture_of(const ModelOptions& group, const RunOptions& run, const TestSet& set);

/// Throws a spec Error when images of this size do not fit the network.
void validate(const Architecture& architecture);

/// Initial weights: convolutions N(0, 2 / (9 O)), linears U(+-1 / sqrt(I)), norms 1 and 0. A function of the
/// seed.
std::map<std::string, Array> initial_weights(const Architecture& architecture, uint64_t seed);

/// Throws a data Error naming `file` and the tensor unless exactly the network's weights are there, in shape
/// and finite.
void check_weights(const Architecture& architecture, const std::map<std::string, Array>& arrays,
                   const std::string& file);

/// What `subset` selects on the way to `head` (trunk and that head), in forward order; low_rank: the weights
/// that products are added to.
std::vector<Parameter> adapted_parameters(const Architecture& architecture, Part head, Subset subset);

/// Their names.
std::vector<std::string> adapted_names(const Architecture& architecture, Part head, Subset subset);

/// FLOPs of one image forward through the trunk and one head.
double forward_flops(const Architecture& architecture, Part head);

/// FLOPs of one image back through the same way when only `adapted` weights want gradients: an input gradient
/// (as dear as the forward pass) of every layer behind the first adapted one, a weight gradient of every
/// adapted one.
double backward_flops(const Architecture& architecture, Part head, const std::vector<std::string>& adapted);

}  // namespace ttt
