#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>

#include "pipeline/models/program.h"
#include "schemas/error.h"
#include "tests/pipeline/methods/small_job.h"
#include "tests/pipeline/models/tiny_program.h"

namespace ttt {
namespace {

using nlohmann::json;

/// One thing that is wrong with a program, and words that the one line about it must have.
struct Wrong {
  const char* name;
  std::function<void(TinyProgram&)> spoil;
  std::vector<std::string> words;
};

json& nodes(TinyProgram& p, const char* function = "predict") {
  return p.text["functions"][function]["graph"]["nodes"];
}
json& node(TinyProgram& p, const std::string& op, const char* function = "predict") {
  for (json& candidate : nodes(p, function))
    if (candidate["op"] == op) return candidate;
  throw std::logic_error("no node " + op);
}

class WrongProgram : public testing::TestWithParam<Wrong> {
 protected:
  ResNet network = small_architecture();
  TinyProgram tiny = resnet_program(network, initial_weights(network, 1));
  std::filesystem::path file = std::filesystem::path(testing::TempDir()) /
                               (std::string("wrong_") + std::to_string(getpid()) + ".program");
  ~WrongProgram() override { std::filesystem::remove(file); }

  /// What loading the file says, "" when nothing.
  std::string message() const {
    try {
      program_of("m", file, {network.height, network.width, network.channels, network.classes}, {});
      return "";
    } catch (const Error& error) {
      EXPECT_TRUE(error.code() == ExitCode::data || error.code() == ExitCode::spec);
      return error.what();
    }
  }
  void expect_words(const std::vector<std::string>& words) const {
    const std::string found = message();
    EXPECT_EQ(found.find('\n'), std::string::npos) << found;
    EXPECT_NE(found.find(file.string()), std::string::npos) << found;
    for (const std::string& word : words) EXPECT_NE(found.find(word), std::string::npos) << found;
  }
};

TEST_P(WrongProgram, IsRefusedWithOneLineThatSaysWhatIsWrong) {
  GetParam().spoil(tiny);
  tiny.write(file);
  expect_words(GetParam().words);
}

const std::vector<Wrong> wrongs = {
    {"ForeignFormat",
     [](TinyProgram& p) { p.text["format"] = "ttt-program 9"; },
     {"format \"ttt-program 9\"", "ttt-program 1"}},
    {"NoFormat", [](TinyProgram& p) { p.text.erase("format"); }, {"no \"format\""}},
    {"NoPredict", [](TinyProgram& p) { p.text["functions"].erase("predict"); }, {"no \"predict\""}},
    {"StrangeFunction",
     [](TinyProgram& p) { p.text["functions"]["extra"] = p.text["functions"]["predict"]; },
     {"extra", "neither predict nor loss.NAME"}},
    {"NoCostOfASubset",
     [](TinyProgram& p) { p.text["costs"]["loss.noise"]["backward"].erase("norm"); },
     {"costs", "loss.noise", "norm"}},
    {"TensorMissing",
     [](TinyProgram& p) { p.tensors.erase("p.main.linear.bias"); },
     {"p.main.linear.bias is missing"}},
    {"TensorOfAnotherShape",
     [](TinyProgram& p) {
       p.tensors["p.main.linear.bias"] = {{7}, std::vector<float>(7)};
     },
     {"p.main.linear.bias", "[7]", "[5]"}},
    {"NotANumber",
     [](TinyProgram& p) {
       p.tensors["p.main.linear.bias"].values[0] = std::numeric_limits<float>::quiet_NaN();
     },
     {"p.main.linear.bias", "not finite"}},
    {"OtherTensors", [](TinyProgram& p) { p.text["weights_digest"] = std::string(64, '0'); }, {"digest"}},
    {"SubsetOfNoParameter",
     [](TinyProgram& p) { p.text["subsets"]["all"].push_back("nobody"); },
     {"subsets", "nobody"}},
    {"NoSubset", [](TinyProgram& p) { p.text["subsets"] = json::object(); }, {"no subset"}},
    {"UnlistedParameter",
     [](TinyProgram& p) {
       p.text["parameters"].erase(p.text["parameters"].begin());
       p.text["subsets"]["all"].erase(p.text["subsets"]["all"].begin());
     },
     {"p.trunk.stem.weight", "list of parameters"}},
    {"UndeclaredDraw",
     [](TinyProgram& p) { p.text["functions"]["loss.rotation"].erase("draws"); },
     {"loss.rotation", "turns", "does not declare"}},
    {"DrawOfNoKind",
     [](TinyProgram& p) { p.text["functions"]["loss.rotation"]["draws"][0]["kind"] = "dice"; },
     {"loss.rotation", "dice", "permutation"}},
    {"UnknownOperator",
     [](TinyProgram& p) { node(p, "aten::linear")["op"] = "mine::linear"; },
     {"mine::linear", "m.py:1", "no such operator", TORCH_VERSION}},
    {"UnknownOverload",
     [](TinyProgram& p) { node(p, "aten::mean")["overload"] = "next_year"; },
     {"aten::mean.next_year", "no such operator"}},
    {"TooFewArguments",
     [](TinyProgram& p) { node(p, "aten::linear")["args"].erase(2); },
     {"aten::linear", "2 arguments", "takes 3"}},
    {"RandomByItself",
     [](TinyProgram& p) {
       json& mean = node(p, "aten::mean", "loss.noise");
       mean["op"] = "aten::rand_like", mean["overload"] = "";
       mean["args"] = {mean["args"][0], nullptr, nullptr, nullptr, nullptr, nullptr};
     },
     {"aten::rand_like", "random numbers by itself", "declare a draw"}},
    {"ReadBeforeWritten",
     [](TinyProgram& p) { std::swap(nodes(p)[0], nodes(p)[1]); },
     {"predict", "read before it is written"}},
    {"WrittenTwice", [](TinyProgram& p) { nodes(p)[1]["out"] = nodes(p)[0]["out"]; }, {"written twice"}},
    {"NoSuchSlot", [](TinyProgram& p) { nodes(p)[0]["out"] = {12345}; }, {"12345", "no slot"}},
    {"UnknownArgument",
     [](TinyProgram& p) {
       nodes(p)[0]["args"][0] = {{"file", "/etc"}};
     },
     {"no known form"}},
    {"ShapesThatDoNotFit",
     [](TinyProgram& p) {
       node(p, "aten::mean")["args"][1] = {1, 2};
     },
     {"aten::linear", "m.py:1"}},
    {"LogitsOfAnotherShape", [](TinyProgram& p) { p.text["classes"] = 9; }, {"9"}},
    {"OtherClasses",
     [](TinyProgram& p) {
       p.text["classes"] = 3;
       p.tensors["p.main.linear.weight"] = {{3, 16}, std::vector<float>(48)};
       p.tensors["p.main.linear.bias"] = {{3}, std::vector<float>(3)};
       for (json& parameter : p.text["parameters"])
         if (parameter["name"].get<std::string>().starts_with("main.linear")) parameter["shape"][0] = 3;
     },
     {"3 classes", "has 5"}},
    {"OtherImages", [](TinyProgram& p) { p.text["input"]["height"] = 32; }, {"32 x 16 x 3", "16 x 16 x 3"}},
    {"Tokens",
     [](TinyProgram& p) {
       p.text["input"] = {{"kind", "tokens"}, {"length", 8}, {"vocabulary", 5}};
     },
     {"reads tokens"}},
    {"NoDeviation",
     [](TinyProgram& p) {
       p.text["input"]["deviation"] = {0.5, 0.0, 0.5};
     },
     {"deviation"}},
};
INSTANTIATE_TEST_SUITE_P(All, WrongProgram, testing::ValuesIn(wrongs),
                         [](const auto& one) { return one.param.name; });

struct ProgramFileTest : WrongProgram {};

TEST_F(ProgramFileTest, ThatIsWholeIsTaken) {
  tiny.write(file);
  EXPECT_EQ(message(), "");
}

TEST_F(ProgramFileTest, CutShortIsRefused) {
  tiny.write(file);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 100);
  expect_words({"cut short"});
}

TEST_F(ProgramFileTest, WithoutAContractIsRefused) {
  write_weights(file, {tiny.tensors, {}});
  expect_words({"no text `program`", "exporter"});
}

TEST_F(ProgramFileTest, WhoseContractIsNoJsonIsRefused) {
  write_weights(file, {tiny.tensors, {{"program", "{\"format\": "}}});
  expect_words({"not valid JSON"});
}

}  // namespace
}  // namespace ttt
