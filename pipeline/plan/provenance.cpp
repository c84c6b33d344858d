#include "pipeline/plan/provenance.h"

#include "pipeline/engine/environment.h"
#include "schemas/files/digest.h"

namespace ttt {

std::string program_version() { return TTT_VERSION; }

Fingerprint provenance(const RunOptions& run) {
  static const std::string binary = digest_file("/proc/self/exe").substr(0, 16);
  Fingerprint found = environment(run);
  found["code"] = program_version() + " (binary " + binary + ")";
  return found;
}

}  // namespace ttt
