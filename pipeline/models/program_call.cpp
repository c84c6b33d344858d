#include "pipeline/models/program_call.h"

#include <algorithm>
#include <array>

#include "kernels/torch.h"
#include "pipeline/models/program.h"
#include "schemas/error.h"

namespace ttt {
namespace {

using Values = std::vector<c10::IValue>;
using List = std::vector<GraphArgument>;

const std::map<std::string, at::ScalarType> types = {
    {"float64", at::kDouble}, {"float16", at::kHalf}, {"bfloat16", at::kBFloat16},
    {"int64", at::kLong},     {"int32", at::kInt},    {"int16", at::kShort},
    {"int8", at::kChar},      {"uint8", at::kByte},   {"bool", at::kBool}};
const std::map<std::string, at::MemoryFormat> formats = {
    {"contiguous_format", at::MemoryFormat::Contiguous},
    {"preserve_format", at::MemoryFormat::Preserve},
    {"channels_last", at::MemoryFormat::ChannelsLast},
    {"channels_last_3d", at::MemoryFormat::ChannelsLast3d}};

template <typename T>
const T* get(const GraphArgument& argument) {
  return std::get_if<T>(&argument.value);
}
bool is_null(const GraphArgument& argument) { return get<std::monostate>(argument) != nullptr; }

/// A number beside tensors: it does not change their type, as in `x + 1.0`.
at::Tensor wrapped_number(const at::Scalar& number) {
  at::Tensor tensor = at::scalar_to_tensor(number);
  tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
  return tensor;
}

std::optional<at::Scalar> number_of(const GraphArgument& argument) {
  if (const auto* flag = get<bool>(argument)) return at::Scalar(*flag);
  if (const auto* integer = get<int64_t>(argument)) return at::Scalar(*integer);
  if (const auto* real = get<double>(argument)) return at::Scalar(*real);
  return std::nullopt;
}

at::Tensor tensor_in(const Values& slots, int slot) {
  const c10::IValue& value = slots[static_cast<size_t>(slot)];
  return value.isTensor() ? value.toTensor() : wrapped_number(value.toScalar());
}

/// The type without "perhaps nothing".
c10::TypePtr plain(const c10::TypePtr& type) {
  const auto optional = type->cast<c10::OptionalType>();
  return optional ? optional->getElementType() : type;
}

bool is_kind(const c10::TypePtr& type, c10::TypeKind kind) { return type->kind() == kind; }
bool is_integer(const c10::TypePtr& type) {
  return is_kind(type, c10::TypeKind::IntType) || is_kind(type, c10::TypeKind::SymIntType);
}

/// "node 3 (aten::conv2d) at model.py:12".
std::string described(const GraphNode& node) {
  return node.line.empty() ? node.name() : fmt::format("{} at {}", node.name(), node.line);
}

struct Refusal {
  const std::string& what;

