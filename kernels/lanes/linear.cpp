#include "kernels/lanes/linear.h"

#include "kernels/torch.h"

namespace ttt::lanes {

// Plain loops: a few thousand multiply-adds a view, and a matrix library may round differently with the
// alignment of a lane, which would make results depend on K. On other devices library calls, for networks
// whose head the kernels do not know.

at::Tensor linear(const at::Tensor& x_, const at::Tensor& weight, const at::Tensor& bias) {
  if (!x_.is_cpu()) return at::baddbmm(bias.unsqueeze(1), x_, weight.transpose(1, 2));
  const at::Tensor x = x_.contiguous();
  const int64_t lanes = x.size(0), views = x.size(1), in = x.size(2), out = weight.size(1);
  at::Tensor y = at::empty({lanes, views, out}, x.options());
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "linear", [&] {
    for (int64_t k = 0; k < lanes; ++k) {
      const at::Tensor wk = weight.select(0, k).contiguous(), bk = bias.select(0, k).contiguous();
      const scalar_t *w = wk.const_data_ptr<scalar_t>(), *b = bk.const_data_ptr<scalar_t>();
      for (int64_t v = 0; v < views; ++v) {
        const scalar_t* row = x.const_data_ptr<scalar_t>() + (k * views + v) * in;
        for (int64_t o = 0; o < out; ++o) {
          scalar_t sum = b[o];
          for (int64_t i = 0; i < in; ++i) sum += row[i] * w[o * in + i];
          y.mutable_data_ptr<scalar_t>()[(k * views + v) * out + o] = sum;
        }
      }
    }
  });
  return y;
}

LinearGradients linear_backward(const at::Tensor& dy_, const at::Tensor& x_, const at::Tensor& weight) {
  if (!x_.is_cpu()) return {at::bmm(dy_, weight), at::bmm(dy_.transpose(1, 2), x_), dy_.sum(1)};
  const at::Tensor x = x_.contiguous(), dy = dy_.contiguous();
  const int64_t lanes = x.size(0), views = x.size(1), in = x.size(2), out = weight.size(1);
  LinearGradients g{at::zeros_like(x), at::zeros({lanes, out, in}, x.options()),
                    at::zeros({lanes, out}, x.options())};
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "linear_backward", [&] {
    for (int64_t k = 0; k < lanes; ++k) {
      const at::Tensor wk = weight.select(0, k).contiguous();
      const scalar_t* w = wk.const_data_ptr<scalar_t>();
      scalar_t* dw = g.weight.mutable_data_ptr<scalar_t>() + k * out * in;
      scalar_t* db = g.bias.mutable_data_ptr<scalar_t>() + k * out;
      for (int64_t v = 0; v < views; ++v) {
        const int64_t row = k * views + v;
        const scalar_t *d = dy.const_data_ptr<scalar_t>() + row * out,
                       *xv = x.const_data_ptr<scalar_t>() + row * in;
        scalar_t* dx = g.input.mutable_data_ptr<scalar_t>() + row * in;
        for (int64_t o = 0; o < out; ++o) {
          db[o] += d[o];
          for (int64_t i = 0; i < in; ++i) {
            dw[o * in + i] += d[o] * xv[i];
            dx[i] += d[o] * w[o * in + i];
          }
        }
      }
    }
  });
  return g;
}

}  // namespace ttt::lanes
