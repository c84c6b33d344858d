#pragma once
#include <map>
#include <string>

namespace ttt {

/// What a value in results.h5 depends on: key -> value, e.g. "method" -> its TOML, "data" -> digest of
/// testset.h5, "model" -> digest of its file, "code", "libtorch", "device", "isa". Stored as JSON in
/// every segment.
using Fingerprint = std::map<std::string, std::string>;

std::string to_json(const Fingerprint& fingerprint);
Fingerprint fingerprint_from_json(const std::string& json);

/// One line per key that differs: "key: here ..., there ...". Empty when equal.
std::string difference(const Fingerprint& here, const Fingerprint& there);

}  // namespace ttt
