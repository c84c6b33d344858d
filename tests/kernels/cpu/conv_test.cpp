#include "kernels/cpu/conv/conv.h"

#include <gtest/gtest.h>

#include <limits>
#include <ostream>
#include <tuple>

#include "kernels/cpu/isa.h"
#include "tests/kernels/cpu/reference.h"

namespace ttt::cpu {
namespace {

using reference::Size;
using reference::Values;

struct Case {
  int64_t images;
  ConvShape shape;
  ConvAlgorithm algorithm;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  constexpr const char* names[] = {"F4", "F2", "direct"};
  return out << c.images << " images " << c.shape.height << "x" << c.shape.width << " " << c.shape.in_channels
             << "->" << c.shape.out_channels << " stride " << c.shape.stride << " "
             << names[static_cast<int>(c.algorithm)];
}

std::vector<Case> cases() {
  std::vector<Case> cases;
  for (const ConvAlgorithm algorithm :
       {ConvAlgorithm::winograd4, ConvAlgorithm::winograd2, ConvAlgorithm::direct}) {
    cases.push_back({2, {32, 32, 16, 16, 1}, algorithm});
    cases.push_back({1, {16, 16, 32, 32, 1}, algorithm});
    cases.push_back({5, {8, 8, 64, 64, 1}, algorithm});
    cases.push_back({9, {4, 4, 32, 32, 1}, algorithm});
    cases.push_back({3, {7, 5, 8, 8, 1}, algorithm});
    cases.push_back({1, {28, 28, 24, 24, 1}, algorithm});
    cases.push_back({2, {13, 3, 16, 48, 1}, algorithm});
  }
  cases.push_back({3, {32, 32, 16, 32, 2}, ConvAlgorithm::winograd4});
  cases.push_back({5, {16, 16, 32, 64, 2}, ConvAlgorithm::winograd4});
  cases.push_back({17, {8, 8, 16, 16, 2}, ConvAlgorithm::winograd4});   // one tile an image
  cases.push_back({2, {13, 14, 16, 32, 2}, ConvAlgorithm::winograd4});  // 7x7 outputs
  cases.push_back({3, {27, 27, 8, 24, 2}, ConvAlgorithm::winograd4});
  cases.push_back({2, {31, 11, 24, 40, 2}, ConvAlgorithm::winograd4});
  cases.push_back({6, {7, 5, 16, 48, 2}, ConvAlgorithm::winograd4});
  cases.push_back({4, {6, 8, 32, 32, 2}, ConvAlgorithm::winograd4});
  cases.push_back({2, {16, 16, 16, 32, 2}, ConvAlgorithm::direct});
  cases.push_back({3, {14, 10, 8, 16, 2}, ConvAlgorithm::direct});
  cases.push_back({1, {8, 8, 32, 64, 2}, ConvAlgorithm::direct});
  cases.push_back({1, {2, 2, 24, 40, 2}, ConvAlgorithm::direct});
  cases.push_back({2, {7, 15, 16, 32, 2}, ConvAlgorithm::direct});
  cases.push_back({1, {1, 4, 8, 8, 2}, ConvAlgorithm::direct});
  return cases;
}

class Convolution : public testing::TestWithParam<std::tuple<Isa, Case>> {
 protected:
  void SetUp() override {
    pin_instruction_set(std::get<0>(GetParam()));
    const Case& c = std::get<1>(GetParam());
    conv_ = make_conv(c.shape, c.algorithm);
    in_ = {c.images, c.shape.height, c.shape.width, c.shape.in_channels};
    out_ = {c.images, conv_.height, conv_.width, c.shape.out_channels};
    x_ = reference::random_floats(in_.floats(), 1);
    dy_ = reference::random_floats(out_.floats(), 2);
    weights_ =
        reference::random_floats(static_cast<int64_t>(c.shape.out_channels) * c.shape.in_channels * 9, 3);
  }
  void TearDown() override { pin_instruction_set(available_instruction_sets().back()); }

