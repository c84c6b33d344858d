#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "jobs/inputs.h"
#include "jobs/job.h"
#include "jobs/made_with.h"
#include "pipeline/process/job_log.h"
#include "pipeline/report/choice_html.h"
#include "pipeline/report/pdf.h"
#include "pipeline/report/report.h"
#include "pipeline/report/sample_pictures.h"
#include "schemas/durable_file.h"
#include "schemas/files/digest.h"
#include "schemas/files/results.h"
#include "schemas/files/timing_log.h"

namespace ttt {

namespace {

/// What results.h5 says of itself, and what the timing log adds: hosts and rank-seconds.
Provenance provenance(const Results& results, const std::vector<UnitTiming>& timings) {
  Provenance provenance = provenance_of(results);
  std::set<std::string> hosts;
  double seconds = 0;
  for (const UnitTiming& timing : timings) {
    hosts.insert(timing.host);
    seconds += timing.seconds;
  }
  if (!timings.empty()) {
    provenance.facts.emplace_back("hosts", fmt::format("{}", fmt::join(hosts, ", ")));
    provenance.facts.emplace_back("time of the run", fmt::format("{:.1f} s, summed over ranks", seconds));
  }
  return provenance;
}

/// Of the samples that the report tells of; none when they are no images or the test set is not there any
/// more.
SamplePictures pictures_of_samples(const Job& job, const Analysis& analysis) {
  if (!analysis.score->has_classes || !is_there(job.files().test_set())) return {};
  const TestSetFile file = open_prepared(job);
  return sample_pictures(analysis, file.set, file.images);
}

/// What a sweep chose that these results hold; another spec may have used the folder since.
SweepChoices choices_in(const std::filesystem::path& dir, const Results& results) {
  const std::filesystem::path file = sweep_folder(dir) / "choice.toml";
  if (!is_there(file)) return {};
  SweepChoices choices = read_choices(file);
  std::erase_if(choices.choices, [&](const SweepChoice& choice) {
    const auto method =
        std::ranges::find(results.methods, choice.points[choice.chosen].method, &MethodResults::name);
    return method == results.methods.end() || digest(method->spec) != choice.options;
  });
  return choices;
}

/// figures/NAME.svg, and NAME.pdf where this build can make them. A PDF that an earlier build left of other
/// results would contradict the SVG beside it.
void publish_figures(const std::filesystem::path& folder, const Analysis& analysis) {
  for (const Picture& picture : pictures(analysis)) {
    publish(folder / (picture.name + ".svg"), picture.svg);
    const std::filesystem::path pdf = folder / (picture.name + ".pdf");
    if (writes_pdf())
      publish(pdf, pdf_of(picture.svg));
    else
      std::filesystem::remove(pdf);
  }
}

}  // namespace

void report(const Job& job) {
  if (!is_there(job.files().results()))
    fail(ExitCode::data, "{}: there are no results yet; run `ttt-eval aggregate {}` first",
         job.files().results().string(), job.spec_file.string());
  const Results results = read_results(job.files().results(), is_analysed);
  require_made_with(job.files().results(), results.spec, results_recipe(job.spec));
  const std::vector<UnitTiming> timings = read_timings(job.dir);
  ReportOptions options = job.spec.report;
  if (options.title.empty()) options.title = job.spec.name;
  const Analysis analysis = analyse(results, options, by_method_and_model(timings));
  Provenance known = provenance(results, timings);
  known.choices = choices_in(job.dir, results);
  publish(job.files().report(), report_html(analysis, known, pictures_of_samples(job, analysis)));
  publish(job.files().curves(), curves_csv(analysis));
  publish(job.files().curve(), curve_svg(analysis));
  publish_figures(job.files().figures(), analysis);
  JobLog log(job.files().log(), "report");
  for (const Section& section : analysis.sections)
    for (const WeakModel& weak : section.weak) log.keep_warning(weak_model_text(weak, *analysis.score));
  fmt::print("{}{}\nreport: {}\nfigures: {} ({})\n", terminal_table(analysis),
             choices_text(analysis, known.choices), job.files().report().string(),
             job.files().figures().string(), writes_pdf() ? "SVG and PDF" : no_pdf);
}

}  // namespace ttt
