#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/cpu/isa.h"
#include "kernels/cpu/sequence/activation.h"
#include "kernels/cpu/sequence/cross_entropy.h"
#include "kernels/cpu/sequence/embedding.h"
#include "kernels/cpu/sequence/product.h"
#include "kernels/cpu/sequence/rms_norm.h"
#include "kernels/cpu/sequence/step.h"
#include "tests/kernels/cpu/sequence_case.h"

namespace ttt::cpu {
namespace {

class Sequence : public OverInstructionSets {};
INSTANTIATE_TEST_SUITE_P(Cpu, Sequence, testing::ValuesIn(available_instruction_sets()), isa_name);

enum class Form { plain, transposed, outer };

/// One product in double, element by element.
double element(Form form, const ProductSize& z, ConstMatrix a, ConstMatrix b, int64_t r, int64_t c) {
  double sum = 0;
  for (int64_t l = 0; l < z.inner; ++l) {
    const float x = form == Form::outer ? a.data[l * a.stride + r] : a.data[r * a.stride + l];
    const float y = form == Form::transposed ? b.data[c * b.stride + l] : b.data[l * b.stride + c];
    sum += static_cast<double>(x) * static_cast<double>(y);
  }
  return sum;
}

void multiply_as(Form form, const ProductSize& z, ConstMatrix a, ConstMatrix b, Into into, Matrix c,
                 Scratch& s) {
  if (form == Form::plain) multiply(z, a, b, into, c, s);
  if (form == Form::transposed) multiply_transposed(z, a, b, into, c, s);
  if (form == Form::outer) multiply_outer(z, a, b, into, c, s);
}

TEST_P(Sequence, ProductsOfAnySizeAreThoseOfDouble) {
  for (const Form form : {Form::plain, Form::transposed, Form::outer})
    for (const ProductSize& z : {ProductSize{1, 1, 1}, ProductSize{7, 3, 5}, ProductSize{13, 300, 33},
                                 ProductSize{8, 16, 32}, ProductSize{21, 64, 47}, ProductSize{3, 513, 16}}) {
      const int64_t pad = 3, a_columns = form == Form::outer ? z.rows : z.inner,
                    b_columns = form == Form::transposed ? z.inner : z.columns;
      const Floats a = drawn(1, std::max(z.rows, z.inner) * (a_columns + pad)),
                   b = drawn(2, std::max(z.columns, z.inner) * (b_columns + pad));
      const ConstMatrix left{a.data(), a_columns + pad}, right{b.data(), b_columns + pad};
      const int64_t stride = z.columns + 2;
      Floats c = drawn(3, z.rows * stride);
      const Floats before = c;
      const Matrix to{c.data(), stride};
      for (const Into into : {Into::fresh, Into::added}) {
        c = before;
        multiply_as(form, z, left, right, into, to, scratch_);
        for (int64_t r = 0; r < z.rows; ++r)
          for (int64_t i = 0; i < stride; ++i) {
            const auto at = static_cast<size_t>(r * stride + i);
            if (i >= z.columns) {
              ASSERT_EQ(c[at], before[at]) << "beside the result";
              continue;
            }
            const double start = into == Into::added ? static_cast<double>(before[at]) : 0;
            ASSERT_NEAR(c[at], start + element(form, z, left, right, r, i),
                        2e-6 * static_cast<double>(z.inner) + 1e-6);
          }
      }
    }
}

// A row of a product depends on its own row of the left factor alone: not on its neighbours, not on where it
// lies.
TEST_P(Sequence, ARowOfAProductIsTheSameAlone) {
  const ProductSize z{29, 70, 47};
  const Floats a = drawn(1, z.rows * z.inner), b = drawn(2, z.inner * z.columns);
  Floats all(static_cast<size_t>(z.rows * z.columns)), one(static_cast<size_t>(z.columns + 1));
  multiply(z, {a.data(), z.inner}, {b.data(), z.columns}, Into::fresh, {all.data(), z.columns}, scratch_);
  for (int64_t r = 0; r < z.rows; ++r) {
    multiply({1, z.inner, z.columns}, {a.data() + r * z.inner, 1000}, {b.data(), z.columns}, Into::fresh,
             {one.data() + 1, 999}, scratch_);
    EXPECT_TRUE(std::equal(one.begin() + 1, one.end(), all.begin() + r * z.columns)) << r;
  }
}

TEST_P(Sequence, SumsKeepTheirBytesWhateverScratchHeld) {
  const ProductSize z{29, 70, 47};
  const Floats a = drawn(1, z.rows * z.inner), b = drawn(2, z.columns * z.inner);
  Floats first(static_cast<size_t>(z.rows * z.columns)), second = first;
  multiply_transposed(z, {a.data(), z.inner}, {b.data(), z.inner}, Into::fresh, {first.data(), z.columns},
                      scratch_);
  scratch_.fill(std::numeric_limits<float>::quiet_NaN());
  multiply_transposed(z, {a.data(), z.inner}, {b.data(), z.inner}, Into::fresh, {second.data(), z.columns},
                      scratch_);
  EXPECT_EQ(first, second);
}

TEST_P(Sequence, GeluIsThatOfDoubleAndItsDerivativeTheDifferenceQuotient) {
  const auto exact = [](double x) {
    return x / 2 * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
  };
  Floats x;
  for (double v = -12; v < 12; v += 0.0137) x.push_back(static_cast<float>(v));
  const auto count = static_cast<int64_t>(x.size());
  Floats y(x.size()), again(x.size()), dx(x.size(), 1.0f);
  gelu(count, x.data(), y.data());
  gelu_backward(count, x.data(), dx.data(), again.data(), dx.data());
  EXPECT_EQ(y, again);
  for (size_t i = 0; i < x.size(); ++i) {
    const double v = x[i], small = 1e-5;
    EXPECT_NEAR(y[i], exact(v), 1e-6 * (1 + std::abs(v)));
    EXPECT_NEAR(dx[i], (exact(v + small) - exact(v - small)) / (2 * small), 2e-6);
  }
}

TEST_P(Sequence, SwigluIsThatOfDouble) {
  const int64_t rows = 3, width = 21;
  const Floats x = drawn(1, rows * 2 * width), dy = drawn(2, rows * width);
  Floats y(static_cast<size_t>(rows * width)), again = y, dx(x.size());
  swiglu(rows, width, x.data(), y.data());
  swiglu_backward(rows, width, x.data(), dy.data(), again.data(), dx.data());
  EXPECT_EQ(y, again);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0; i < width; ++i) {
      const auto at = static_cast<size_t>(r * width + i), gate = static_cast<size_t>(r * 2 * width + i),
                 up = gate + 21;
      const double g = x[gate], u = x[up], share = 1 / (1 + std::exp(-g)), d = dy[at];
      EXPECT_NEAR(y[at], g * share * u, 1e-6);
      EXPECT_NEAR(dx[gate], d * u * (share + g * share * (1 - share)), 2e-6);
      EXPECT_NEAR(dx[up], d * g * share, 1e-6);
    }
}

TEST_P(Sequence, RmsNormIsThatOfDouble) {
  for (const int64_t width : {1, 18, 64}) {
    const RmsNormShape shape{5, width};
    const Floats x = drawn(1, shape.rows * width), gain = drawn(2, width), dy = drawn(3, shape.rows * width);
    Floats y(x.size()), again(x.size()), dx(x.size()), dgain(gain.size()), inverse(5);
    rms_norm(shape, {x.data(), width}, gain.data(), {y.data(), width}, inverse.data());
    rms_norm_again(shape, {x.data(), width}, gain.data(), inverse.data(), {again.data(), width});
    EXPECT_EQ(y, again);
    rms_norm_backward(shape, {x.data(), width}, gain.data(), inverse.data(), {dy.data(), width}, Into::fresh,
                      {dx.data(), width}, dgain.data());
    const auto loss = [&](const Floats& at) {
      double sum = 0;
      for (int64_t r = 0; r < shape.rows; ++r) {
        double squares = 0;
        for (int64_t i = 0; i < width; ++i)
          squares += std::pow(static_cast<double>(at[static_cast<size_t>(r * width + i)]), 2);
        for (int64_t i = 0; i < width; ++i) {
          const auto k = static_cast<size_t>(r * width + i);
          const double value = gain[static_cast<size_t>(i)] * static_cast<double>(at[k]) /
                               std::sqrt(squares / static_cast<double>(width) + 1e-5);
          if (&at == &x) {
            EXPECT_NEAR(y[k], value, 2e-6);
          }
          sum += dy[k] * value;
        }
      }
      return sum;
    };
    loss(x);
    for (size_t i = 0; i < x.size(); i += 7) {
      Floats above = x, below = x;
      above[i] += 1e-3f;
      below[i] -= 1e-3f;
      EXPECT_NEAR(
          dx[i],
          (loss(above) - loss(below)) / (static_cast<double>(above[i]) - static_cast<double>(below[i])),
          2e-3);
    }
    for (int64_t i = 0; i < width; ++i) {
      double sum = 0;
      for (int64_t r = 0; r < shape.rows; ++r) {
        const auto k = static_cast<size_t>(r * width + i);
        sum += static_cast<double>(dy[k]) * static_cast<double>(x[k]) *
               static_cast<double>(inverse[static_cast<size_t>(r)]);
      }
      EXPECT_NEAR(dgain[static_cast<size_t>(i)], sum, 5e-6);
    }
  }
}

// Colour, place and example of a cell: several rows of one table, and the gradient goes back to each.
TEST_P(Sequence, EmbeddingsAddUpRowsAndShareTheirGradient) {
  const int64_t width = 19;
  const std::vector<int32_t> indices = {0, 4, 2, 3, 3, 1, 0, 0, 5};
  const Lookup lookup{3, width, 3, indices.data()};
  const Floats table = drawn(1, 6 * width), dx = drawn(2, 3 * width);
  Floats x(static_cast<size_t>(3 * width)), dtable = drawn(3, 6 * width);
  const Floats before = dtable;
  embed(lookup, {table.data(), width}, {x.data(), width});
  embed_backward(lookup, {dx.data(), width}, {dtable.data(), width});
  for (int64_t i = 0; i < width; ++i) {
    std::vector<double> gradient(6);
    for (int64_t r = 0; r < 3; ++r) {
      double sum = 0;
      for (int64_t k = 0; k < 3; ++k) {
        const int32_t index = indices[static_cast<size_t>(r * 3 + k)];
        sum += table[static_cast<size_t>(index * width + i)];
        gradient[static_cast<size_t>(index)] += dx[static_cast<size_t>(r * width + i)];
      }
      EXPECT_NEAR(x[static_cast<size_t>(r * width + i)], sum, 1e-6);
    }
    for (int64_t v = 0; v < 6; ++v) {
      const auto at = static_cast<size_t>(v * width + i);
      EXPECT_NEAR(dtable[at], static_cast<double>(before[at]) + gradient[static_cast<size_t>(v)], 1e-6);
    }
  }
}

TEST_P(Sequence, CrossEntropyIsThatOfDouble) {
  const int64_t rows = 4, classes = 37;
  Floats z = drawn(1, rows * classes);
  for (float& v : z) v *= 20;
  const std::vector<int32_t> targets = {0, 36, 11, 17};
  z[static_cast<size_t>(2 * classes + 5)] = z[static_cast<size_t>(2 * classes + 30)] =
      99;  // equals: the lowest is best
  Floats nats(4), again(4), gradient = z;
  std::vector<int32_t> best(4), best_again(4);
  const Predicted predicted{rows, classes, targets.data()};
  cross_entropy(predicted, {z.data(), classes}, nats.data(), best.data());
  cross_entropy_gradient(predicted, 0.25f, {gradient.data(), classes}, again.data(), best_again.data());
  EXPECT_EQ(nats, again);
  EXPECT_EQ(best, best_again);
  EXPECT_EQ(best[2], 5);
  for (int64_t r = 0; r < rows; ++r) {
    const float* row = z.data() + r * classes;
    const double most = *std::max_element(row, row + classes);
    double sum = 0;
    for (int64_t c = 0; c < classes; ++c) sum += std::exp(static_cast<double>(row[c]) - most);
    const int32_t target = targets[static_cast<size_t>(r)];
    EXPECT_NEAR(nats[static_cast<size_t>(r)], most + std::log(sum) - static_cast<double>(row[target]), 1e-5);
    EXPECT_EQ(best[static_cast<size_t>(r)], std::max_element(row, row + classes) - row);
    for (int64_t c = 0; c < classes; ++c)
      EXPECT_NEAR(gradient[static_cast<size_t>(r * classes + c)],
                  0.25 * (std::exp(static_cast<double>(row[c]) - most) / sum - (c == target)), 1e-6);
  }
}

TEST_P(Sequence, ALogitThatIsNoNumberIsSeen) {
  const std::vector<int32_t> targets = {1, 1};
  for (const int64_t bad : {0, 1, 4}) {
    Floats z = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4};
    z[static_cast<size_t>(bad)] = std::numeric_limits<float>::quiet_NaN();
    Floats nats(2);
    std::vector<int32_t> best(2);
    cross_entropy({2, 5, targets.data()}, {z.data(), 5}, nats.data(), best.data());
    EXPECT_TRUE(std::isnan(nats[0]));
    EXPECT_EQ(best[0], -1);
    EXPECT_NEAR(nats[1], std::log(std::exp(4.0) + std::exp(3) + std::exp(2) + std::exp(1) + 1) - 1, 1e-5);
    EXPECT_EQ(best[1], 4);
  }
}