  static float* channel(const Frame& frame, int64_t v, int y, int x, int c) {
    return frame.pixels(v).at(c / frame.simd, y, x) + c % frame.simd;
  }
  static void fill(const Size& size, const std::vector<float>& values, const Frame& frame) {
    for (int64_t v = 0; v < size.images; ++v)
      for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
          for (int c = 0; c < size.channels; ++c) *channel(frame, v, y, x, c) = values[size.at(v, y, x, c)];
  }
  static std::vector<float> unframed(const Size& size, const Frame& frame) {
    std::vector<float> values(static_cast<size_t>(size.floats()));
    for (int64_t v = 0; v < size.images; ++v)
      for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
          for (int c = 0; c < size.channels; ++c) values[size.at(v, y, x, c)] = *channel(frame, v, y, x, c);
    return values;
  }
  Frame framed_x() {
    const Frame frame = take_input_frame(conv_, in_.images, scratch_);
    fill(in_, x_, frame);
    return frame;
  }
  Frame framed_dy() {
    const Frame frame = take_output_frame(conv_, out_.images, scratch_);
    fill(out_, dy_, frame);
    return frame;
  }

  /// Of the largest value. F(4x4, 3x3) multiplies by up to 8 and 1/24: three more bits are lost; F(4x4, 2x2)
  /// with stride 2 loses about as many.
  double bound() const { return conv_.algorithm == ConvAlgorithm::winograd4 ? 1e-5 : 2e-6; }

