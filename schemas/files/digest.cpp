#include "schemas/files/digest.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "schemas/durable_file.h"
#include "schemas/error.h"

namespace ttt {
namespace {

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    check(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
  }
  void add(const void* bytes, size_t size) { check(EVP_DigestUpdate(context_.get(), bytes, size)); }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum;
    unsigned int size = 0;
    check(EVP_DigestFinal_ex(context_.get(), sum.data(), &size));
    std::string text;
    for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", sum[i]);
    return text;
  }

 private:
  static void check(int done) {
    if (!done) fail(ExitCode::internal, "OpenSSL cannot compute SHA-256");
  }
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

}  // namespace

std::string digest(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes.data(), bytes.size());
  return sum.hex();
}

std::string digest_file(const std::filesystem::path& file) {
  return digest_file(file, std::numeric_limits<int64_t>::max());
}

std::string digest_file(const std::filesystem::path& file, int64_t bytes) {
  require_no_pipe(file);
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const ExitCode code = errno == ENOENT ? ExitCode::data : ExitCode::io;
    fail(code, "{}: cannot be opened ({})", file.string(), std::strerror(errno));
  }
  Sha256 sum;
  std::vector<char> buffer(1 << 20);
  ssize_t size;
  while ((size = read(descriptor, buffer.data(), std::min<int64_t>(buffer.size(), bytes))) > 0) {
    sum.add(buffer.data(), size);
    bytes -= size;
  }
  const int error = errno;
  close(descriptor);
  if (size < 0) fail(ExitCode::io, "{}: cannot be read ({})", file.string(), std::strerror(error));
  return sum.hex();
}

}  // namespace ttt