TEST_P(Sequence, StepsAreThoseOfDoubleAndTellTheirLength) {
  const int64_t count = 77;
  const auto n = static_cast<size_t>(count);
  const Floats start = drawn(1, count), gradient = drawn(2, count);
  const AdamStep adam{.rate = 0.01f,
                      .bias = 1.5f,
                      .beta1 = 0.9f,
                      .beta2 = 0.99f,
                      .epsilon = 1e-8f,
                      .decay = 0.1f,
                      .shrink = 0.02f};
  Floats w = start, m(n, 0.5f), v(n, 0.25f);
  const double length = adam_step(count, adam, 0.5f, gradient.data(), w.data(), m.data(), v.data());
  double squares = 0, all = 0;
  for (size_t i = 0; i < n; ++i) {
    const double g = 0.5 * static_cast<double>(gradient[i]) + 0.1 * static_cast<double>(start[i]);
    const double first = 0.9 * 0.5 + 0.1 * g, second = 0.99 * 0.25 + 0.01 * g * g;
    const double change =
        0.02 * static_cast<double>(start[i]) + 0.01 * first / (std::sqrt(1.5 * second) + 1e-8);
    EXPECT_NEAR(w[i], static_cast<double>(start[i]) - change, 1e-6);
    squares += change * change;
    all += static_cast<double>(gradient[i]) * static_cast<double>(gradient[i]);
  }
  EXPECT_NEAR(length, squares, 1e-6 * squares);
  EXPECT_NEAR(squared_length(count, gradient.data()), all, 1e-12 * all);

  Floats plain = start, with = start, velocity(n, 1.0f);
  const SgdStep sgd{.rate = 0.1f};
  sgd_step(count, sgd, 2.0f, gradient.data(), plain.data(), nullptr);
  sgd_step(count, {.rate = 0.1f, .momentum = 0.5f, .decay = 0, .nesterov = true}, 2.0f, gradient.data(),
           with.data(), velocity.data());
  for (size_t i = 0; i < n; ++i) {
    const double g = 2 * static_cast<double>(gradient[i]), u = 0.5 + g;
    EXPECT_NEAR(plain[i], static_cast<double>(start[i]) - 0.1 * g, 1e-6);
    EXPECT_NEAR(with[i], static_cast<double>(start[i]) - 0.1 * (g + 0.5 * u), 1e-6);
  }
  pull(count, 1.0f, start.data(), plain.data());
  for (size_t i = 0; i < n; ++i) EXPECT_NEAR(plain[i], start[i], 1e-6);
  const float* parts[] = {start.data(), gradient.data(), w.data()};
  add_up(count, parts, 3, v.data());
  for (size_t i = 0; i < n; ++i) EXPECT_EQ(v[i], (start[i] + gradient[i]) + w[i]);
}

}  // namespace
}  // namespace ttt::cpu