  Conv conv_;
  Size in_, out_;
  std::vector<float> x_, dy_, weights_;
  Scratch scratch_;
};

TEST_P(Convolution, ForwardIsThatOfFloat64) {
  AlignedFloats packed(packed_floats(conv_));
  pack_weights(conv_, weights_.data(), packed.data(), scratch_);
  std::vector<float> y(dy_.size(), std::numeric_limits<float>::quiet_NaN());
  convolve(conv_, framed_x(), in_.images, packed.data(), nullptr, y.data(), scratch_);
  const Values truth = reference::conv(in_, reference::widened(x_), reference::widened(weights_),
                                       out_.channels, conv_.shape.stride);
  EXPECT_LE(reference::relative_error(y, truth), bound());
}

TEST_P(Convolution, InputGradientIsThatOfFloat64WhereTheGateIsOpen) {
  AlignedFloats packed(packed_floats(mirrored(conv_)));
  pack_mirrored_weights(conv_, weights_.data(), packed.data(), scratch_);
  // A norm that changes nothing: the gate is the sign of x.
  const std::vector<float> ones(static_cast<size_t>(in_.channels), 1.0f), zeros(ones.size(), 0.0f);
  std::vector<NormTerms> terms;
  std::vector<NormSums> sums;
  for (int64_t i = 0; i < in_.images; ++i) {
    terms.push_back(take_terms(in_.channels, scratch_));
    std::copy(ones.begin(), ones.end(), terms.back().scale);
    std::copy(zeros.begin(), zeros.end(), terms.back().shift);
    std::copy(ones.begin(), ones.end(), terms.back().inverse);
    std::copy(zeros.begin(), zeros.end(), terms.back().offset);
    sums.push_back(take_sums(in_.channels, scratch_));
  }
  const Frame framed_dz = take_input_frame(conv_, in_.images, scratch_);
  fill(in_, std::vector<float>(x_.size(), std::numeric_limits<float>::quiet_NaN()), framed_dz);
  convolve_back(conv_, framed_dy(), in_.images, packed.data(), {x_.data(), terms.data(), sums.data()},
                framed_dz, scratch_);
  const std::vector<float> dz = unframed(in_, framed_dz);

  Values truth = reference::conv_input_gradient(in_, reference::widened(dy_), reference::widened(weights_),
                                                out_.channels, conv_.shape.stride);
  Values sum(ones.size()), sum_x(ones.size());
  for (size_t i = 0; i < truth.size(); ++i) {
    if (x_[i] <= 0) truth[i] = 0;
    sum[i % sum.size()] += truth[i];
    sum_x[i % sum.size()] += truth[i] * x_[i];
  }
  EXPECT_LE(reference::relative_error(dz, truth), bound());
  std::vector<float> found(ones.size()), found_x(ones.size());
  for (const NormSums& image : sums)
    for (int c = 0; c < in_.channels; ++c) {
      found[c] += image.dz[c];
      found_x[c] += image.dz_xhat[c];
    }
  EXPECT_LE(reference::relative_error(found, sum), bound());
  EXPECT_LE(reference::relative_error(found_x, sum_x), bound());
}

TEST_P(Convolution, WeightGradientIsThatOfFloat64) {
  AlignedFloats sums(gradient_floats(conv_));
  std::fill_n(sums.data(), gradient_floats(conv_), 0.0f);
  add_weight_gradient(conv_, framed_x(), framed_dy(), in_.images, sums.data(), scratch_);
  std::vector<float> gradient(weights_.size(), std::numeric_limits<float>::quiet_NaN());
  unpack_weight_gradient(conv_, sums.data(), gradient.data(), scratch_);
  const Values truth = reference::conv_weight_gradient(in_, reference::widened(x_), reference::widened(dy_),
                                                       out_.channels, conv_.shape.stride);
  EXPECT_LE(reference::relative_error(gradient, truth), bound());
}

TEST_P(Convolution, AnImageAmongOthersIsWhatItIsAlone) {
  AlignedFloats packed(packed_floats(conv_));
  pack_weights(conv_, weights_.data(), packed.data(), scratch_);
  std::vector<float> together(dy_.size()), alone(dy_.size());
  convolve(conv_, framed_x(), in_.images, packed.data(), nullptr, together.data(), scratch_);
  const Frame frame = framed_x();
  for (int64_t i = 0; i < in_.images; ++i) {
    Frame one = frame;
    one.data = frame.corner(i);
    convolve(conv_, one, 1, packed.data(), nullptr, alone.data() + out_.at(i, 0, 0, 0), scratch_);
  }
  EXPECT_EQ(together, alone);
}

TEST(ConvolutionAlgorithms, StrideTwoIsDirectUnlessAskedForTheFastOneWhereItPays) {
  const auto algorithm = [](ConvShape shape, ConvAlgorithm asked) {
    return make_conv(shape, asked).algorithm;
  };
  using enum ConvAlgorithm;
  EXPECT_EQ(algorithm({32, 32, 16, 32, 2}, winograd4), winograd4);
  EXPECT_EQ(algorithm({13, 13, 16, 32, 2}, winograd4), winograd4);
  EXPECT_EQ(algorithm({32, 32, 16, 32, 2}, winograd2), direct);
  EXPECT_EQ(algorithm({32, 32, 16, 32, 2}, direct), direct);
  EXPECT_EQ(algorithm({10, 10, 16, 32, 2}, winograd4), direct);  // 25 outputs in four tiles
  EXPECT_EQ(algorithm({32, 32, 3, 16, 2}, winograd4), direct);
  EXPECT_EQ(algorithm({32, 32, 1, 16, 2}, winograd4), direct);
  // Weights of 6 x 6 frequencies instead of nine taps.
  const ConvShape shape = {32, 32, 16, 32, 2};
  EXPECT_GT(packed_floats(make_conv(shape, winograd4)), 3 * packed_floats(make_conv(shape, direct)));
}

INSTANTIATE_TEST_SUITE_P(Shapes, Convolution,
                         testing::Combine(testing::ValuesIn(available_instruction_sets()),
                                          testing::ValuesIn(cases())));

}  // namespace
}  // namespace ttt::cpu
