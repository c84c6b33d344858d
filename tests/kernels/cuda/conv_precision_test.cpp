#include <gtest/gtest.h>

#include "tests/kernels/cuda/conv_case.h"

// Convolutions of rounded operands: exact products of them, added up in float32.

namespace ttt::cuda {
namespace {

using reference::Values;

float rounded(float x, Precision precision) {
  return precision == Precision::tf32 ? Tf32::rounded(x) : float_of(bits_of(Bf16::packed(0, x)));
}

Values rounded(const Floats& values, Precision precision) {
  Values all;
  for (const float x : values) all.push_back(static_cast<double>(rounded(x, precision)));
  return all;
}

Values magnitudes(Values values) {
  for (double& x : values) x = std::abs(x);
  return values;
}

/// Largest error, in parts of the sum of the magnitudes of what is added up.
double error(const Floats& values, const Values& truth, const Values& magnitude) {
  double worst = 0;
  for (size_t i = 0; i < values.size(); ++i)
    if (const double e = std::abs(static_cast<double>(values[i]) - truth[i]) / (magnitude[i] + 1e-30);
        !(e <= worst))
      worst = std::isnan(e) ? INFINITY : e;
  return worst;
}

/// What the convolution of lane k gives in float64: of `operands` of (x, w, dy), exact or rounded.
struct ConvTruth {
  Values y, dx, dw;
  template <class Operand>
  ConvTruth(const ConvCase& c, int64_t k, Operand&& operand) {
    using namespace reference;
    const ConvShape& s = c.s;
    const Values x = operand(lane_of(c.x, k, s.lanes)), w = operand(lane_of(c.weights, k, s.lanes)),
                 dy = operand(lane_of(c.dy, k, s.lanes));
    y = conv(c.in_size(), x, w, s.out_channels, s.stride);
    dx = conv_input_gradient(c.in_size(), dy, w, s.out_channels, s.stride);
    dw = conv_weight_gradient(c.in_size(), x, dy, s.out_channels, s.stride);
  }
};

std::vector<ConvShape> shapes_in(Precision precision) {
  std::vector<ConvShape> shapes;
  for (ConvShape s : conv_shapes())
    if (s.in_channels % 8 == 0) s.precision = precision, shapes.push_back(s);
  return shapes;
}

class ConvPrecision : public testing::TestWithParam<ConvShape> {};

TEST_P(ConvPrecision, IsTheProductOfRoundedOperandsAddedUpInFloat32) {
  ASSERT_TRUE(supported(GetParam()));
  ConvCase c(GetParam());
  c.run();
  for (int64_t k = 0; k < c.s.lanes; ++k) {
    const auto of_lane = [&](const Floats& all) { return lane_of(all, k, c.s.lanes); };
    const auto round = [&](const Floats& values) { return rounded(values, c.s.precision); };
    const ConvTruth truth(c, k, round);
    const ConvTruth magnitude(c, k, [&](const Floats& values) { return magnitudes(round(values)); });
    constexpr double bound = 2e-6;
    EXPECT_LE(error(of_lane(c.y), truth.y, magnitude.y), bound);
    EXPECT_LE(error(of_lane(c.dx), truth.dx, magnitude.dx), bound);
    EXPECT_LE(error(of_lane(c.dw), truth.dw, magnitude.dw), bound);
  }
}

TEST_P(ConvPrecision, NoThreadReadsWhatAnotherWritesInTheSamePhase) {
  ConvCase up(GetParam()), down(GetParam());
  up.run(HostQueue(ThreadOrder::ascending));
  down.run(HostQueue(ThreadOrder::descending));
  EXPECT_EQ(up.y, down.y);
  EXPECT_EQ(up.dx, down.dx);
  EXPECT_EQ(up.dw, down.dw);
}

const auto name_of = [](const auto& info) {
  return std::string(name(info.param.precision)) + "_" + std::to_string(info.index);
};
INSTANTIATE_TEST_SUITE_P(Tf32, ConvPrecision, testing::ValuesIn(shapes_in(Precision::tf32)), name_of);
INSTANTIATE_TEST_SUITE_P(Bf16, ConvPrecision, testing::ValuesIn(shapes_in(Precision::bf16)), name_of);

}  // namespace
}  // namespace ttt::cuda
