#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace ttt {

/// Consecutive entries of a list of samples that many units may share: a unit costs no memory a sample.
class SampleIds {
 public:
  SampleIds() = default;
  /// A list of its own.
  SampleIds(std::vector<int64_t> ids) : list_(shared(std::move(ids))), part_(*list_) {}
  /// Entries [first, first + count) of `list`.
  SampleIds(std::shared_ptr<const std::vector<int64_t>> list, size_t first, size_t count)
      : list_(std::move(list)), part_(std::span(*list_).subspan(first, count)) {}

  auto begin() const { return part_.begin(); }
  auto end() const { return part_.end(); }
  size_t size() const { return part_.size(); }
  int64_t operator[](size_t i) const { return part_[i]; }
  std::vector<int64_t> to_vector() const { return {begin(), end()}; }

 private:
  static std::shared_ptr<const std::vector<int64_t>> shared(std::vector<int64_t> ids) {
    return std::make_shared<const std::vector<int64_t>>(std::move(ids));
  }

  std::shared_ptr<const std::vector<int64_t>> list_;
  std::span<const int64_t> part_;
};

}  // namespace ttt
