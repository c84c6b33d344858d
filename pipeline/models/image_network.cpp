#include "pipeline/models/image_network.h"

#include "schemas/error.h"

namespace ttt {

std::vector<std::string> ImageNetwork::begin_adapting(Weights&, const Route& route, const std::string& subset,
                                                      int, const std::vector<int64_t>&, uint64_t) const {
  return adapted_names(route, subset);
}

at::Tensor ImageNetwork::own_loss(const Weights&, const at::Tensor&, const std::string& loss,
                                  const std::vector<DrawKey>&) const {
  fail(ExitCode::internal, "model.{}: has no loss {}", name, loss);
}

double ImageNetwork::low_rank_flops(const Route&, const std::string&, int) const { return 0; }

void require_single_views(const ImageNetwork& n) {
  require(n.least_views(Part::main) == 1,
          "model.{}: predicts at least {} views at a time, and methods predict one image (export it with the "
          "statistics of the source)",
          n.name, n.least_views(Part::main));
}

const ImageNetwork& image_network(const Network& network) {
  const auto* images = dynamic_cast<const ImageNetwork*>(&network);
  if (!images) fail(ExitCode::internal, "model.{}: is no network of images", network.name);
  return *images;
}

}  // namespace ttt
