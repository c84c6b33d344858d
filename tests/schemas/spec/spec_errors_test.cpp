// What is wrong in a job spec -> the line a user sees.
#include <gtest/gtest.h>

#include <filesystem>

#include "schemas/error.h"
#include "tests/schemas/spec/spec_files.h"

namespace ttt {
namespace {

struct Bad {
  const char* name;
  std::string spec;
  std::string message;  // how it begins
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class BadSpec : public testing::TestWithParam<Bad> {};

TEST_P(BadSpec, IsNamedWithPlaceAndRemedy) {
  const std::string message = error_of(GetParam().spec);
  EXPECT_TRUE(message.starts_with(GetParam().message)) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

// minimal_spec() has 6 lines: what is added begins at line 7.
const std::vector<Bad> bad_specs = {
    {"UnknownPart", minimal_spec("[trainin]\n"),
     "job.toml:7:2: trainin: unknown key (data, model, training, method, run, report); did you mean "
     "\"training\"?"},
    {"UnknownKey", minimal_spec("[training]\nepoch = 3\n"),
     "job.toml:8:1: training.epoch: unknown key (epochs, batch, learning_rate"},
    {"UnknownKeySuggestion", minimal_spec("[run]\nsede = 3\n"),
     "job.toml:8:1: run.sede: unknown key (seed, split, device, threads, lanes, block, isa, convolution, "
     "precision, "
     "logits); did you mean "
     "\"seed\"?"},
    {"UnknownKeyInTableWithin", minimal_spec("[training.views]\npad_mode = \"zero\"\n"),
     "job.toml:8:1: training.views.pad_mode: unknown key (padding, pad, flip)"},
    {"TextForInteger", minimal_spec("[training]\nepochs = \"many\"\n"),
     "job.toml:8:10: training.epochs: \"many\" is a string (an integer from 1 to 100000)"},
    {"RealForInteger", minimal_spec("[training]\nepochs = 7.0\n"),
     "job.toml:8:10: training.epochs: 7 is a real number (an integer from 1 to 100000)"},
    {"IntegerForBoolean", minimal_spec("[training]\nnesterov = 1\n"),
     "job.toml:8:12: training.nesterov: 1 is an integer (true or false)"},
    {"BooleanForChoice", minimal_spec("labels = true\n"),
     "job.toml:7:10: method.source.labels: true is a boolean (\"true\", \"random\")"},
    {"NumberForText", minimal_spec("[report]\ntitle = 4\n"),
     "job.toml:8:9: report.title: 4 is an integer (a string)"},
    {"ListForNumber", minimal_spec("[training]\nbatch = [1, 2]\n"),
     "job.toml:8:9: training.batch: is a list (an integer from 1 to 65536)"},
    {"NumberForList", minimal_spec("[model.x]\nseeds = 3\n"),
     "job.toml:8:9: model.x.seeds: 3 is an integer (a list of integers from 0 to 9007199254740992)"},
    {"ValueForTable", minimal_spec("[training]\nviews = 3\n"),
     "job.toml:8:9: training.views: 3 is an integer (a table of padding, pad, flip)"},
    {"ValueForPart", "run = 3\n" + minimal_spec(),
     "job.toml:1:7: run: 3 is an integer (a table of seed, split"},
    {"ValueForMethods", "method = 3\n[model.m]\n[data]\nreport = { base_images = 4, clean = true }\n",
     "job.toml:1:10: method: 3 is an integer (tables [method.NAME])"},
    {"ValueForOneMethod", minimal_spec("[method]\nx = 3\n"),
     "job.toml:8:5: method.x: 3 is an integer (a table [method.NAME])"},
    {"ListOfTables", minimal_spec("[[method.x]]\nkind = \"vote\"\n"), "job.toml:7:"},
    {"Date", minimal_spec("[report]\ntitle = 2024-01-01\n"),
     "job.toml:8:9: a date or time has no place in a job spec"},
    {"OutOfRange", minimal_spec("[training]\nmomentum = 1.0\n"),
     "job.toml:8:12: training.momentum: 1 is out of range (a number at least 0, below 1)"},
    {"NotANumber", minimal_spec("[training]\nlearning_rate = nan\n"),
     "job.toml:8:17: training.learning_rate: nan is out of range (a number above 0, at most 100)"},
    {"Infinite", minimal_spec("[training]\nlearning_rate = inf\n"),
     "job.toml:8:17: training.learning_rate: inf is out of range"},
    {"TooLargeForItsType", minimal_spec("[training]\nepochs = 4294967297\n"),
     "job.toml:8:10: training.epochs: 4294967297 is out of range (an integer from 1 to 100000)"},
    {"ElementOutOfRange",
     minimal_spec("[data.tune]\nbase_images = 1\nshifts = [\"fog\"]\nseverities = [1, 6]\n"),
     "job.toml:10:18: data.tune.severities: 6 is out of range (a list of integers from 1 to 5)"},
    {"NegativeSeed", minimal_spec("[run]\nseed = -1\n"),
     "job.toml:8:8: run.seed: -1 is out of range (an integer from 0 to 9007199254740992)"},
    {"UnknownChoice", minimal_spec("[run]\ndevice = \"cudda\"\n"),
     "job.toml:8:10: run.device: \"cudda\" is unknown (\"cpu\", \"cuda\"); did you mean \"cuda\"?"},
    {"ControlCharacter", minimal_spec("[report]\ntitle = \"a\\nb\"\n"),
     "job.toml:8:9: report.title: \"a\\u000Ab\" holds a control character"},
    {"Syntax", minimal_spec("[run\nseed = 1\n"), "job.toml:7:"},
    {"KeyTwice", minimal_spec("[run]\nseed = 1\nseed = 2\n"), "job.toml:9:"},
    {"NotUtf8", minimal_spec("[report]\ntitle = \"\xff\"\n"), "job.toml:8:"},
    {"NulByte", std::string("[run]\0", 6), "job.toml:1:"},
    {"Empty", "", "job.toml: data.report: missing"},
    {"NoModels", "[data.report]\nbase_images = 1\nclean = true\n[method.m]\nkind = \"vote\"\n",
     "job.toml: model: missing (at least one table [model.NAME])"},
    {"NoMethods", "[data.report]\nbase_images = 1\nclean = true\n[model.m]\n",
     "job.toml: method: missing (at least one table [method.NAME])"},
    {"EmptyMethods", "method = {}\n[data.report]\nbase_images = 1\nclean = true\n[model.m]\n",
     "job.toml:1:10: method: empty (at least one table [method.NAME])"},
    {"NoReportedData", "[data]\nseed = 1\n[model.m]\n[method.m]\nkind = \"vote\"\n",
     "job.toml:1:1: data.report: missing"},
    {"NoShifts", "[data.report]\nbase_images = 1\n[model.m]\n[method.m]\nkind = \"vote\"\n",
     "job.toml:1:1: data.report.shifts: missing"},
    {"NoBaseImages", minimal_spec("[data.tune]\nshifts = [\"fog\"]\n"),
     "job.toml:7:1: data.tune.base_images: missing"},
    {"SameShiftTwice", "[data.report]\nbase_images = 1\nshifts = [\"fog\", \"fog\"]\n",
     "job.toml:3:10: data.report.shifts: the same shift twice"},
    {"PathMissing", "[data]\nsource = \"mnist\"\nreport = { base_images = 4, clean = true }\n",
     "job.toml:1:1: data.path: missing"},
    {"NoKind", minimal_spec("[method.x]\nsteps = 1\n"),
     "job.toml:7:9: method.x.kind: missing (\"adapt\", \"vote\", "},
    {"UnknownKind", minimal_spec("[method.x]\nkind = \"adopt\"\n"),
     "job.toml:8:8: method.x.kind: \"adopt\" is unknown (\"adapt\", \"vote\", "},
    {"SweptKind", minimal_spec("[method.x]\nkind = [\"adapt\", \"vote\"]\n"),
     "job.toml:8:8: method.x.kind: is a list (\"adapt\", \"vote\", "},
    {"KeyOfAnotherKind", minimal_spec("[method.x]\nkind = \"vote\"\nsteps = 4\n"),
     "job.toml:9:1: method.x.steps: unknown key (kind, rule, views, keep, view)"},
    {"NameIsAPath", minimal_spec("[method.\"../x\"]\nkind = \"vote\"\n"),
     "job.toml:7:1: method.\"../x\": \"../x\" is no name (letters, digits"},
    {"NameHasANewline", minimal_spec("[model.\"a\\nb\"]\n"),
     "job.toml:7:1: model.\"a\\u000Ab\": \"a\\u000Ab\" is no name"},
    {"NameTooLong", minimal_spec("[model." + std::string(65, 'a') + "]\n"), "job.toml:7:1: model.aaaa"},
    {"NameEmpty", minimal_spec("[model.\"\"]\n"), "job.toml:7:1: model.\"\": \"\" is no name"},
    {"MilestonePastSteps", minimal_spec("milestones = [0, 1]\n"),
     "job.toml:7:14: method.source.milestones: 1 is past steps = 0"},
    {"DefaultsThatDoNotFit", minimal_spec("[training]\nepochs = 7\n"),
     "job.toml:7:1: training.decay_epochs: 125 is past epochs = 7 (or schedule = \"cosine\")"},
    {"SameMethodTwice", minimal_spec("[method.x]\nkind = \"vote\"\nviews = [4, 4]\n"),
     "job.toml:7:9: method.x: a second method \"x-views=4\""},
    {"EmptySweep", minimal_spec("[method.x]\nkind = \"vote\"\nviews = []\n"),
     "job.toml:9:9: method.x.views: an empty list sweeps nothing (an integer from 0 to 100000)"},
    {"SweptValueOutOfRange", minimal_spec("learning_rate = [0.1, -0.1]\n"),
     "job.toml:7:23: method.source.learning_rate: -0.1 is out of range"},
    {"ReportedMethodUnknown", minimal_spec("[report]\nmethod = \"sauce\"\n"),
     "job.toml:8:10: report.method: \"sauce\" is no method of this spec; did you mean \"source\"?"},
    {"EnsembleWithoutLogits", minimal_spec("[method.e]\nkind = \"ensemble\"\n[run]\nlogits = false\n"),
     "job.toml:10:10: run.logits: false, but ensembles"},
    {"MemoryOfAStream",
     minimal_spec("[method.o]\nkind = \"adapt\"\nreset = \"never\"\nkeep = [\"features\"]\n"
                  "[method.t]\nkind = \"memory\"\nfrom = \"o\"\n"),
     "job.toml:13:8: method.t.from: \"o\" does not fit (name an adapt method with keep = [\"features\"] and "
     "reset = \"sample\")"},
    {"TuneSplitEmpty", minimal_spec("[run]\nsplit = \"tune\"\n"),
     "job.toml:8:9: run.split: \"tune\", but [data.tune] is empty"},
    {"LineTooLong", "a = \"" + std::string(9000, 'x') + "\"", "job.toml:1:4097: line longer than 4096 bytes"},
    {"FileTooLong", std::string(1 << 21, '\n'), "job.toml: longer than 1048576 bytes"},
};

INSTANTIATE_TEST_SUITE_P(Table, BadSpec, testing::ValuesIn(bad_specs),
                         [](const auto& bad) { return std::string(bad.param.name); });

std::string error_of_file(const std::filesystem::path& file) {
  try {
    read_job_spec(file, {}, spec_registry());
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::spec);
    return error.what();
  }
  return "";
}

TEST(SpecFile, BraceThatOpensAListIsRefused) { EXPECT_NE(error_of("x = [}\n"), ""); }

TEST(SpecFile, MissingIsNamed) {
  const auto file = empty_folder() / "none.toml";
  EXPECT_EQ(error_of_file(file), file.string() + ": no such file (give the path of a job spec)");
}

TEST(SpecFile, FolderIsNamed) {
  const auto folder = empty_folder();
  EXPECT_EQ(error_of_file(folder), folder.string() + ": is a folder (give the path of a job spec)");
}

TEST(SpecFile, NameWithNewlineOrOtherBytesIsRefusedOnOneLine) {
  EXPECT_EQ(error_of_file("a\nb.toml"), "spec file a?b.toml: holds a control character or is not UTF-8");
  EXPECT_EQ(error_of_file("a\xff.toml"), "spec file a?.toml: holds a control character or is not UTF-8");
}

TEST(SpecFile, DeepKeysAreRefused) {
  std::string key = "a";
  while (key.size() < 4000) key += ".a";
  const std::string problem = "more than 16 tables or lists within each other";
  EXPECT_NE(error_of("[" + key + "]\n" + key + " = 1\n").find(problem), std::string::npos);
  EXPECT_NE(error_of(minimal_spec(), {key + "=1"}).find("more than 16 parts"), std::string::npos);
  EXPECT_NE(error_of("x = " + std::string(20, '[') + std::string(20, ']')).find(problem), std::string::npos);
  EXPECT_NE(error_of("x = " + std::string(4000, '[') + "\n"), "");
}

}  // namespace
}  // namespace ttt
