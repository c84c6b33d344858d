#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ttt {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces. For layers below the files, which have no OpenSSL.
class Sha256 {
 public:
  void add(std::string_view bytes);
  /// 64 hexadecimal digits; nothing is added afterwards.
  std::string hex();

 private:
  void take(const unsigned char* block);

  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> rest_ = {};
  size_t kept_ = 0;     // bytes in rest_
  uint64_t total_ = 0;  // bytes
};

}  // namespace ttt
