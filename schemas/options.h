#pragma once
#include <cassert>
#include <concepts>
#include <memory>
#include <string_view>
#include <utility>

#include "schemas/option_fields.h"

namespace ttt {

/// A struct of options: a default and a unit at each member, `Fields fields(T&)`, `void validate(const T&)`
/// for the rules that ranges cannot say, and ==.
template <typename T>
concept OptionStruct = std::equality_comparable<T> && requires(T value, const T& constant) {
  { fields(value) } -> std::same_as<Fields>;
  validate(constant);
};

// Found by the argument's type; called from a class whose members have the same names.
namespace options_detail {

template <typename T>
Fields free_fields(T& value) {
  return fields(value);
}
template <typename T>
void free_validate(const T& value) {
  validate(value);
}

}  // namespace options_detail

/// Any struct of options as a value: what a registry gives the reader of specs, which does not know the
/// struct.
class Options {
 public:
  Options() = default;  // no options at all
  template <OptionStruct T>
  Options(T value) : held_(std::make_unique<Holder<T>>(std::move(value))) {}
  Options(const Options& other) : held_(other.held_ ? other.held_->copy() : nullptr) {}
  Options(Options&&) = default;
  Options& operator=(Options other) {
    held_ = std::move(other.held_);
    return *this;
  }

  /// Bound to the struct inside: good until this object is changed as a whole.
  Fields fields() { return held_ ? held_->fields() : Fields{}; }

  /// Throws an OptionError for the first value out of its range and the first rule that is broken.
  void validate() const {
    if (held_) held_->validate();
  }

  /// The struct inside, which must be a T.
  template <typename T>
  const T& get() const {
    assert(dynamic_cast<const Holder<T>*>(held_.get()) != nullptr);
    return static_cast<const Holder<T>&>(*held_).value;
  }
  template <typename T>
  T& get() {
    return const_cast<T&>(std::as_const(*this).get<T>());
  }

  /// The struct inside, or nullptr when it is no T.
  template <typename T>
  const T* get_if() const {
    const auto* holder = dynamic_cast<const Holder<T>*>(held_.get());
    return holder ? &holder->value : nullptr;
  }
  template <typename T>
  T* get_if() {
    return const_cast<T*>(std::as_const(*this).get_if<T>());
  }

  bool operator==(const Options& other) const {
    return held_ && other.held_ ? held_->equals(*other.held_) : !held_ && !other.held_;
  }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual std::unique_ptr<Base> copy() const = 0;
    virtual Fields fields() = 0;
    virtual void validate() const = 0;
    virtual bool equals(const Base& other) const = 0;
  };

  template <typename T>
  struct Holder final : Base {
    explicit Holder(T initial) : value(std::move(initial)) {}
    std::unique_ptr<Base> copy() const override { return std::make_unique<Holder>(value); }
    Fields fields() override { return options_detail::free_fields(value); }
    void validate() const override {
      T copy = value;
      check_fields(options_detail::free_fields(copy));
      options_detail::free_validate(value);
    }
    bool equals(const Base& other) const override {
      const auto* same = dynamic_cast<const Holder*>(&other);
      return same && same->value == value;
    }
    T value;
  };

  std::unique_ptr<Base> held_;
};

/// The defaults of T as a value: what the rows of registries hold, so that they exist before any code runs.
template <OptionStruct T>
Options options_of() {
  return T{};
}

/// A struct without any options.
struct NoOptions {
  bool operator==(const NoOptions&) const = default;
};
inline Fields fields(NoOptions&) { return {}; }
inline void validate(const NoOptions&) {}

}  // namespace ttt
