#include "pipeline/training/image_training.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/torch.h"
#include "pipeline/models/operations.h"
#include "pipeline/models/resnet_layers.h"
#include "pipeline/models/source_network.h"
#include "pipeline/scores/prediction.h"
#include "schemas/error.h"

namespace ttt {
namespace {

/// The order in which an epoch shows the images: Fisher-Yates on draws of (seed, epoch).
std::vector<int64_t> epoch_order(int64_t count, uint64_t seed, int epoch) {
  std::vector<int64_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  const Draw draw(seed, Purpose::epoch_order, static_cast<uint64_t>(epoch));
  for (int64_t i = 0; i + 1 < count; ++i) {
    const auto j =
        i + static_cast<int64_t>(draw.below(static_cast<uint32_t>(i), static_cast<uint64_t>(count - i)));
    std::swap(order[i], order[j]);
  }
  return order;
}

/// One step's input: the upright views, then their turned copies, all in one lane.
struct Batch {
  at::Tensor x;        // [1, B + R, H, W, C]
  at::Tensor classes;  // [1, B]
  at::Tensor turns;    // [1, R]
};

ImageBytes image_at(const LabelledImages& images, int64_t i) {
  return {images.image.data() + i * images.height * images.width * images.channels, images.height,
          images.width, images.channels};
}

Batch make_batch(const ResNet& architecture, const TrainingOptions& o, const LabelledImages& images,
                 std::span<const int64_t> chosen, uint64_t seed, int epoch) {
  const auto count = static_cast<int64_t>(chosen.size());
  std::vector<ImageBytes> sources;
  std::vector<std::vector<View>> views;
  std::vector<int64_t> classes, turns;
  const auto step = static_cast<uint32_t>(epoch);
  for (const int64_t i : chosen) {
    sources.push_back(image_at(images, i));
    views.push_back({draw_view(o.views, seed, static_cast<uint64_t>(i), step, 0)});
    classes.push_back(images.label[i]);
  }
  for (int64_t n = 0; n < count; ++n) {
    const Draw draw(seed, Purpose::turn, static_cast<uint64_t>(chosen[n]), step);
    const int only = static_cast<int>(draw.below(0, auxiliary_classes));
    for (int turn = 0; turn < auxiliary_classes; ++turn) {
      if (!o.all_turns && turn != only) continue;
      View view = views[n].front();
      view.turns = turn;
      sources.push_back(sources[n]);
      views.push_back({view});
      turns.push_back(turn);
    }
  }
  const auto labels = [&](const std::vector<int64_t>& values) {
    return at::tensor(values, at::kLong).unsqueeze(0).to(architecture.tensor_device());
  };
  return {view_tensor(architecture, sources, views, o.views.pad).transpose(0, 1).contiguous(),
          labels(classes), labels(turns)};
}

/// Losses of one step and its gradients.
struct StepResult {
  double main_loss, auxiliary_loss;
  int64_t correct;
  Weights gradients;
};

int64_t count_correct(const at::Tensor& logits, const at::Tensor& labels) {
  return (logits.detach().argmax(-1) == labels).sum().item<int64_t>();
}

StepResult step(const ResNet& architecture, const TrainingOptions& o, Weights weights, const Batch& batch) {
  std::vector<std::string> names;
  std::vector<at::Tensor> leaves;
  for (auto& [name, weight] : weights) {
    if (!architecture.options.joint && name.starts_with("auxiliary.")) continue;
    weight = weight.detach().requires_grad_();
    names.push_back(name);
    leaves.push_back(weight);
  }
  const int64_t upright = batch.classes.size(1), turned = batch.turns.size(1);
  const bool joint = architecture.options.joint;
  const at::Tensor features = trunk(architecture, weights, joint ? batch.x : batch.x.narrow(1, 0, upright));
  const at::Tensor z = head(architecture, weights, features.narrow(1, 0, upright), Part::main);
  const at::Tensor main_loss = operations::cross_entropy(z, batch.classes);
  at::Tensor loss = main_loss, auxiliary_loss = at::zeros({1});
  if (joint) {
    auxiliary_loss = operations::cross_entropy(
        head(architecture, weights, features.narrow(1, upright, turned), Part::auxiliary), batch.turns);
    loss = loss + o.auxiliary_weight * auxiliary_loss;
  }
  const auto gradients = torch::autograd::grad({loss.sum()}, leaves);
  StepResult result{
      main_loss.item<double>(), auxiliary_loss.item<double>(), count_correct(z, batch.classes), {}};
  for (size_t i = 0; i < names.size(); ++i) result.gradients[names[i]] = gradients[i];
  return result;
}

}  // namespace

double learning_rate(const TrainingOptions& o, int64_t step, int64_t steps, int epoch) {
  if (o.schedule == Schedule::step) {
    const auto decays = std::ranges::count_if(o.decay_epochs, [&](int after) { return epoch >= after; });
    return o.learning_rate * std::pow(0.1, static_cast<double>(decays));
  }
  const double done = static_cast<double>(step) / static_cast<double>(steps);
  const double start = o.learning_rate / 10;
  const auto between = [](double from, double to, double t) {  // half a cosine
    return to + (from - to) * (1 + std::cos(M_PI * t)) / 2;
  };
  return done < o.warmup ? between(start, o.learning_rate, done / o.warmup)
                         : between(o.learning_rate, o.final_rate, (done - o.warmup) / (1 - o.warmup));
}

ImageTraining::ImageTraining(const ResNet& architecture, const TrainingOptions& options,
                             const LabelledImages& images, uint64_t seed)
    : architecture_(architecture),
      options_(options),
      images_(images),
      seed_(seed),
      batches_((images.count + options.batch - 1) / options.batch),
      order_(epoch_order(images.count, seed, 0)),
      weights_(architecture.placed(one_lane(initial_weights(architecture, seed)))) {}

void ImageTraining::step() {
  const int64_t epoch = step_ / batches_, first = step_ % batches_ * options_.batch,
                count = std::min<int64_t>(options_.batch, images_.count - first);
  if (first == 0) {
    order_ = epoch_order(images_.count, seed_, static_cast<int>(epoch));
    main_sum_ = auxiliary_sum_ = 0;
    correct_ = 0;
  }
  const Batch batch = make_batch(architecture_, options_, images_, std::span(order_).subspan(first, count),
                                 seed_, static_cast<int>(epoch));
  const StepResult result = ttt::step(architecture_, options_, weights_, batch);
  if (!std::isfinite(result.main_loss + result.auxiliary_loss)) fail_diverged("the loss", epoch);
  const lanes::Sgd sgd{learning_rate(options_, step_, batches_ * options_.epochs, static_cast<int>(epoch)),
                       options_.momentum, options_.weight_decay, options_.nesterov};
  lanes::update(sgd, optimiser_, weights_, result.gradients,
                at::ones({1}, at::kBool).to(architecture_.tensor_device()));
  main_sum_ += result.main_loss * static_cast<double>(count);
  auxiliary_sum_ += result.auxiliary_loss * static_cast<double>(count);
  correct_ += result.correct;
  ++step_;
  if (!done()) return;
  for (const auto& [name, weight] : weights_)  // no loss follows that would tell
    if (!lanes::finite_lanes({weight}).item<bool>()) fail_diverged(name, epoch);
}

void ImageTraining::fail_diverged(std::string_view what, int64_t epoch) const {
  fail(ExitCode::data,
       "model.{} seed {}: training diverged in epoch {} ({} is not finite); try a lower "
       "training.learning_rate",
       architecture_.name, seed_, epoch + 1, what);
}

int64_t ImageTraining::shown() const {
  if (step_ == 0) return 0;
  return std::min<int64_t>(((step_ - 1) % batches_ + 1) * options_.batch, images_.count);
}

ImageTrainingProgress ImageTraining::progress() const {
  const int64_t epochs = step_ / batches_, seen = shown();
  const auto mean = [&](double sum) { return seen ? sum / static_cast<double>(seen) : 0.0; };
  return {static_cast<int>(epochs), epochs * images_.count + (step_ % batches_ ? seen : 0), mean(main_sum_),
          mean(auxiliary_sum_), mean(static_cast<double>(correct_))};
}

std::map<std::string, Array> ImageTraining::weights() const { return to_arrays(weights_); }

std::string ImageTraining::losses() const {
  const ImageTrainingProgress at = progress();
  return fmt::format("losses {:.3f} + {:.3f}", at.main_loss, at.auxiliary_loss) +
         (done() ? "" : fmt::format(" accuracy {:.1f} %", 100 * at.accuracy));
}

TrainingState ImageTraining::state() const {
  return {{{"step", {static_cast<double>(step_)}},
           {"main_sum", {main_sum_}},
           {"auxiliary_sum", {auxiliary_sum_}},
           {"correct", {static_cast<double>(correct_)}}},
          to_arrays(weights_),
          {{"velocity", to_arrays(optimiser_.first)}}};
}

void ImageTraining::restore(const TrainingState& state) {
  const auto number = [&](const char* name) { return state.numbers.at(name).at(0); };
  step_ = static_cast<int64_t>(number("step"));
  main_sum_ = number("main_sum");
  auxiliary_sum_ = number("auxiliary_sum");
  correct_ = static_cast<int64_t>(number("correct"));
  order_ = epoch_order(images_.count, seed_, static_cast<int>(step_ / batches_));
  weights_ = architecture_.placed(one_lane(state.weights));
  const auto velocity = state.momentum.find("velocity");
  optimiser_ = {
      static_cast<int>(step_),
      velocity == state.momentum.end() ? Weights{} : architecture_.placed(one_lane(velocity->second)),
      {}};
}

CleanAccuracy clean_accuracy(const ResNet& architecture, const std::map<std::string, Array>& arrays,
                             const LabelledImages& images) {
  const at::NoGradGuard no_grad;
  const Weights weights = architecture.placed(one_lane(arrays));
  CleanAccuracy accuracy{0, 0, images.count};
  constexpr int64_t chunk = 64;
  for (int64_t first = 0; first < accuracy.images; first += chunk) {
    std::vector<int64_t> chosen(std::min(chunk, accuracy.images - first));
    std::iota(chosen.begin(), chosen.end(), first);
    const TrainingOptions plain{.all_turns = false, .views = {.padding = 0, .flip = false}};
    const Batch batch = make_batch(architecture, plain, images, chosen, 0, 0);
    const int64_t upright = batch.classes.size(1);
    const at::Tensor features = trunk(architecture, weights, batch.x);
    accuracy.main += static_cast<double>(count_correct(
        head(architecture, weights, features.narrow(1, 0, upright), Part::main), batch.classes));
    accuracy.auxiliary += static_cast<double>(count_correct(
        head(architecture, weights, features.narrow(1, upright, upright), Part::auxiliary), batch.turns));
  }
  accuracy.main /= static_cast<double>(accuracy.images);
  accuracy.auxiliary /= static_cast<double>(accuracy.images);
  return accuracy;
}

}  // namespace ttt
