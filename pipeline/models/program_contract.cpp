#include "pipeline/models/program_contract.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "schemas/error.h"
#include "schemas/strict_json.h"

namespace ttt {
namespace {

using nlohmann::json;

constexpr const char* format = "ttt-program 1";
constexpr size_t levels = 64;  // of lists and objects in each other
const std::string loss_prefix = "loss.";

/// Takes values out of an object; `where` names the file and the way to it.
class Taker {
 public:
  Taker(const json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object.is_object()) refuse("is no object");
  }

  template <typename... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> problem, Args&&... args) const {
    fail(ExitCode::data, "{}: {}", where_, fmt::format(problem, std::forward<Args>(args)...));
  }
  const std::string& where() const { return where_; }
  const json& all() const { return object_; }

  bool has(const char* key) const { return object_.contains(key) && !object_.at(key).is_null(); }
  const json& at(const char* key) const {
    if (!has(key)) refuse("has no \"{}\"; export it again", key);
    return object_.at(key);
  }
  Taker under(const char* key) const { return {at(key), fmt::format("{}: {}", where_, key)}; }

  std::string text(const char* key) const { return as<std::string>(key, &json::is_string, "a text"); }
  double number(const char* key) const { return as<double>(key, &json::is_number, "a number"); }
  int64_t integer(const char* key, int64_t least, int64_t most) const {
    const auto value = as<int64_t>(key, &json::is_number_integer, "a whole number");
    if (value < least || value > most) refuse("{} is {} ({} to {})", key, value, least, most);
    return value;
  }
  int count(const char* key) const { return static_cast<int>(integer(key, 1, 1 << 30)); }

  std::vector<std::string> texts(const char* key) const {
    return elements<std::string>(at(key), key, &json::is_string, "texts");
  }
  std::vector<double> numbers(const char* key) const {
    return elements<double>(at(key), key, &json::is_number, "numbers");
  }
  std::vector<int64_t> shape(const char* key) const {
    std::vector<int64_t> lengths;
    if (!at(key).is_array()) refuse("{} is no list", key);
    for (const json& length : at(key)) {
      const bool views = length == "views";
      if (!views && !(length.is_number_integer() && length.get<int64_t>() >= 0))
        refuse("{} holds {}, which is no length", key, length.dump());
      lengths.push_back(views ? -1 : length.get<int64_t>());
    }
    return lengths;
  }

 private:
  using Is = bool (json::*)() const noexcept;

  template <typename T>
  T as(const char* key, Is is, const char* what) const {
    if (!(at(key).*is)()) refuse("{} is {}, not {}", key, at(key).dump(), what);
    return at(key).get<T>();
  }
  template <typename T>
  std::vector<T> elements(const json& list, const char* key, Is is, const char* what) const {
    if (!list.is_array() || !std::ranges::all_of(list, [is](const json& e) { return (e.*is)(); }))
      refuse("{} is no list of {}", key, what);
    return list.get<std::vector<T>>();
  }

  const json& object_;
  std::string where_;
};

ProgramInput input_of(const Taker& t) {
  ProgramInput input;
  const std::string kind = t.text("kind");
  input.tokens = kind == "tokens";
  if (input.tokens) {
    input.length = t.count("length");
    input.vocabulary = t.count("vocabulary");
    return input;
  }
  if (kind != "image") t.refuse("kind is \"{}\" (\"image\" or \"tokens\")", kind);
  input.height = t.count("height");
  input.width = t.count("width");
  input.channels = t.count("channels");
  input.mean = t.numbers("mean");
  input.deviation = t.numbers("deviation");
  const auto channels = static_cast<size_t>(input.channels);
  if (input.mean.size() != channels || input.deviation.size() != channels)
    t.refuse("mean and deviation have {} and {} values for {} channels", input.mean.size(),
             input.deviation.size(), channels);
  if (std::ranges::any_of(input.deviation, [](double d) { return !(d > 0); }))
    t.refuse("deviation holds a number that is not above 0");
  return input;
}

ProgramDraw draw_of(const Taker& t) {
  using Kind = ProgramDraw::Kind;
  const std::map<std::string, Kind> kinds = {{"uniform", Kind::uniform},
                                             {"normal", Kind::normal},
                                             {"integers", Kind::integers},
                                             {"permutation", Kind::permutation},
                                             {"turns", Kind::turns}};
  const std::string kind = t.text("kind");
  if (!kinds.contains(kind)) t.refuse("kind is \"{}\" (uniform, normal, integers, permutation, turns)", kind);
  ProgramDraw draw{kinds.at(kind), t.text("name"), t.shape("shape")};
  if (draw.kind == Kind::integers) {
    constexpr int64_t most = int64_t{1} << 31;
    draw.low = t.integer("low", -most, most);
    draw.high = t.integer("high", draw.low + 1, draw.low + (int64_t{1} << 32));
  }
  if (draw.kind == Kind::permutation && draw.shape.empty()) t.refuse("a permutation without a length");
  return draw;
}

