#include "tests/pipeline/oracle.h"

#include <cmath>

#include "kernels/torch.h"

namespace ttt {
namespace {

struct Oracle {
  const ResNet& architecture;
  const PlainWeights& w;

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
    const ResNetOptions& o = architecture.options;
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

/// The factors of low-rank adaptation as they start, NAME/b and NAME/a.
PlainWeights factors(const AdaptOptions& o, const ResNet& architecture, const PlainWeights& w, int64_t sample,
                     uint64_t seed) {
  PlainWeights all;
  const auto names = architecture.adapted_names(Part::auxiliary, o.subset);
  for (size_t n = 0; n < names.size(); ++n) {
    const at::Tensor& weight = w.at(names[n]);
    const int64_t out = weight.size(0), in = weight.numel() / out;
    const Draw draw(seed, Purpose::low_rank, static_cast<uint64_t>(sample), static_cast<uint32_t>(n));
    const at::Tensor a = at::empty({o.rank * in}, at::kDouble);
    for (int64_t i = 0; i < a.numel(); ++i)
      a[i] = (2.0 * draw.uniform(static_cast<uint32_t>(i)) - 1) / std::sqrt(static_cast<double>(in));
    all[names[n] + "/a"] = a.view({o.rank, in}).to(at::kFloat).to(weight.scalar_type());
    all[names[n] + "/b"] = at::zeros({out, o.rank}, weight.options());
  }
  return all;
}

/// The weights with the products of their factors added.
PlainWeights with_products(const PlainWeights& w, const PlainWeights& factors) {
  PlainWeights sum = w;
  for (auto& [name, weight] : sum)
    if (factors.contains(name + "/a"))
      weight = weight + at::mm(factors.at(name + "/b"), factors.at(name + "/a")).view_as(weight);
  return sum;
}

bool is_adapted(const AdaptOptions& o, const std::string& name) {
  if (name.starts_with("main.")) return false;
  if (o.subset == "norm") return name.find("norm") != std::string::npos;
  return o.subset == "all" || name.starts_with("trunk.");
}

}  // namespace

PlainWeights plain_weights(const std::map<std::string, Array>& weights, at::ScalarType type) {
  PlainWeights plain;
  for (const auto& [name, weight] : one_lane(weights)) plain[name] = weight[0].to(type).clone();
  return plain;
}

at::Tensor plain_views(const ResNet& architecture, const ImageBytes& image, const std::vector<View>& views,
                       PadMode pad, at::ScalarType type) {
  return view_tensor(architecture, std::span(&image, 1), {views}, pad)[0]
      .permute({0, 3, 1, 2})
      .contiguous()
      .to(type);
}

at::Tensor plain_logits(const ResNet& architecture, const PlainWeights& weights, const at::Tensor& x,
                        const std::string& head) {
  return Oracle{architecture, weights}.logits(x, head);
}

PlainGradient plain_gradient(const PlainWeights& weights, const std::vector<std::string>& names,
                             const PlainLoss& loss) {
  PlainWeights at = weights;
  std::vector<at::Tensor> leaves;
  for (const std::string& name : names)
    leaves.push_back(at[name] = at.at(name).detach().clone().requires_grad_());
  const at::Tensor value = loss(at);
  const auto gradients = torch::autograd::grad({value}, leaves);
  PlainGradient found{value.item<double>(), {}, 0};
  for (size_t i = 0; i < names.size(); ++i) {
    found.by[names[i]] = gradients[i];
    found.norm += gradients[i].square().sum().item<double>();
  }
  found.norm = std::sqrt(found.norm);
  return found;
}

PlainWeights moved(PlainWeights weights, const PlainGradient& gradient, double scale) {
  for (const auto& [name, g] : gradient.by) weights[name] = weights.at(name) + scale * g;
  return weights;
}

OracleEpisode oracle_episode(const AdaptOptions& o, const ResNet& architecture,
                             const std::map<std::string, Array>& weights, const ImageBytes& image,
                             int64_t sample, uint64_t seed, at::ScalarType type) {
  PlainWeights w = plain_weights(weights, type);
  PlainWeights pairs;
  if (o.subset == "low_rank") pairs = factors(o, architecture, w, sample, seed);
  OracleEpisode episode;
  for (int step = 0;; ++step) {
    const PlainWeights now = with_products(w, pairs);
    const at::Tensor z = plain_logits(
        architecture, now, plain_views(architecture, image, {View{}}, PadMode::zero, type), "main");
    const at::Tensor row = z[0].to(at::kDouble).contiguous();
    episode.logits.emplace_back(row.const_data_ptr<double>(), row.const_data_ptr<double>() + row.numel());
    if (step == o.steps) return episode;

    std::vector<View> views;
    std::vector<int64_t> turns;
    for (int v = 0; v < o.views_per_step; ++v) {
      View view = draw_view(o.views, seed, static_cast<uint64_t>(sample), static_cast<uint32_t>(step),
                            static_cast<uint32_t>(v));
      view.turns = o.task.options.get<RotationOptions>().turns == Turns::balanced
                       ? v % 4
                       : static_cast<int>(Draw(seed, Purpose::turn, static_cast<uint64_t>(sample),
                                               static_cast<uint32_t>(step), static_cast<uint32_t>(v))
                                              .below(0, 4));
      views.push_back(view);
      turns.push_back(view.turns);
    }
    std::vector<at::Tensor*> stepped;
    std::vector<at::Tensor> leaves;
    for (auto& [name, tensor] : pairs.empty() ? w : pairs)
      if (!pairs.empty() || is_adapted(o, name)) {
        stepped.push_back(&tensor);
        leaves.push_back(tensor.requires_grad_());
      }
    const PlainWeights adapting = with_products(w, pairs);
    const at::Tensor loss = at::cross_entropy_loss(
        plain_logits(architecture, adapting, plain_views(architecture, image, views, o.views.pad, type),
                     "auxiliary"),
        at::tensor(turns, at::kLong));
    episode.aux_loss.push_back(loss.item<double>());
    const auto gradients = torch::autograd::grad({loss}, leaves);
    for (size_t i = 0; i < stepped.size(); ++i)
      *stepped[i] = leaves[i].detach() - o.learning_rate * gradients[i];
  }
}

}  // namespace ttt
