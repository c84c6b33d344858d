#include <fmt/format.h>

#include <optional>

#include "jobs/inputs.h"
#include "jobs/job.h"
#include "jobs/made_with.h"
#include "jobs/stage_scope.h"
#include "pipeline/process/progress.h"
#include "pipeline/testset/contact_sheet.h"
#include "pipeline/testset/prepare.h"
#include "pipeline/testset/text_sheet.h"
#include "schemas/durable_file.h"
#include "schemas/files/test_set_file.h"

namespace ttt {

void prepare(const Job& job) {
  const JobFolder files = job.files();
  const std::string options = test_set_recipe(job.spec);
  if (is_there(files.test_set()) && is_there(files.test_set_recipe())) {
    require_made_with(files.test_set(), read_file(files.test_set_recipe()), options);
    fmt::print("prepare: {} is there already\n", files.test_set().string());
    return;
  }
  std::optional<Progress> progress;
  const TestSetWithImages set = build_test_set(job.spec.data, [&](int64_t done, int64_t total) {
    if (!progress) progress.emplace("prepare", "samples", total);
    progress->update(done);
  });
  progress.reset();
  write_test_set(files.test_set(), set);
  const std::filesystem::path sheet = set.tokens ? files.text_sheet() : files.contact_sheet();
  if (set.tokens)
    publish(sheet, draw_text_sheet(set));
  else
    write_png(sheet, draw_contact_sheet(set, job.spec.data));
  publish(files.test_set_recipe(), options);  // last: its presence says that the stage is done
  leave_spec(job);
  fmt::print("prepare: {} samples in {}, {} of them in {}\n", set.samples, files.test_set().string(),
             set.tokens ? "some" : "a picture", sheet.string());
}

}  // namespace ttt