ProgramCost cost_of(const Taker& t, const ProgramContract& contract) {
  ProgramCost cost{t.number("forward"), {}};
  const Taker backward = t.under("backward");
  for (const auto& [subset, names] : contract.subsets)
    cost.backward[subset] = backward.number(subset.c_str());
  return cost;
}

/// What the inputs of a function's graph may be called.
void check_inputs(const Taker& t, const ProgramFunction& f) {
  for (const GraphInput& input : f.graph.inputs) {
    const std::string& name = input.name;
    if (name == "x" || name.starts_with("p.") || name.starts_with("b.") || name.starts_with("c.")) continue;
    if (!name.starts_with("d.")) t.refuse("input {} is of no known kind (x, p., b., c., d.)", name);
    if (std::ranges::find(f.draws, name.substr(2), &ProgramDraw::name) == f.draws.end())
      t.refuse("takes the draw {}, which it does not declare", name.substr(2));
  }
  if (!f.graph.has_input("x")) t.refuse("does not read its input x");
}

void check_outputs(const Taker& t, const std::string& name, const ProgramFunction& f) {
  const bool fits = name == "predict"
                        ? !f.outputs.empty() && f.outputs[0] == "logits" && f.outputs.size() <= 2
                        : f.outputs == std::vector<std::string>{"loss"};
  if (!fits || f.graph.outputs.size() != f.outputs.size())
    t.refuse("gives [{}] in {} slots ({})", fmt::join(f.outputs, ", "), f.graph.outputs.size(),
             name == "predict" ? "[logits] or [logits, features]" : "[loss]");
}

ProgramFunction function_of(const Taker& t, const Taker& program, const std::string& name,
                            const ProgramContract& contract) {
  ProgramFunction f;
  f.graph = read_graph(t.at("graph"), t.where());
  f.outputs = t.texts("outputs");
  if (t.has("draws"))
    for (const json& draw : t.at("draws")) f.draws.push_back(draw_of({draw, t.where() + ": draws"}));
  if (t.has("unreached")) f.unreached = t.texts("unreached");
  if (t.has("least_views")) f.least_views = static_cast<int>(t.integer("least_views", 1, 1 << 20));
  f.flops = cost_of(program.under("costs").under(name.c_str()), contract);
  f.memory = cost_of(program.under("memory").under(name.c_str()), contract);
  check_inputs(t, f);
  check_outputs(t, name, f);
  return f;
}

void read_parameters(const Taker& t, ProgramContract& contract) {
  if (!t.at("parameters").is_array()) t.refuse("parameters is no list");
  for (const json& entry : t.at("parameters")) {
    const Taker parameter(entry, t.where() + ": parameters");
    const std::string name = parameter.text("name");
    if (!contract.parameters.emplace(name, parameter.shape("shape")).second)
      parameter.refuse("{} stands there twice", name);
    contract.order.push_back(name);
  }
  const Taker subsets = t.under("subsets");
  for (const auto& [subset, names] : subsets.all().items()) {
    contract.subsets[subset] = subsets.texts(subset.c_str());
    for (const std::string& name : contract.subsets[subset])
      if (!contract.parameters.contains(name))
        subsets.refuse("{} names {}, which is no parameter", subset, name);
  }
  if (contract.subsets.empty()) t.refuse("has no subset of parameters that can adapt");
}

/// Without what differs between models of one recipe.
std::string common_part(json program) {
  for (const char* own : {"name", "made_with", "weights_digest", "torch"}) program.erase(own);
  return program.dump();
}

}  // namespace

std::vector<std::string> ProgramContract::losses() const {
  std::vector<std::string> names;
  for (const auto& [called, function] : functions)
    if (called.starts_with(loss_prefix)) names.push_back(called.substr(loss_prefix.size()));
  return names;
}

ProgramContract read_contract(const std::string& file, const std::string& text) {
  const std::string problem = problem_of_json(text, levels);
  if (!problem.empty()) fail(ExitCode::data, "{}: its text `program` {}; export it again", file, problem);
  const json parsed = json::parse(text);
  const Taker t(parsed, file);
  if (t.text("format") != format)
    t.refuse("is a program of format \"{}\", this version reads \"{}\"; export it again", t.text("format"),
             format);
  ProgramContract contract;
  contract.file = file;
  contract.torch = t.text("torch");
  contract.name = t.text("name");
  if (t.has("statistics")) contract.statistics = t.at("statistics").dump();
  if (t.has("made_with")) contract.made_with = t.at("made_with").dump();
  contract.weights_digest = t.text("weights_digest");
  contract.input = input_of(t.under("input"));
  contract.classes = t.count("classes");
  if (t.has("class_names")) contract.class_names = t.texts("class_names");
  read_parameters(t, contract);
  const Taker functions = t.under("functions");
  for (const auto& [name, function] : functions.all().items()) {
    if (name != "predict" && !name.starts_with(loss_prefix))
      functions.refuse("{} is neither predict nor loss.NAME", name);
    contract.functions[name] = function_of({function, fmt::format("{}: {}", file, name)}, t, name, contract);
  }
  if (!contract.functions.contains("predict")) functions.refuse("has no \"predict\"; export it again");
  contract.same = common_part(parsed);
  return contract;
}

}  // namespace ttt
