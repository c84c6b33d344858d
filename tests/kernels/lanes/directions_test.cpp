#include "kernels/lanes/directions.h"

#include <gtest/gtest.h>

#include <limits>

#include "kernels/lanes/optimiser.h"
#include "tests/kernels/lanes/lane_tensors.h"
#include "tests/kernels/lanes/threads.h"

namespace ttt::lanes {
namespace {

using Tensors = std::vector<at::Tensor>;

/// Tensors of several shapes, of four lanes.
Tensors vectors(uint64_t subject, at::ScalarType type = at::kDouble) {
  return {normals({4}, subject, type), normals({4, 3, 37}, subject + 1, type),
          normals({4, 16}, subject + 2, type)};
}

Tensors times(const Tensors& x, const at::Scalar& factor) {
  Tensors product;
  for (const at::Tensor& t : x) product.push_back(t * factor);
  return product;
}

/// All numbers of a lane in a row: [K, n].
at::Tensor rows(const Tensors& x) {
  Tensors flat;
  for (const at::Tensor& t : x) flat.push_back(t.reshape({t.size(0), -1}));
  return at::cat(flat, 1);
}

/// vectors() with lane 1 zero.
Tensors with_a_zero_lane(uint64_t subject, at::ScalarType type = at::kDouble) {
  const Tensors x = vectors(subject, type);
  for (const at::Tensor& t : x) t[1].fill_(0);
  return x;
}

TEST(Inner, IsTheSumOfTheProductsOverAllTensorsOfALane) {
  const Tensors a = vectors(1), b = vectors(5);
  const at::Tensor expected = (rows(a) * rows(b)).sum(1);
  EXPECT_LT(relative_error(inner(a, b), expected), 1e-14);
  EXPECT_LT(relative_error(composed_inner(a, b), expected), 1e-14);
}

TEST(Inner, IsInDoubleForFloats) {
  const Tensors a = {at::tensor({1e8f, 1.f, -1e8f}).view({1, 3})}, b = {at::ones({1, 3})};
  EXPECT_EQ(inner(a, b).item<double>(), 1);
  EXPECT_EQ(composed_inner(a, b).item<double>(), 1);
}

TEST(Inner, TakesATensorThatLanesShare) {
  const at::Tensor shared = normals({1, 5, 7}, 1).transpose(1, 2).expand({4, 7, 5}),
                   other = normals({4, 7, 5}, 2);
  EXPECT_TRUE(inner({shared}, {other}).equal(inner({shared.contiguous()}, {other})));
  EXPECT_TRUE(inner({shared}, {shared}).equal(inner({shared.contiguous()}, {shared.contiguous()})));
}

TEST(Inner, HasTheSameBytesOnAnyNumberOfThreads) {
  const at::Tensor one = inner(vectors(1), vectors(5));
  const Threads three(3);
  EXPECT_TRUE(inner(vectors(1), vectors(5)).equal(one));
}

TEST(Cosine, IsOneAlongMinusOneAgainstAndZeroAcross) {
  const Tensors a = vectors(1, at::kFloat);
  EXPECT_TRUE(cosine(a, a).equal(at::ones({4}, at::kDouble)));
  EXPECT_TRUE(cosine(a, times(a, -2)).equal(-at::ones({4}, at::kDouble)));
  const at::Tensor unit = at::eye(4);
  EXPECT_TRUE(cosine({unit}, {unit.flip(0)}).equal(at::zeros({4}, at::kDouble)));
}

TEST(Cosine, IsTheInnerProductOfTheNormalised) {
  const Tensors a = vectors(1), b = vectors(5);
  EXPECT_LT(relative_error(cosine(a, b), inner(normalised(a), normalised(b))), 1e-12);
}

TEST(Cosine, IsZeroWhereAVectorIs) {
  const at::Tensor c = cosine(with_a_zero_lane(1), vectors(5));
  EXPECT_EQ(c[1].item<double>(), 0);
  EXPECT_NE(c[0].item<double>(), 0);
}

TEST(Perturbation, HasTheRadiusAsItsLengthAndTheDirectionOfTheGradient) {
  const Tensors g = vectors(1), e = perturbation(g, 0.05);
  EXPECT_TRUE(rows(e).norm(2, 1).allclose(at::full({4}, 0.05, at::kDouble), 1e-12));
  EXPECT_LT(relative_error(cosine(e, g), at::ones({4}, at::kDouble)), 1e-14);
  EXPECT_EQ(e[1].sizes(), g[1].sizes());
}

TEST(Perturbation, IsZeroWhereTheGradientOrTheRadiusIs) {
  const Tensors g = with_a_zero_lane(1, at::kFloat);
  EXPECT_TRUE(rows(perturbation(g, 0.05))[1].eq(0).all().item<bool>());
  EXPECT_FALSE(rows(perturbation(g, 0.05))[0].eq(0).any().item<bool>());
  EXPECT_TRUE(rows(perturbation(g, 0)).eq(0).all().item<bool>());
}

TEST(Normalised, DoesNotDependOnTheLengthOfTheGradient) {
  const Tensors g = vectors(1, at::kFloat);
  for (const double factor : {1e-30, 1e30})  // their squares are beyond float
    EXPECT_LT(relative_error(rows(normalised(times(g, factor))), rows(normalised(g))), 1e-6);
}

TEST(Normalised, KeepsALaneThatIsNotFiniteSo) {
  for (const float bad : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
    Tensors g = vectors(1, at::kFloat);
    g[1][2][0][5] = bad;
    EXPECT_TRUE(finite_lanes(normalised(g)).equal(at::tensor({1, 1, 0, 1}).to(at::kBool)));
  }
}

TEST(Normalised, GivesEachLaneOfASharedGradientItsOwn) {
  const at::Tensor shared = normals({1, 5}, 1).expand({3, 5}), own = normals({3, 2}, 2);
  EXPECT_TRUE(normalised({shared, own})[0].equal(normalised({shared.contiguous(), own})[0]));
}

TEST(Directions, GiveALaneTheSameBytesWhoeverItsNeighboursAre) {
  const Tensors a = vectors(1, at::kFloat), b = vectors(5, at::kFloat);
  const Tensors both = {a[0], a[1], a[2], b[0], b[1], b[2]};
  const auto of_both = [&](at::Tensor (*f)(const Tensors&, const Tensors&)) {
    return is_lane_by_lane([&](const Tensors& x) { return f({x[0], x[1], x[2]}, {x[3], x[4], x[5]}); }, both);
  };
  EXPECT_TRUE(of_both(inner));
  EXPECT_TRUE(of_both(composed_inner));
  EXPECT_TRUE(of_both(cosine));
  EXPECT_TRUE(is_lane_by_lane([](const Tensors& x) { return rows(perturbation(x, 0.05)); }, a));
  EXPECT_TRUE(is_lane_by_lane([](const Tensors& x) { return rows(normalised(x)); }, a));
}

}  // namespace
}  // namespace ttt::lanes