  template <typename... Args>
  [[noreturn]] void operator()(fmt::format_string<Args...> problem, Args&&... args) const {
    fail(ExitCode::data, "{}: {}", what, fmt::format(problem, std::forward<Args>(args)...));
  }
};

std::optional<c10::OperatorHandle> find_operator(const GraphNode& node) {
  return c10::Dispatcher::singleton().findSchema({node.op, node.overload});
}

std::function<int64_t(int64_t, int64_t)> integer_operator(const std::string& name) {
  if (name == "int::add") return [](int64_t a, int64_t b) { return a + b; };
  if (name == "int::sub") return [](int64_t a, int64_t b) { return a - b; };
  if (name == "int::mul") return [](int64_t a, int64_t b) { return a * b; };
  if (name == "int::floordiv")
    return [](int64_t a, int64_t b) { return b == 0 ? 0 : a / b - ((a % b != 0) && ((a < 0) != (b < 0))); };
  return {};
}

/// Random numbers come in as draws; an operator that makes some is let through where it is told to make none.
bool draws_by_itself(const c10::OperatorHandle& found, const GraphNode& node) {
  if (!found.hasTag(at::Tag::nondeterministic_seeded)) return false;
  const auto is_off = [&](size_t argument) {
    if (argument >= node.arguments.size()) return true;
    const std::optional<at::Scalar> number = number_of(node.arguments[argument]);
    return number && number->toDouble() == 0;
  };
  if (node.op == "aten::scaled_dot_product_attention") return !is_off(4);  // dropout_p
  if (node.op == "aten::dropout") return !is_off(1) && !is_off(2);         // p, train
  return true;
}

int64_t memory_number(const NamedArgument& named, const CallSetting& setting, const Refusal& refuse) {
  using What = NamedArgument::What;
  if (named.what == What::type) {
    if (named.name == "float32") return static_cast<int64_t>(setting.floats);
    if (!types.contains(named.name)) refuse("asks for numbers of type {}, which is not known", named.name);
    return static_cast<int64_t>(types.at(named.name));
  }
  if (named.what == What::layout) {
    if (named.name != "strided") refuse("asks for the layout {} (strided)", named.name);
    return static_cast<int64_t>(at::kStrided);
  }
  if (!formats.contains(named.name)) refuse("asks for the memory format {}, which is not known", named.name);
  return static_cast<int64_t>(formats.at(named.name));
}

template <typename T, typename Of>
c10::IValue list_of(const List& elements, Of&& of) {
  c10::List<T> list;
  list.reserve(elements.size());
  for (const GraphArgument& element : elements) list.push_back(of(element));
  return list;
}

bool has_slots(const List& elements) {
  return std::ranges::any_of(elements,
                             [](const GraphArgument& e) { return get<SlotArgument>(e) != nullptr; });
}

c10::List<at::Tensor> tensors_of(const List& elements, const Values& slots) {
  c10::List<at::Tensor> list;
  for (const GraphArgument& element : elements)
    list.push_back(tensor_in(slots, std::get<SlotArgument>(element.value).slot));
  return list;
}

c10::List<std::optional<at::Tensor>> optional_tensors_of(const List& elements, const Values& slots) {
  c10::List<std::optional<at::Tensor>> list;
  for (const GraphArgument& element : elements) {
    const auto* slot = get<SlotArgument>(element);
    list.push_back(slot ? std::optional(tensor_in(slots, slot->slot)) : std::nullopt);
  }
  return list;
}

c10::List<int64_t> integers_of(const List& elements, const Values& slots) {
  c10::List<int64_t> list;
  for (const GraphArgument& element : elements) {
    const auto* slot = get<SlotArgument>(element);
    list.push_back(slot ? slots[static_cast<size_t>(slot->slot)].toInt() : std::get<int64_t>(element.value));
  }
  return list;
}

bool all_are(const List& elements, bool (*is)(const GraphArgument&)) {
  return std::ranges::all_of(elements, is);
}

}  // namespace

ProgramCall::ProgramCall(const GraphNode& node, const CallSetting& setting, const std::string& where)
    : integers_(integer_operator(node.op)), out_(node.out), what_(where + ": " + described(node)) {
  const Refusal refuse{what_};
  if (integers_) {
    if (node.arguments.size() != 2 || node.out.size() != 1) refuse("takes two integers and gives one");
    const auto integer = c10::Argument("", c10::IntType::get());
    for (const GraphArgument& given : node.arguments)
      arguments_.push_back(argument_for(given, integer, setting));
    return;
  }
  operator_ = find_operator(node);
  if (!operator_)
    refuse(
        "LibTorch {} has no such operator (see `ttt-eval list operators`); export with a version of PyTorch "
        "no newer, or write the step with other operations",
        TORCH_VERSION);
  const c10::FunctionSchema& schema = operator_->schema();
  if (draws_by_itself(*operator_, node))
    refuse("draws random numbers by itself; declare a draw and take it as an input");
  if (node.arguments.size() != schema.arguments().size())
    refuse("has {} arguments, LibTorch {} takes {}", node.arguments.size(), TORCH_VERSION,
           schema.arguments().size());
  for (size_t i = 0; i < node.arguments.size(); ++i)
    arguments_.push_back(argument_for(node.arguments[i], schema.arguments()[i], setting));
  const auto& returns = schema.returns();
  list_ = returns.size() == 1 && is_kind(returns[0].type(), c10::TypeKind::ListType);
  if (!list_ && node.out.size() != returns.size())
    refuse("fills {} slots, LibTorch {} returns {}", node.out.size(), TORCH_VERSION, returns.size());
}

ProgramCall::Argument ProgramCall::argument_for(const GraphArgument& given, const c10::Argument& wanted,
                                                const CallSetting& setting) {
  const Refusal refuse{what_};
  const c10::TypePtr type = plain(wanted.type());
  if (is_null(given)) return {};
  const auto* slot = get<SlotArgument>(given);
  const bool tensor = is_kind(type, c10::TypeKind::TensorType);
  if (slot && tensor)
    return {{}, -1, [at = slot->slot](const Values& slots) { return tensor_in(slots, at); }};
  if (slot) return {{}, slot->slot};
  if (const auto* named = get<NamedArgument>(given)) {
    if (named->what == NamedArgument::What::device) return {setting.device};
    return {memory_number(*named, setting, refuse)};
  }
  if (const auto number = number_of(given)) {
    if (tensor) return {wrapped_number(*number)};
    if (is_kind(type, c10::TypeKind::FloatType)) return {number->toDouble()};
    if (const auto list = type->cast<c10::ListType>(); list && is_integer(list->getElementType()))
      return {c10::List<int64_t>(
          std::vector<int64_t>(static_cast<size_t>(wanted.N().value_or(1)), number->toLong()))};
    return {c10::IValue(*number)};
  }
  if (const auto* text = get<std::string>(given)) return {*text};
  const auto list = type->cast<c10::ListType>();
  if (!list) refuse("argument {} is a list, LibTorch wants {}", wanted.name(), type->str());
  const List& elements = std::get<List>(given.value);
  const c10::TypePtr element = list->getElementType();
  const auto is_slot = [](const GraphArgument& e) { return get<SlotArgument>(e) != nullptr; };
  const auto is_slot_or_null = [](const GraphArgument& e) { return get<SlotArgument>(e) || is_null(e); };
  const auto is_slot_or_integer = [](const GraphArgument& e) {
    return get<SlotArgument>(e) || get<int64_t>(e);
  };
  const auto is_number = [](const GraphArgument& e) { return number_of(e).has_value(); };
  if (is_kind(element, c10::TypeKind::TensorType) && all_are(elements, is_slot))
    return {{}, -1, [elements](const Values& slots) { return tensors_of(elements, slots); }};
  if (is_kind(element, c10::TypeKind::OptionalType) && all_are(elements, is_slot_or_null))
    return {{}, -1, [elements](const Values& slots) { return optional_tensors_of(elements, slots); }};
  if (is_integer(element) && all_are(elements, is_slot_or_integer)) {
    if (!has_slots(elements)) return {integers_of(elements, {})};
    return {{}, -1, [elements](const Values& slots) { return integers_of(elements, slots); }};
  }
  if (is_kind(element, c10::TypeKind::FloatType) && all_are(elements, is_number))
    return {list_of<double>(elements, [](const GraphArgument& e) { return number_of(e)->toDouble(); })};
  if (is_kind(element, c10::TypeKind::BoolType) && all_are(elements, is_number))
    return {list_of<bool>(elements, [](const GraphArgument& e) { return number_of(e)->to<bool>(); })};
  refuse("argument {} is not what LibTorch wants ({})", wanted.name(), type->str());
}

void ProgramCall::make(Values& slots) const {
  torch::jit::Stack stack;
  stack.reserve(arguments_.size());
  for (const Argument& argument : arguments_) {
    if (argument.make)
      stack.push_back(argument.make(slots));
    else
      stack.push_back(argument.slot >= 0 ? slots[static_cast<size_t>(argument.slot)] : argument.constant);
  }
  if (integers_) {
    slots[static_cast<size_t>(out_[0])] = integers_(stack[0].toInt(), stack[1].toInt());
    return;
  }
  try {
    operator_->callBoxed(stack);
  } catch (const c10::Error& error) {
    const std::string text = error.what_without_backtrace();
    fail(ExitCode::data, "{}: {}", what_, text.substr(0, text.find('\n')));
  }
  store(slots, stack);
}

void ProgramCall::store(Values& slots, torch::jit::Stack& returned) const {
  const auto put = [&](size_t i, c10::IValue value) {
    if (out_[i] >= 0) slots[static_cast<size_t>(out_[i])] = std::move(value);
  };
  if (!list_) {
    for (size_t i = 0; i < out_.size(); ++i) put(i, std::move(returned[i]));
    return;
  }
  const c10::List<c10::IValue> elements = returned.at(0).toList();
  if (elements.size() != out_.size())
    fail(ExitCode::data, "{}: gives {} tensors for {} slots", what_, elements.size(), out_.size());
  for (size_t i = 0; i < out_.size(); ++i) put(i, elements.get(i));
}

bool changes_argument(const GraphNode& node) {
  const auto found = find_operator(node);
  return found && found->schema().is_mutable();
}

std::vector<std::string> operators_of_programs() {
  std::vector<std::string> names;
  for (const c10::OperatorName& name : c10::Dispatcher::singleton().getAllOpNames())
    names.push_back(c10::toString(name));
  std::ranges::sort(names);
  return names;
}

}  // namespace ttt
