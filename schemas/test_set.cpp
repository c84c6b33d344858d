#include "schemas/test_set.h"

namespace ttt {

Payload payload_of(const TestSet& set) {
  if (!set.tokens) return Payload::images;
  return set.tokens->puzzles ? Payload::puzzles : Payload::tokens;
}

std::string_view name_of(Payload payload) {
  switch (payload) {
    case Payload::images:
      return "images";
    case Payload::tokens:
      return "sequences of tokens";
    case Payload::puzzles:
      return "puzzles";
    case Payload::any:
      break;
  }
  return "samples";
}

ReadImages images_of(const TestSetWithImages& set) {
  return [&set](std::span<const int64_t> ids) {
    const int64_t size = int64_t{set.height} * set.width * set.channels;
    std::vector<uint8_t> images;
    images.reserve(ids.size() * size);
    for (const int64_t id : ids) {
      const auto begin = set.image.begin() + id * size;
      images.insert(images.end(), begin, begin + size);
    }
    return images;
  };
}

ReadSamples samples_in(const TestSetWithImages& set) {
  if (!set.tokens) return images_of(set);
  return ReadTokens([&set](std::span<const int64_t> ids) {
    const int64_t longest = set.tokens->longest;
    std::vector<int32_t> tokens;
    tokens.reserve(ids.size() * longest);
    for (const int64_t id : ids) {
      const auto begin = set.token.begin() + id * longest;
      tokens.insert(tokens.end(), begin, begin + longest);
    }
    return tokens;
  });
}

}  // namespace ttt
