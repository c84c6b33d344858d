#pragma once
#include "pipeline/models/image_network.h"
#include "pipeline/models/program_file.h"

namespace ttt {

class ProgramReplay;

/// The family "program": a PyTorch model and its losses as a file says them, on LibTorch's operators and
/// autograd (docs/your-model.md). It takes one lane a call, so that no bit depends on the number of lanes.
class Program final : public ImageNetwork {
 public:
  /// Throws a data Error naming the file when this LibTorch cannot run it. What the class is called with, its
  /// name and the form of its images, follows from the file.
  Program(std::shared_ptr<const ProgramFile> file, Precision precision, Device device);
  ~Program() override;

  const ProgramContract& contract() const { return file_->contract; }

  PixelScale pixel_scale() const override;
  int feature_count() const override { return features_; }
  std::vector<std::string> losses() const override { return contract().losses(); }
  std::vector<std::string> subsets() const override;

  std::vector<std::string> adapted_names(const Route& route, const std::string& subset) const override;
  int64_t adapted_numbers(const Route& route, const std::string& subset) const override;

  at::Tensor logits(const Weights& weights, const at::Tensor& x, Part head) const override;
  at::Tensor pooled_features(const Weights& weights, const at::Tensor& x) const override;
  at::Tensor own_loss(const Weights& weights, const at::Tensor& x, const std::string& loss,
                      const std::vector<DrawKey>& keys) const override;
  bool takes_one_lane() const override { return true; }
  bool couples_views() const override;
  int least_views(const Route& route) const override;

  double forward_flops(const Route& route) const override;
  double backward_flops(const Route& route, const std::string& subset) const override;
  int64_t saved_bytes(const Route& route, const std::string& subset) const override;
  int64_t passing_bytes() const override;

  ComputePath compute_path() const override { return {}; }
  std::shared_ptr<const Network> computed(Precision precision, Device device) const override;

  SourceNetwork load(const std::filesystem::path& file) const override;
  SourceNetwork example() const override;
  FinalLinear final_linear(const std::filesystem::path& file) const override;

  /// Its parameters as the file has them, [1, ...].
  Weights source_weights() const;

  // Its functions as they are, of one lane, differentiable by the weights [1, ...].
  /// x [V, C, H, W] scaled, or tokens [V, L] -> logits.
  at::Tensor predict(const Weights& weights, const at::Tensor& x) const;
  /// draws: one for each declaration, by its name -> a scalar.
  at::Tensor loss(const Weights& weights, const std::string& name, const at::Tensor& x,
                  const std::map<std::string, at::Tensor>& draws) const;

 private:
  const ProgramFunction& function_of(const Route& route) const;
  /// Images x [V, H, W, C] as the functions see them.
  at::Tensor input_of(const at::Tensor& x) const;
  std::vector<at::Tensor> run(const ProgramReplay& replay, const Weights& weights, const at::Tensor& x,
                              const std::map<std::string, at::Tensor>& draws) const;
  /// Draws where it is computed.
  std::map<std::string, at::Tensor> here(std::map<std::string, at::Tensor> draws) const;
  void try_functions();

  std::shared_ptr<const ProgramFile> file_;
  std::map<std::string, at::Tensor> frozen_;  // b.NAME, c.N where it is computed
  at::Tensor mean_, deviation_;               // [C, 1, 1]; undefined where one number serves all channels
  std::map<std::string, std::unique_ptr<ProgramReplay>> replays_;  // "predict", "features", "loss.NAME"
  int features_ = 0;
};

/// The program of [model.NAME] on images of this form. Throws an Error when they do not fit together.
std::shared_ptr<const Program> program_of(const std::string& name, const std::filesystem::path& file,
                                          const InputForm& form, const RunOptions& run);

/// Every operator that a program may call here, "aten::add.Tensor", in order.
std::vector<std::string> operators_of_programs();

/// What `ttt-eval inspect` prints of a program: its contract, functions, costs and memory.
std::string describe(const ProgramContract& contract);

}  // namespace ttt
