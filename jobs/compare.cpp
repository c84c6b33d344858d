// ttt-eval compare A B
#include <fmt/format.h>

#include <memory>

#include "jobs/alone_subcommand.h"
#include "pipeline/report/comparison.h"
#include "pipeline/testset/sample_names.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/digest.h"
#include "schemas/files/job_folder.h"

namespace ttt {
namespace {

struct CompareOptions {
  std::string a, b, html;
  ReportOptions report;
};

/// A job as it is named on the command line: its folder, or the results in it.
struct ComparedJob {
  std::filesystem::path dir;
  std::string name;
  Results results;

  std::string data() const {
    const auto digest = results.provenance.find("data");
    return digest == results.provenance.end() ? "" : digest->second;
  }
};

ComparedJob open_compared(const std::filesystem::path& given) {
  const bool is_folder = std::filesystem::is_directory(given);
  const std::filesystem::path file = is_folder ? JobFolder{given}.results() : given;
  if (!is_there(file))
    fail(ExitCode::data,
         "{}: there are no results; name the folder of a job that `ttt-eval aggregate` has joined, or the "
         "results.h5 in it",
         file.string());
  const std::filesystem::path dir = is_folder ? given : file.parent_path();
  const std::string name = std::filesystem::absolute(dir / "x").lexically_normal().parent_path().filename();
  return {dir, name, read_results(file, is_analysed)};
}

/// The names of all samples, of the test set that the results were made from.
std::vector<std::string> names_of(const ComparedJob& job) {
  const std::filesystem::path file = JobFolder{job.dir}.test_set();
  if (!is_there(file) || digest_file(file) != job.data())
    fail(ExitCode::data,
         "{}: the jobs' test sets differ, and this one is not beside its results: samples "
         "cannot be paired",
         file.string());
  return sample_names(open_test_set(file));
}

bool share_test_set(const ComparedJob& a, const ComparedJob& b) {
  return a.data() == b.data() && !a.data().empty();
}

RowPairs pair(const ComparedJob& a, const ComparedJob& b) {
  if (share_test_set(a, b)) return rows_of_same_ids(a.results, b.results);
  return rows_of_same_samples(a.results, names_of(a), b.results, names_of(b));
}

void compare(const CompareOptions& options) {
  validate(options.report);
  ComparedJob a = open_compared(options.a), b = open_compared(options.b);
  const std::filesystem::path page =
      options.html.empty() ? fmt::format("compare-{}-{}.html", a.name, b.name) : options.html;
  if (a.name == b.name) {  // of folders of one name, whatever tells them apart
    a.name = options.a;
    b.name = options.b;
  }
  JobComparison comparison = compare(a.results, b.results, pair(a, b), options.report);
  comparison.other_test_sets = !share_test_set(a, b);
  comparison.name_a = a.name;
  comparison.name_b = b.name;
  publish(page, comparison_html(comparison));
  fmt::print("{}\ncompare: {}\n", comparison_text(comparison), page.string());
}

}  // namespace

void add_compare(CLI::App& app) {
  const auto options = std::make_shared<CompareOptions>();
  CLI::App* sub = alone_subcommand(app, "compare", "say in what two jobs differ, and by how much",
                                   [options] { compare(*options); });
  sub->add_option("A", options->a, "folder of a job, or its results.h5")->required();
  sub->add_option("B", options->b, "the other; differences are B less A")->required();
  sub->add_option("--html", options->html, "where the page goes (default: compare-A-B.html here)");
  sub->add_option("--confidence", options->report.confidence, "of every interval")->capture_default_str();
  sub->add_option("--bootstrap", options->report.bootstrap, "resamples of base images")
      ->capture_default_str();
}

}  // namespace ttt
