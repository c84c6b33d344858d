#include "jobs/made_with.h"

#include <sstream>

#include "schemas/error.h"

namespace ttt {

void require_made_with(const std::filesystem::path& product, const std::string& recorded,
                       const std::string& options) {
  if (recorded == options) return;
  std::istringstream there(recorded), here(options);
  std::string was, is, table;
  do {
    if (is.starts_with('[')) table = is + " ";
    if (!std::getline(there, was)) was = "(nothing)";
    if (!std::getline(here, is)) is = "(nothing)";
  } while (was == is && was != "(nothing)");
  fail(ExitCode::data, "{}: made with another spec ({}{} there, {} here); remove it or choose another --out",
       product.string(), table, was, is);
}

}  // namespace ttt
