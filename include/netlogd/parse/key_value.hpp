// Pairs of the form key=value key="value with blanks" …, as many firewalls write them. Points into
// the caller's text.

#pragma once

#include <optional>
#include <string_view>

namespace netlogd::parse {

class KeyValueCursor {
 public:
  struct Pair {
    std::string_view key;
    std::string_view value;  // without its quotes; a backslash in it protects a quote and stays
  };

  explicit constexpr KeyValueCursor(std::string_view text) noexcept : text_(text) {}

  // The next pair; nothing at the end, or in front of what is no pair.
  [[nodiscard]] std::optional<Pair> next() noexcept;
  // Whether everything was read: false behind a pair that is cut off or no pair.
  [[nodiscard]] bool clean() const noexcept { return clean_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool clean_ = true;
};

}  // namespace netlogd::parse
