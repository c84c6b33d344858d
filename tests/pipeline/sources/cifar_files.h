#pragma once
#include <filesystem>
#include <fstream>
#include <string>

namespace ttt {

constexpr int64_t cifar_record = 3073, cifar_batch = 10000 * cifar_record;

/// A batch of 10,000 records: record i has label i mod 10 and pixels of which each plane is filled with
/// 3 i, 3 i + 1 and 3 i + 2 (mod 256).
inline std::string cifar_batch_bytes() {
  std::string bytes;
  bytes.reserve(cifar_batch);
  for (int i = 0; i < 10000; ++i) {
    bytes += static_cast<char>(i % 10);
    for (int plane = 0; plane < 3; ++plane) bytes += std::string(1024, static_cast<char>(3 * i + plane));
  }
  return bytes;
}

/// The official layout of CIFAR-10's test part in `folder`/cifar-10-batches-bin.
inline std::filesystem::path write_cifar10_test(const std::filesystem::path& folder) {
  const std::filesystem::path batches = folder / "cifar-10-batches-bin";
  std::filesystem::create_directories(batches);
  std::ofstream(batches / "test_batch.bin", std::ios::binary) << cifar_batch_bytes();
  std::ofstream(batches / "batches.meta.txt") << "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n";
  return batches;
}

}  // namespace ttt
