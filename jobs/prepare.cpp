#include <fmt/format.h>

#include <optional>

#include "jobs/inputs.h"
#include "jobs/job.h"
#include "jobs/made_with.h"
#include "pipeline/process/progress.h"
#include "pipeline/testset/contact_sheet.h"
#include "pipeline/testset/prepare.h"
#include "schemas/durable_file.h"
#include "schemas/files/test_set_file.h"

namespace ttt {

void prepare(const Job& job) {
  const std::filesystem::path options_file = job.dir / "testset.toml", sheet = job.dir / "contact_sheet.png";
  const std::string options = test_set_recipe(job.spec);
  if (is_there(job.test_set()) && is_there(options_file)) {
    require_made_with(job.test_set(), read_file(options_file), options);
    fmt::print("prepare: {} is there already\n", job.test_set().string());
    return;
  }
  std::optional<Progress> progress;
  const TestSetWithImages set = build_test_set(job.spec.data, [&](int64_t done, int64_t total) {
    if (!progress) progress.emplace("prepare", "samples", total);
    progress->update(done);
  });
  progress.reset();
  write_test_set(job.test_set(), set);
  write_png(sheet, draw_contact_sheet(set, job.spec.data));
  publish(options_file, options);  // last: its presence says that the stage is done
  fmt::print("prepare: {} samples in {}, a picture of them in {}\n", set.samples, job.test_set().string(),
             sheet.string());
}

}  // namespace ttt
