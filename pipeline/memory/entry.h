#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace ttt {

/// What a memory keeps of a sample with F features and C classes.
struct MemoryEntry {
  std::vector<double> unit;         // [F] its features scaled to length 1; all zeros stay zeros
  std::vector<double> probability;  // [C] of the source model
  double entropy = 0;               // of these, nats
  int predicted = 0;                // the likeliest class, the first of equals
};

MemoryEntry memory_entry(std::span<const float> features, std::span<const float> logits);

/// A vector scaled to length 1; all zeros stay zeros.
std::vector<double> unit_vector(std::span<const float> values);

double inner_product(std::span<const double> a, std::span<const double> b);

/// For each class, the entries of lowest entropy, the lowest first and the earlier of equals first.
class SurestEntries {
 public:
  /// At most `keep` entries a class; 0: all.
  SurestEntries(int classes, int keep) : entries_(classes), keep_(keep) {}

  /// A full class loses the entry of the highest entropy, which may be this one.
  void add(int to_class, MemoryEntry entry);

  const std::vector<MemoryEntry>& of(int of_class) const { return entries_[of_class]; }

 private:
  std::vector<std::vector<MemoryEntry>> entries_;  // [C]
  int keep_;
};

}  // namespace ttt
