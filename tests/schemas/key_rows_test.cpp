#include "schemas/key_rows.h"

#include <gtest/gtest.h>

#include "schemas/toml_text.h"
#include "schemas/training_options.h"

namespace ttt {
namespace {

TEST(KeyRows, HoldTheDefaultOfEveryKeyUnderItsDottedName) {
  TrainingOptions options;
  const std::vector<KeyRow> rows = key_rows(fields(options));
  std::string text = "[training]\n";
  bool in_views = false;
  for (const KeyRow& row : rows) {
    const bool dotted = row.key.starts_with("views.");
    if (dotted && !in_views) text += "\n[training.views]\n";
    in_views = dotted;
    text += fmt::format("{} = {}\n", dotted ? row.key.substr(6) : row.key, row.value);
  }
  EXPECT_EQ(text, toml_table("training", fields(options)));
}

TEST(KeyRows, SayWhatMayBeWritten) {
  TrainingOptions options;
  const Fields all = fields(options);
  EXPECT_EQ(key_rows(all)[0].allowed, allowed(all[0]));
}

TEST(TomlValue, OfAnOptionalWithoutValueIsEmpty) {
  std::optional<double> none, some = 0.5;
  EXPECT_EQ(toml_value({"threshold", &none}), "");
  EXPECT_EQ(toml_value({"threshold", &some}), "0.5");
}

}  // namespace
}  // namespace ttt
