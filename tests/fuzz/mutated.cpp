#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <random>

#include "tests/fuzz/survival.h"

namespace ttt {
namespace {

using Random = std::mt19937_64;

size_t below(Random& random, size_t end) { return end == 0 ? 0 : random() % end; }

/// A piece of the text, seldom a long one.
std::pair<size_t, size_t> piece(Random& random, const std::string& bytes) {
  const size_t at = below(random, bytes.size());
  const size_t longest = bytes.size() - at;
  return {at, std::min(longest, 1 + below(random, random() % 4 == 0 ? longest : 16))};
}

void flip_bit(Random& random, std::string& bytes) {
  if (!bytes.empty()) bytes[below(random, bytes.size())] ^= static_cast<char>(1 << random() % 8);
}

void put_byte(Random& random, std::string& bytes) {
  constexpr std::string_view values("\0\x01\x7f\x80\xff\n\"'[]{},.=-09\\", 20);
  if (!bytes.empty()) bytes[below(random, bytes.size())] = values[below(random, values.size())];
}

/// A number as files store it: 1 to 8 bytes, either end first.
void put_number(Random& random, std::string& bytes) {
  constexpr std::array<uint64_t, 10> values = {0,
                                               1,
                                               0x7f,
                                               0xff,
                                               0x7fffffff,
                                               0xffffffff,
                                               1ULL << 32,
                                               1ULL << 40,
                                               0x7fffffffffffffff,
                                               0xffffffffffffffff};
  const size_t size = size_t{1} << random() % 4;
  if (bytes.size() < size) return;
  uint64_t value = values[below(random, values.size())];
  if (random() % 4 == 0) value = random();
  if (random() % 2 == 0) value = __builtin_bswap64(value) >> (64 - 8 * size);
  std::memcpy(bytes.data() + below(random, bytes.size() - size + 1), &value, size);
}

/// A number in digits.
void put_digits(Random& random, std::string& bytes) {
  constexpr std::array<std::string_view, 9> values = {
      "0",   "-1",   "1e999", "99999999999999999999", "2147483648", "9223372036854775807",
      "nan", "0x10", "1_000"};
  const size_t from = below(random, bytes.size());
  const auto digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  const auto first = std::find_if(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), digit);
  const auto last = std::find_if_not(first, bytes.end(), digit);
  if (first != last) bytes.replace(first, last, values[below(random, values.size())]);
}

void cut_out(Random& random, std::string& bytes) {
  const auto [at, size] = piece(random, bytes);
  bytes.erase(at, size);
}

void double_piece(Random& random, std::string& bytes) {
  const auto [at, size] = piece(random, bytes);
  const std::string copy = bytes.substr(at, size);
  bytes.insert(random() % 2 == 0 ? at : below(random, bytes.size() + 1), copy);
}

void fill_piece(Random& random, std::string& bytes) {
  const auto [at, size] = piece(random, bytes);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), size, static_cast<char>(random()));
}

void cut_off(Random& random, std::string& bytes) { bytes.resize(below(random, bytes.size() + 1)); }

constexpr std::array slips = {flip_bit,   flip_bit,     put_byte,   put_byte, put_number, put_number,
                              put_digits, double_piece, fill_piece, cut_out,  cut_off};

}  // namespace

std::string mutated(const std::string& seed, uint64_t number) {
  std::string bytes = seed;
  if (number == 0) return bytes;
  Random random(number);
  for (uint64_t left = 1 + random() % 4; left > 0 && !bytes.empty(); --left)
    slips[below(random, slips.size())](random, bytes);
  return bytes;
}

}  // namespace ttt
