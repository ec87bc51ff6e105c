#pragma once

#include <cstdlib>
#include <type_traits>
#include <utility>
#include <variant>

namespace holdfast {

/// Unexpected wraps an error on its way into an Expected.
template <class E>
struct Unexpected {
  E error;
};

/// Expected is what std::expected (C++23) will be for us: a value or an error, under the same member names.
/// value() of an error and error() of a value end the process: callers test first, and HF_TRY and
/// HF_ASSIGN_OR_RETURN below do so for them.
template <class T, class E>
class [[nodiscard]] Expected {
 public:
  using value_type = T;
  using error_type = E;

  Expected(T value) : state_(std::in_place_index<0>, std::move(value)) {}                       // NOLINT(google-explicit-constructor)
  Expected(Unexpected<E> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}  // NOLINT
  template <class U>
    requires(!std::is_same_v<std::remove_cvref_t<U>, Expected> && std::is_constructible_v<T, U &&> &&
             !std::is_same_v<std::remove_cvref_t<U>, T> && std::is_convertible_v<U &&, T>)
  Expected(U&& value) : state_(std::in_place_index<0>, std::forward<U>(value)) {}  // NOLINT

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  T& value() & { return has_value() ? *std::get_if<0>(&state_) : (std::abort(), *std::get_if<0>(&state_)); }
  const T& value() const& { return has_value() ? *std::get_if<0>(&state_) : (std::abort(), *std::get_if<0>(&state_)); }
  T&& value() && { return std::move(value()); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const E& error() const& { return !has_value() ? *std::get_if<1>(&state_) : (std::abort(), *std::get_if<1>(&state_)); }

 private:
  std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Expected<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  Expected() = default;
  Expected(Unexpected<E> failure) : failed_(true), error_(std::move(failure.error)) {}  // NOLINT

  bool has_value() const noexcept { return !failed_; }
  explicit operator bool() const noexcept { return has_value(); }
  const E& error() const& {
    if (!failed_) std::abort();
    return error_;
  }

 private:
  bool failed_ = false;
  E error_{};
};

}  // namespace holdfast

#define HF_CONCAT_INNER(a, b) a##b
#define HF_CONCAT(a, b) HF_CONCAT_INNER(a, b)

/// HF_TRY(expression) returns the error of the expression from the enclosing function, or goes on.
#define HF_TRY(expression)                                                                       \
  do {                                                                                           \
    if (auto hf_outcome = (expression); !hf_outcome.has_value()) [[unlikely]]                    \
      return ::holdfast::Unexpected<std::remove_cvref_t<decltype(hf_outcome.error())>>{hf_outcome.error()}; \
  } while (false)

/// HF_ASSIGN_OR_RETURN(declaration, expression) binds the value, or returns the error from the enclosing function.
#define HF_ASSIGN_OR_RETURN(declaration, expression) \
  HF_ASSIGN_OR_RETURN_INNER(HF_CONCAT(hf_result_, __LINE__), declaration, expression)
#define HF_ASSIGN_OR_RETURN_INNER(name, declaration, expression)                                       \
  auto name = (expression);                                                                            \
  if (!name.has_value()) [[unlikely]]                                                                  \
    return ::holdfast::Unexpected<std::remove_cvref_t<decltype(name.error())>>{name.error()};          \
  declaration = std::move(name).value()
