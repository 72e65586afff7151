// The answer of an operation that the machine can refuse: a value, or an error with one sentence
// that names the thing. Spelled like std::expected, which GCC 12 does not have. Any thread.

#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace netlogd {

enum class Errc {
  invalid,       // what was asked makes no sense: a setting, a file's content
  not_found,     // no such file, key or device
  io,            // the machine refused: see the sentence for errno's text
  no_space,      // ENOSPC, EDQUOT
  busy,          // locked by somebody else; worth another try
  corrupt,       // our own file does not read back
  unsupported,   // known and not done here
};

struct Error {
  Errc code = Errc::invalid;
  std::string sentence;  // lower case, the object first: "data/run/ledger.json: permission denied"
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}          // NOLINT
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}      // NOLINT

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & { assert(has_value()); return *std::get_if<0>(&state_); }
  [[nodiscard]] const T& value() const& { assert(has_value()); return *std::get_if<0>(&state_); }
  [[nodiscard]] T&& value() && { assert(has_value()); return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const { assert(!has_value()); return *std::get_if<1>(&state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT

  [[nodiscard]] bool has_value() const noexcept { return !failed_; }
  explicit operator bool() const noexcept { return !failed_; }
  [[nodiscard]] const Error& error() const { assert(failed_); return error_; }

 private:
  Error error_;
  bool failed_ = false;
};

// The error of errno for an object: errno_error("data/x.jsonl", ENOSPC).
[[nodiscard]] Error errno_error(std::string_view object, int error_number);

}  // namespace netlogd
