#include "tests/pipeline/oracle.h"

#include "kernels/torch.h"

namespace ttt {
namespace {

using Tensors = std::map<std::string, at::Tensor>;

struct Oracle {
  const Architecture& architecture;
  const Tensors& w;

  at::Tensor norm_relu(const at::Tensor& x, const std::string& name) const {
    return at::group_norm(x, architecture.options.norm_groups, w.at(name + ".weight"), w.at(name + ".bias"),
                          1e-5)
        .relu();
  }
  at::Tensor block(const at::Tensor& x, const std::string& name, int stride) const {
    const at::Tensor& conv1 = w.at(name + ".conv1.weight");
    const at::Tensor h = at::conv2d(norm_relu(x, name + ".norm1"), conv1, {}, stride, 1);
    const at::Tensor y = at::conv2d(norm_relu(h, name + ".norm2"), w.at(name + ".conv2.weight"), {}, 1, 1);
    const at::Tensor shortcut = stride == 1 ? x : at::avg_pool2d(x, 2, 2, 0, true, false);
    return y + at::constant_pad_nd(shortcut, {0, 0, 0, 0, 0, conv1.size(0) - x.size(1)});
  }
  at::Tensor logits(at::Tensor x, const std::string& head) const {
    const ModelOptions& o = architecture.options;
    x = at::conv2d(x, w.at("trunk.stem.weight"), {}, o.stem_stride, 1);
    for (int group = 1; group <= 3; ++group)
      for (int b = 1; b <= (o.depth - 2) / 6; ++b) {
        const std::string part = group <= o.split_after ? "trunk" : head;
        x = block(x, part + ".group" + std::to_string(group) + ".block" + std::to_string(b),
                  group > 1 && b == 1 ? 2 : 1);
      }
    x = norm_relu(x, (o.split_after == 3 ? "trunk" : head) + ".norm").mean(at::IntArrayRef({2, 3}));
    return at::linear(x, w.at(head + ".linear.weight"), w.at(head + ".linear.bias"));
  }
};

at::Tensor images(const Architecture& architecture, const ImageBytes& image, const std::vector<View>& views,
                  PadMode pad, at::ScalarType type) {
  return view_tensor(architecture, std::span(&image, 1), {views}, pad)[0]
      .permute({0, 3, 1, 2})
      .contiguous()
      .to(type);
}

bool is_adapted(const AdaptOptions& o, const std::string& name) {
  if (name.starts_with("main.")) return false;
  if (o.subset == Subset::norm) return name.find("norm") != std::string::npos;
  return o.subset == Subset::all || name.starts_with("trunk.");
}

}  // namespace

OracleEpisode oracle_episode(const AdaptOptions& o, const Architecture& architecture,
                             const std::map<std::string, Array>& weights, const ImageBytes& image,
                             int64_t sample, uint64_t seed, at::ScalarType type) {
  Tensors w;
  for (const auto& [name, weight] : shared_weights(weights, 1)) w[name] = weight[0].to(type).clone();
  OracleEpisode episode;
  for (int step = 0;; ++step) {
    const at::Tensor z =
        Oracle{architecture, w}.logits(images(architecture, image, {View{}}, PadMode::zero, type), "main");
    const at::Tensor row = z[0].to(at::kDouble).contiguous();
    episode.logits.emplace_back(row.const_data_ptr<double>(), row.const_data_ptr<double>() + row.numel());
    if (step == o.steps) return episode;

    std::vector<View> views;
    std::vector<int64_t> turns;
    for (int v = 0; v < o.views_per_step; ++v) {
      View view = draw_view(o.views, seed, static_cast<uint64_t>(sample), static_cast<uint32_t>(step),
                            static_cast<uint32_t>(v));
      view.turns = o.turns == Turns::balanced
                       ? v % 4
                       : static_cast<int>(Draw(seed, Purpose::turn, static_cast<uint64_t>(sample),
                                               static_cast<uint32_t>(step), static_cast<uint32_t>(v))
                                              .below(0, 4));
      views.push_back(view);
      turns.push_back(view.turns);
    }
    std::vector<std::string> names;
    std::vector<at::Tensor> leaves;
    for (auto& [name, tensor] : w)
      if (is_adapted(o, name)) {
        tensor.requires_grad_();
        names.push_back(name);
        leaves.push_back(tensor);
      }
    const at::Tensor loss = at::cross_entropy_loss(
        Oracle{architecture, w}.logits(images(architecture, image, views, o.views.pad, type), "auxiliary"),
        at::tensor(turns, at::kLong));
    episode.aux_loss.push_back(loss.item<double>());
    const auto gradients = torch::autograd::grad({loss}, leaves);
    for (size_t i = 0; i < names.size(); ++i)
      w[names[i]] = leaves[i].detach() - o.learning_rate * gradients[i];
  }
}

}  // namespace ttt
