#include "schemas/key_rows.h"

#include "schemas/toml_text.h"

namespace ttt {

std::vector<KeyRow> key_rows(const Fields& fields) {
  std::vector<KeyRow> rows;
  for (const Field& field : fields) {
    const auto* table = std::get_if<Fields>(&field.target);
    if (!table) rows.push_back({std::string(field.key), toml_value(field), allowed(field)});
    if (!table) continue;
    for (KeyRow& row : key_rows(*table)) {
      row.key = fmt::format("{}.{}", field.key, row.key);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace ttt
